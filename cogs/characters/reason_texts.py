"""What of an import or export did not succeed: each sentence once, with the names under it."""

from collections.abc import Iterable, Sequence

from characters.names import DESCRIPTION_LIMIT
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import Failure
from characters.transfer.import_run import WithoutPortrait
from cogs.characters.error_texts import error_text
from cogs.characters.ui.formatting import line, safe, shown_name
from cogs.characters.ui.language import N_, NN_, _, listed, ngettext

_LOSSES = {
    LossKind.GROUPS: N_("Groups are not kept."),
    LossKind.SWITCHES: N_("Switches are not kept."),
    LossKind.DAMAGED_IMAGE: N_("Its portrait inside of the file can't be read."),
    LossKind.TOO_LARGE: N_("“{what}” is too large to be kept."),
    LossKind.NO_ROOM: N_(
        "What only other programs need of it is not kept: "
        "there are 4 MiB for that, for all your characters and the trash together."
    ),
    LossKind.UNSEEN: N_("Kept for other programs, but not told to a game: {what}."),
    LossKind.NAME_CHANGED: N_("Its name was “{what}”, which a name here can't be."),
    LossKind.PRIVATE_PORTRAIT: N_("Its portrait has no public link and is not in the file."),
    LossKind.LINKED_PORTRAIT: N_(
        "Its portrait is a link, which this kind of file does not hold, and is not in the file."
    ),
    LossKind.ANIMATION: N_("Its portrait is an animation: here it stands still."),
    LossKind.UNREADABLE_PORTRAIT: N_("Its portrait can't be read and is not in the file."),
    LossKind.SMALLER_PORTRAIT: N_("Its portrait was too large for the file, and is smaller there."),
    LossKind.LEFT_OUT_THERE: N_(
        "That bot does not take “{what}” as it is. The file holds it all the same, "
        "and you can import it here."
    ),
    LossKind.RENAMED_THERE: N_("That bot takes each name once, so it is called “{what}” there."),
}
_COUNTED_LOSSES = {
    LossKind.USER_NAME: NN_(
        "Its text speaks of you once, as {macro}: write there who that is.",
        "Its text speaks of you {count} times, as {macro}: write there who that is.",
    ),
    LossKind.SHORTENED: NN_(
        "Its description of {count} letter is shortened to {limit}.",
        "Its description of {count} letters is shortened to {limit}.",
    ),
    LossKind.SHORTENED_THERE: NN_(
        "“{what}” is longer than that bot takes, so it gets the first {count} letter. "
        "The file also holds the whole text, and you can import it here.",
        "“{what}” is longer than that bot takes, so it gets the first {count} letters. "
        "The file also holds the whole text, and you can import it here.",
    ),
    LossKind.OTHER_FILES: NN_(
        "{count} other file of the card, such as a background, is not kept.",
        "{count} other files of the card, such as backgrounds, are not kept.",
    ),
    LossKind.MORE_TOO_LARGE: NN_(
        "{count} more part is too large to be kept.",
        "{count} more parts are too large to be kept.",
    ),
    LossKind.RECORD_FIELDS: NN_(
        "{count} field that a game keeps with it, such as a level, is not imported.",
        "{count} fields that a game keeps with it, such as a level, are not imported.",
    ),
}
_SHOWN = 12  # names or sentences, unless the whole is asked for
_NAME = 60  # letters
_REASON = 400


def failure_lines(failures: Iterable[Failure | WithoutPortrait], *, whole: bool) -> list[str]:
    said: list[tuple[str, str]] = []
    for failure in failures:
        reason = line(error_text(failure.reason, in_file=True), _REASON)
        said.append((reason, _failed(failure)))
    return _grouped(said, whole=whole)


def loss_lines(losses: Iterable[Loss], *, whole: bool) -> list[str]:
    said: list[tuple[str, str]] = []
    for loss in losses:
        if loss.kind in _COUNTED_LOSSES:
            sentence = ngettext(
                *_COUNTED_LOSSES[loss.kind],
                loss.count,
                what=loss.what[:120],
                limit=DESCRIPTION_LIMIT,
                macro="{{user}}",
            )
        else:
            sentence = _(_LOSSES[loss.kind], what=loss.what[:120])
        said.append((sentence, _("“{name}”", name=shown(loss.name)) if loss.name else ""))
    return _grouped(said, whole=whole)


def joined(names: Sequence[str], *, whole: bool) -> str:
    """The whole list, or the first names."""
    if whole or len(names) <= _SHOWN:
        return listed(names)
    return ngettext(
        "{names} and {count} more",
        "{names} and {count} more",
        len(names) - _SHOWN,
        names=listed(names[:_SHOWN]),
    )


def first(lines: list[str], *, whole: bool) -> list[str]:
    """All lines, or the first."""
    if whole or len(lines) <= _SHOWN:
        return lines
    # Translators: the last line of a list.
    more = ngettext("- and {count} more", "- and {count} more", len(lines) - _SHOWN)
    return [*lines[:_SHOWN], more]


def shown(name: str) -> str:
    return shown_name(name, _NAME)


def _failed(failure: Failure | WithoutPortrait) -> str:
    if isinstance(failure, Failure) and failure.number and not failure.name:
        # Translators: a character in a file that has no name.
        return _("number {number}", number=failure.number)
    return _("“{name}”", name=shown(failure.name))


def _grouped(said: Iterable[tuple[str, str]], *, whole: bool) -> list[str]:
    """A line for each sentence; `said` are sentences with the name, or nothing, that each is of."""
    names_of: dict[str, list[str]] = {}
    for sentence, name in said:
        names_of.setdefault(sentence, []).append(name)
    lines: list[str] = []
    for sentence, names in names_of.items():
        if len(names) > 1:
            lines.append(f"- {safe(sentence)}\n  {joined(names, whole=whole)}")
        elif names[0]:
            lines.append(_("- {name}: {sentence}", name=names[0], sentence=safe(sentence)))
        else:
            lines.append(f"- {safe(sentence)}")
    return first(lines, whole=whole)

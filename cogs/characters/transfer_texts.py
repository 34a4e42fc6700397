"""The sentences of imports and exports."""

from collections.abc import Sequence

from characters.errors import StorageUnavailable
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import Failure, FileKind
from characters.transfer.import_run import Outcome, WithoutPortrait
from characters.transfer.plan import Fate, Plan, Step
from cogs.characters.error_texts import error_text
from cogs.characters.ui.formatting import line, plural, safe

READING = "Reading the file…"
PACKING = "Packing your characters…"
NO_CHARACTERS = "You have no characters to export. `/character restore` shows the deleted ones."
NAME_ONE = (
    "That format holds one character: say which with `name`, "
    "or leave `format` out to get all of them."
)
SEND_AGAIN = "Please send the file once more."
GONE = "That file is not kept any more. Please send it again."
NOTHING = "There is nothing to do: everything in it is here already, or can't be imported."
NOT_YET = "-# Nothing is imported yet."
REPLACES = "-# The red button replaces what you have by what the file has. It can't be undone."
CHANGED = (
    "⚠️ Your characters have changed since you looked, so nothing was imported. Now it would be:"
)
GO_ON = "Send the same file again to go on: what is here already is not made twice."
REFUSED = (
    "Discord did not take the file {name}: it is too large, or something is wrong there. "
    "The others are complete."
)
NO_FILE = "There is no file."
WHOLE = (
    "-# An archive holds everything that is kept of your characters, also what a game and other "
    "programs added. To share a character, export a card: it holds only what a card shows."
)
PICTURE = (
    "-# Pass the picture on as a file: chats and websites that show it as a picture "
    "remove the card from it."
)

_TITLES = {
    FileKind.CARD: "## Character card",
    FileKind.ARCHIVE: "## Archive",
    FileKind.TUPPERBOX: "## Tupperbox export",
    FileKind.PLURALKIT: "## PluralKit export",
}
_FATES = {
    Fate.NEW: "**{count:,} new**: {names}",
    Fate.CHANGED: "**{count:,} different from yours**: {names}",
    Fate.SAME: "**{count:,} the same as yours**: {names}",
    Fate.NO_ROOM: "**{count:,} more than you have room for**: {names}",
}
_EMPTY = (
    "{count} of the new has no description in the file: a game would know its name alone.",
    "{count} of the new have no description in the file: a game would know their names alone.",
)
_LOSSES = {
    LossKind.GROUPS: "Groups are not kept.",
    LossKind.SWITCHES: "Switches are not kept.",
    LossKind.DAMAGED_IMAGE: "Its portrait inside of the file can't be read.",
    LossKind.TOO_LARGE: "“{what}” is too large to be kept.",
    LossKind.NO_ROOM: (
        "What only other programs need of it is not kept: "
        "there are 4 MiB for that, for all your characters together."
    ),
    LossKind.UNSEEN: "Kept for other programs, but not told to a game: {what}.",
    LossKind.NAME_CHANGED: "Its name was “{what}”, which a name here can't be.",
    LossKind.PRIVATE_PORTRAIT: "Its portrait has no public link and is not in the file.",
    LossKind.LINKED_PORTRAIT: (
        "Its portrait is a link, which this kind of file does not hold, and is not in the file."
    ),
    LossKind.UNREADABLE_PORTRAIT: "Its portrait can't be read and is not in the file.",
    LossKind.SMALLER_PORTRAIT: "Its portrait was too large for the file, and is smaller there.",
    LossKind.SHORTENED_THERE: (
        "“{what}” is longer than that bot takes, so it gets the first {count:,} letters. "
        "The file also holds the whole text, and you can import it here."
    ),
    LossKind.LEFT_OUT_THERE: (
        "That bot does not take “{what}” as it is. The file holds it all the same, "
        "and you can import it here."
    ),
    LossKind.RENAMED_THERE: "That bot takes each name once, so it is called “{what}” there.",
}
_COUNTED_LOSSES = {
    LossKind.USER_NAME: (
        "Its text speaks of you once, as {{{{user}}}}: write there who that is.",
        "Its text speaks of you {count} times, as {{{{user}}}}: write there who that is.",
    ),
    LossKind.SHORTENED: (
        "Its description is shortened to 20,000 characters.",
        "Its description of {count} characters is shortened to 20,000.",
    ),
    LossKind.OTHER_FILES: (
        "{count} other file of the card, such as a background, is not kept.",
        "{count} other files of the card, such as backgrounds, are not kept.",
    ),
    LossKind.MORE_TOO_LARGE: (
        "{count} more part is too large to be kept.",
        "{count} more parts are too large to be kept.",
    ),
    LossKind.RECORD_FIELDS: (
        "{count} field that a game keeps with it, such as a level, is not imported.",
        "{count} fields that a game keeps with it, such as a level, are not imported.",
    ),
}
_SHOWN = 12  # names or lines of a kind, before anything is done
_NAME = 60  # letters
_WHAT = 120
_REASON = 250


def plan(what: Plan, *, whole: bool = False) -> str:
    """What an import would do; the whole of it, or the first of each kind."""
    lines = [_TITLES[what.kind]]
    for fate, sentence in _FATES.items():
        steps = what.of(fate)
        if steps:
            names = _names([_step_name(step) for step in steps], whole=whole)
            lines.append(sentence.format(count=len(steps), names=names))
    empty = sum(not step.portable.description for step in what.of(Fate.NEW))
    if empty:
        lines.append(f"⚠️ {plural(empty, *_EMPTY)}")
    skipped = [step.failure for step in what.of(Fate.SKIPPED) if step.failure]
    failures = [_failure(each) for each in (*what.failures, *skipped)]
    if failures:
        lines.append(f"**{len(failures):,} that can't be imported**")
        lines += _first(failures, whole=whole)
    losses: list[str] = []
    for step in what.steps:
        losses += [_loss(each) for each in (*step.portable.losses, *step.losses)]
    if losses or what.losses:
        lines.append("**Please note**")
        lines += [_loss(each) for each in what.losses]
        lines += _first(losses, whole=whole)
    return "\n".join(lines)


def import_new(count: int) -> str:
    return f"Import {count:,} new"


def import_all(new: int, changed: int) -> str:
    return f"Import {new:,} new, replace {changed:,}" if new else f"Replace {changed:,}"


def progress(done: int, total: int) -> str:
    return f"Importing your characters: {done:,} of {total:,} …"


def outcome(result: Outcome) -> str:
    """What an import has done, with every failure by name."""
    counts = {
        "**{:,}** imported": result.created,
        "**{:,}** replaced": result.updated,
        "**{:,}** were here already": result.unchanged,
        "**{:,}** left as they are": result.left,
        "**{:,}** not imported": result.failures,
    }
    facts = [fact.format(len(each)) for fact, each in counts.items() if each]
    lines = ["## Import", " · ".join(facts) or NOTHING]
    sections = {
        "**Not imported**": [_failure(each) for each in result.failures],
        "**Without the portrait of the file**": [
            _failure(each) for each in result.without_portrait
        ],
        "**Not kept**": [_loss(each) for each in result.losses],
    }
    for title, section in sections.items():
        if section:
            lines += [title, *section]
    if any(isinstance(each.reason, StorageUnavailable) for each in result.failures):
        lines.append(GO_ON)
    return "\n".join(lines)


def exported(
    files: int, losses: Sequence[Loss], refused: Sequence[str] = (), *, about: str = ""
) -> str:
    """What has been exported, what is not in it, and the names of files that Discord refused.

    `about` is the last line, on how to pass the files on.
    """
    lines = [NO_FILE]
    if files:
        lines = [plural(files, "Here is your file.", "Here are your {count} files.")]
    lines += [REFUSED.format(name=safe(name)) for name in refused]
    lines += [_loss(each) for each in losses]
    if files and about:
        lines.append(about)
    return "\n".join(lines)


def _names(names: Sequence[str], *, whole: bool) -> str:
    if whole or len(names) <= _SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN:,} more"


def _first(lines: list[str], *, whole: bool) -> list[str]:
    if whole or len(lines) <= _SHOWN:
        return lines
    return [*lines[:_SHOWN], f"- and {len(lines) - _SHOWN:,} more"]


def _step_name(step: Step) -> str:
    """A character of the file, and the player's own that it matches if that has another name."""
    name = _shown(step.portable.name)
    if step.existing is None or step.existing.name == step.portable.name:
        return name
    return f"{name} (yours: {_shown(step.existing.name)})"


def _failure(failure: Failure | WithoutPortrait) -> str:
    reason = safe(line(error_text(failure.reason, in_file=True), _REASON))
    if isinstance(failure, Failure) and failure.number and not failure.name:
        return f"- number {failure.number:,}: {reason}"
    return f"- “{_shown(failure.name)}”: {reason}"


def _loss(loss: Loss) -> str:
    if loss.kind in _COUNTED_LOSSES:
        sentence = plural(loss.count, *_COUNTED_LOSSES[loss.kind])
    else:
        sentence = _LOSSES[loss.kind].format(what=line(loss.what, _WHAT), count=loss.count)
    if not loss.name:
        return f"- {safe(sentence)}"
    return f"- “{_shown(loss.name)}”: {safe(sentence)}"


def _shown(name: str) -> str:
    return safe(line(name, _NAME))

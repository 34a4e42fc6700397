"""The sentences of imports and exports."""

from collections.abc import Sequence

from characters.errors import StorageUnavailable
from characters.transfer.formats.losses import Loss
from characters.transfer.formats.portable import FileKind
from characters.transfer.import_run import Outcome
from characters.transfer.plan import Fate, Plan, Step
from cogs.characters.reason_texts import failure_lines, first, joined, loss_lines, shown
from cogs.characters.ui.formatting import safe
from cogs.characters.ui.language import N_, NN_, _, listed, ngettext

READING = N_("Reading the file…")
PACKING = N_("Packing your characters…")
NO_CHARACTERS = N_("You have no characters to export. `/character restore` shows the deleted ones.")
SEND_AGAIN = N_("Please use `/character import` once more.")
# Translators: a button; at most 80 letters.
IMPORT = N_("Import")
# Translators: the title of a form; at most 45 letters.
IMPORT_TITLE = N_("Import characters")
# Translators: at most 45 letters.
FILE_LABEL = N_("File")
# Translators: at most 100 letters.
FILE_HELP = N_("Cards, exports of Tupperbox, PluralKit and others, archives of mine.")
# Translators: below the field for a file; at most 45 letters.
LINK_LABEL = N_("Or a link to one")
# Translators: at most 100 letters.
LINK_HELP = N_("Such as Tupperbox and PluralKit give.")
LINK_LIMIT = 2000  # letters
FILE_AND_LINK = N_("Please give either a file or a link, not both.")
NO_FILE_OR_LINK = N_("Please give a file, or the link to one.")
GONE = N_("What you sent is not kept any more. Please send it again.")
NOTHING = N_("There is nothing to do: everything in it is here already, or can't be imported.")
NOT_YET = N_("-# Nothing is imported yet.")
REPLACES = N_(
    "-# The red button replaces what you have by what the file has. "
    "For seven days, `/character restore` has what was replaced."
)
REPLACED = N_("For seven days, `/character restore` has what was replaced.")
CHANGED = N_(
    "⚠️ Your characters have changed since you looked, so nothing was imported. Now it would be:"
)
GO_ON = N_("Send the same file again to go on: what is here already is not made twice.")
REFUSED = N_(
    "Discord did not take the file {name}: it is too large, or something is wrong there. "
    "The others are complete."
)
NO_FILE = N_("There is no file.")
WHOLE = N_(
    "-# An archive holds everything that is kept of your characters, also what a game and other "
    "programs added. To share a character, export a card: it holds only what a card shows."
)
PICTURE = N_(
    "-# Pass the picture on as a file: chats and websites that show it as a picture "
    "remove the card from it."
)

_TITLES = {
    FileKind.CARD: N_("## Character card"),
    FileKind.ARCHIVE: N_("## Archive"),
    FileKind.TUPPERBOX: N_("## Tupperbox export"),
    FileKind.PLURALKIT: N_("## PluralKit export"),
    FileKind.CARDS: N_("## Character cards"),
    FileKind.SIMPLY_PLURAL: N_("## Simply Plural export"),
    FileKind.SILLYTAVERN_PERSONAS: N_("## SillyTavern personas"),
    FileKind.RISUAI_PERSONA: N_("## RisuAI persona"),
    FileKind.MARINARA: N_("## Marinara export"),
    FileKind.AGNAI: N_("## Agnai character"),
    FileKind.PYGMALION: N_("## Pygmalion character"),
    FileKind.JANITOR: N_("## Janitor character"),
    FileKind.BACKYARD: N_("## Backyard character"),
    FileKind.TEXT_GENERATION_WEBUI: N_("## text-generation-webui character"),
}
_FATES = {
    Fate.NEW: NN_(
        "**{count} new**: {names}",
        "**{count} new**: {names}",
    ),
    Fate.CHANGED: NN_(
        "**{count} different from yours**\n{names}",
        "**{count} different from yours**\n{names}",
    ),
    Fate.SAME: NN_(
        "**{count} the same as yours**: {names}",
        "**{count} the same as yours**: {names}",
    ),
    Fate.NO_ROOM: NN_(
        "**{count} more than you have room for**: {names}",
        "**{count} more than you have room for**: {names}",
    ),
}
_EMPTY = NN_(
    "{count} of the new has no description in the file: a game would know its name alone.",
    "{count} of the new have no description in the file: a game would know their names alone.",
)
_LINES = NN_("{count} line of the description", "{count} lines of the description")
_FILES = NN_("Here is your file.", "Here are your {count} files.")
_FAILURES = NN_("**{count} that can't be imported**", "**{count} that can't be imported**")
_CREATED = NN_("**{count}** imported", "**{count}** imported")
_UPDATED = NN_("**{count}** replaced", "**{count}** replaced")
_UNCHANGED = NN_("**{count}** were here already", "**{count}** were here already")
_LEFT = NN_("**{count}** left as they are", "**{count}** left as they are")
_NOT_IMPORTED = NN_("**{count}** not imported", "**{count}** not imported")


def plan(what: Plan, *, whole: bool = False) -> str:
    """What an import would do; the whole of it, or the first of each kind."""
    lines = [_(_TITLES[what.kind])]
    for fate, sentences in _FATES.items():
        steps = what.of(fate)
        if steps:
            if fate is Fate.CHANGED:
                names = "\n".join(first([_difference(step) for step in steps], whole=whole))
            else:
                names = joined([_step_name(step) for step in steps], whole=whole)
            lines.append(ngettext(*sentences, len(steps), names=names))
        empty = sum(not step.portable.description for step in steps)
        if empty and fate is Fate.NEW:
            lines.append(f"⚠️ {ngettext(*_EMPTY, empty)}")
    skipped = [step.failure for step in what.of(Fate.SKIPPED) if step.failure]
    failures = [*what.failures, *skipped]
    if failures:
        lines.append(ngettext(*_FAILURES, len(failures)))
        lines += failure_lines(failures, whole=whole)
    losses = [*what.losses]
    for step in what.steps:
        losses += [*step.portable.losses, *step.losses]
    if losses:
        lines += [_("**Please note**"), *loss_lines(losses, whole=whole)]
    return "\n".join(lines)


def import_new(count: int) -> str:
    # Translators: a button; imports the new characters; at most 80 letters.
    return ngettext("Import {count} new", "Import {count} new", count)


def import_all(new: int, changed: int) -> str:
    if not new:
        # Translators: a button; replaces characters by those in the file; at most 80 letters.
        return ngettext("Replace {count}", "Replace {count}", changed)
    # Translators: a button; replaces characters by those in the file; at most 80 letters.
    return _("Import {new} new, replace {changed}", new=new, changed=changed)


def progress(done: int, total: int) -> str:
    return _("Importing your characters: {done} of {total} …", done=done, total=total)


def outcome(result: Outcome, *, whole: bool = False) -> str:
    """What an import has done; the whole of it, or the first names of each kind."""
    counts = {
        _CREATED: result.created,
        _UPDATED: result.updated,
        _UNCHANGED: result.unchanged,
        _LEFT: result.left,
        _NOT_IMPORTED: result.failures,
    }
    facts = [ngettext(*fact, len(each)) for fact, each in counts.items() if each]
    lines = [_("## Import"), " · ".join(facts) or _(NOTHING)]
    if result.updated:
        lines.append(_(REPLACED))
    sections = {
        _("**Not imported**"): failure_lines(result.failures, whole=whole),
        _("**Without the portrait of the file**"): failure_lines(
            result.without_portrait, whole=whole
        ),
        _("**Not kept**"): loss_lines(result.losses, whole=whole),
    }
    for title, section in sections.items():
        if section:
            lines += [title, *section]
    if any(isinstance(each.reason, StorageUnavailable) for each in result.failures):
        lines.append(_(GO_ON))
    return "\n".join(lines)


def exported(
    files: int, losses: Sequence[Loss], refused: Sequence[str] = (), *, about: str = ""
) -> str:
    """What has been exported, what is not in it, and the names of files that Discord refused.

    `about` is the last line, on how to pass the files on.
    """
    lines = [_(NO_FILE)]
    if files:
        lines = [ngettext(*_FILES, files)]
    lines += [_(REFUSED, name=safe(name)) for name in refused]
    lines += loss_lines(losses, whole=True)
    if files and about:
        lines.append(about)
    return "\n".join(lines)


def _step_name(step: Step) -> str:
    """A character of the file, and the player's own that it matches if that has another name."""
    name = shown(step.portable.name)
    if step.existing is None or step.existing.name == step.portable.name:
        return name
    # Translators: the name in the file, and that of the player's own character.
    return _("{name} (yours: {own})", name=name, own=shown(step.existing.name))


def _difference(step: Step) -> str:
    """What an update would change of the character."""
    parts: list[str] = []
    if step.differences.name:
        # Translators: what an import would change of a character.
        parts.append(_("the name"))
    if step.portrait:
        # Translators: what an import would change of a character.
        parts.append(_("the portrait"))
    if count := step.differences.description_lines:
        parts.append(ngettext(*_LINES, count))
    if step.differences.other:
        # Translators: what an import would change of a character.
        parts.append(_("other data"))
    return _("- {name}: {sentence}", name=_step_name(step), sentence=listed(parts))

"""The sentences of imports and exports."""

from collections.abc import Sequence

from characters.errors import StorageUnavailable
from characters.transfer.formats.losses import Loss
from characters.transfer.formats.portable import FileKind
from characters.transfer.import_run import Outcome
from characters.transfer.plan import Fate, Plan, Step
from cogs.characters.reason_texts import failure_lines, first, joined, loss_lines, shown
from cogs.characters.ui.formatting import plural, safe

READING = "Reading the file…"
PACKING = "Packing your characters…"
NO_CHARACTERS = "You have no characters to export. `/character restore` shows the deleted ones."
SEND_AGAIN = "Please use `/character import` once more."
IMPORT = "Import"
IMPORT_TITLE = "Import characters"
FILE_LABEL = "File"
FILE_HELP = "Cards, personas, an export of Tupperbox, PluralKit or others, or an archive of mine."
LINK_LABEL = "Or a link to one"
LINK_HELP = "Such as Tupperbox and PluralKit give."
LINK_LIMIT = 2000  # letters
FILE_AND_LINK = "Please give either a file or a link, not both."
NO_FILE_OR_LINK = "Please give a file, or the link to one."
GONE = "What you sent is not kept any more. Please send it again."
NOTHING = "There is nothing to do: everything in it is here already, or can't be imported."
NOT_YET = "-# Nothing is imported yet."
REPLACES = (
    "-# The red button replaces what you have by what the file has. "
    "For seven days, `/character restore` has what was replaced."
)
REPLACED = "For seven days, `/character restore` has what was replaced."
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
    FileKind.CARDS: "## Character cards",
    FileKind.SIMPLY_PLURAL: "## Simply Plural export",
    FileKind.SILLYTAVERN_PERSONAS: "## SillyTavern personas",
    FileKind.RISUAI_PERSONA: "## RisuAI persona",
    FileKind.MARINARA: "## Marinara export",
    FileKind.AGNAI: "## Agnai character",
    FileKind.PYGMALION: "## Pygmalion character",
    FileKind.JANITOR: "## Janitor character",
    FileKind.BACKYARD: "## Backyard character",
    FileKind.TEXT_GENERATION_WEBUI: "## text-generation-webui character",
}
_FATES = {
    Fate.NEW: "**{count:,} new**: {names}",
    Fate.CHANGED: "**{count:,} different from yours**\n{names}",
    Fate.SAME: "**{count:,} the same as yours**: {names}",
    Fate.NO_ROOM: "**{count:,} more than you have room for**: {names}",
}
_EMPTY = (
    "{count} of the new has no description in the file: a game would know its name alone.",
    "{count} of the new have no description in the file: a game would know their names alone.",
)
_ONE_LINE = "{count} line of the description"
_LINES = "{count} lines of the description"


def plan(what: Plan, *, whole: bool = False) -> str:
    """What an import would do; the whole of it, or the first of each kind."""
    lines = [_TITLES[what.kind]]
    for fate, sentence in _FATES.items():
        steps = what.of(fate)
        if steps:
            if fate is Fate.CHANGED:
                names = "\n".join(first([_difference(step) for step in steps], whole=whole))
            else:
                names = joined([_step_name(step) for step in steps], whole=whole)
            lines.append(sentence.format(count=len(steps), names=names))
        empty = sum(not step.portable.description for step in steps)
        if empty and fate is Fate.NEW:
            lines.append(f"⚠️ {plural(empty, *_EMPTY)}")
    skipped = [step.failure for step in what.of(Fate.SKIPPED) if step.failure]
    failures = [*what.failures, *skipped]
    if failures:
        lines.append(f"**{len(failures):,} that can't be imported**")
        lines += failure_lines(failures, whole=whole)
    losses = [*what.losses]
    for step in what.steps:
        losses += [*step.portable.losses, *step.losses]
    if losses:
        lines += ["**Please note**", *loss_lines(losses, whole=whole)]
    return "\n".join(lines)


def import_new(count: int) -> str:
    return f"Import {count:,} new"


def import_all(new: int, changed: int) -> str:
    return f"Import {new:,} new, replace {changed:,}" if new else f"Replace {changed:,}"


def progress(done: int, total: int) -> str:
    return f"Importing your characters: {done:,} of {total:,} …"


def outcome(result: Outcome, *, whole: bool = False) -> str:
    """What an import has done; the whole of it, or the first names of each kind."""
    counts = {
        "**{:,}** imported": result.created,
        "**{:,}** replaced": result.updated,
        "**{:,}** were here already": result.unchanged,
        "**{:,}** left as they are": result.left,
        "**{:,}** not imported": result.failures,
    }
    facts = [fact.format(len(each)) for fact, each in counts.items() if each]
    lines = ["## Import", " · ".join(facts) or NOTHING]
    if result.updated:
        lines.append(REPLACED)
    sections = {
        "**Not imported**": failure_lines(result.failures, whole=whole),
        "**Without the portrait of the file**": failure_lines(result.without_portrait, whole=whole),
        "**Not kept**": loss_lines(result.losses, whole=whole),
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
    lines += loss_lines(losses, whole=True)
    if files and about:
        lines.append(about)
    return "\n".join(lines)


def _step_name(step: Step) -> str:
    """A character of the file, and the player's own that it matches if that has another name."""
    name = shown(step.portable.name)
    if step.existing is None or step.existing.name == step.portable.name:
        return name
    return f"{name} (yours: {shown(step.existing.name)})"


def _difference(step: Step) -> str:
    """What an update would change of the character."""
    parts: list[str] = []
    if step.differences.name:
        parts.append("name")
    if step.portrait:
        parts.append("portrait")
    if count := step.differences.description_lines:
        parts.append(plural(count, _ONE_LINE, _LINES))
    if step.differences.other:
        parts.append("other data")
    return f"- {_step_name(step)}: {', '.join(parts)}"

"""The words about characters that come from elsewhere, and go there."""

from collections.abc import Iterable, Sequence

from characters.formats.portable import Failure
from characters.importing import Outcome
from characters.planning import Fate, Plan
from cogs.ui import line, safe

READING = "Reading the file…"
PACKING = "Packing your characters…"
NO_CHARACTERS = "You have no characters to export yet."
NAME_ONE = "That format holds one character: say which with `name`, or leave `format` out to get all of them."
AGAIN = "I could not get that file from Discord. Please send it once more."
GONE = "That file was kept for fifteen minutes and is gone now. Please send it again."
NOTHING = "There is nothing to do: everything in it is here already, or can't be imported."
NOT_YET = "-# Nothing is imported yet. Names that you have already are changed only where you say so."

_NAMES = 12  # of a kind, shown before anything is done
_LINES = 3400  # characters for what is told of an import: the rest is in a file
_NAME = 60

_FATES = {
    Fate.NEW: "new",
    Fate.CHANGED: "that you have, and that differ here",
    Fate.SAME: "that you have just so",
    Fate.OVER: "for which there is no room",
}


def plan(what: Plan) -> str:
    """What an import would do."""
    parts = [f"## {what.kind.capitalize()}"]
    for fate, meaning in _FATES.items():
        if steps := what.of(fate):
            parts.append(f"**{len(steps):,} {meaning}**: {_names([step.portable.name for step in steps])}")
    skipped = [*what.failures, *(Failure(step.portable.name, step.reason) for step in what.of(Fate.SKIPPED))]
    if skipped:
        parts.append(f"**{len(skipped):,} that can't be imported**\n{_first(skipped)}")
    losses = [Failure(step.portable.name, loss) for step in what.steps for loss in step.portable.losses]
    if losses or what.losses:
        parts.append("**What can't be kept**\n" + "\n".join([*map(_bullet, what.losses), *_lines(losses, _NAMES)]))
    return "\n".join(parts)


def import_new(count: int) -> str:
    return f"Import {count:,} new"


def import_all(new: int, changed: int) -> str:
    return f"Import {new:,} new, change {changed:,}" if new else f"Change {changed:,}"


def progress(done: int, total: int) -> str:
    return f"Importing your characters: {done:,} of {total:,} …"


def outcome(result: Outcome) -> str:
    """What an import has done, every failure named."""
    counts = [
        (len(result.created), "imported"),
        (len(result.updated), "changed"),
        (len(result.unchanged), "were here already"),
        (len(result.left), "left as they are"),
        (len(result.failures), "not imported"),
    ]
    head = " · ".join(f"**{count:,}** {what}" for count, what in counts if count) or NOTHING
    details = [
        *_section("Not imported", result.failures),
        *_section("Without their portrait", result.portraits),
        *_section("Not kept", result.losses),
    ]
    return "\n".join([f"## Import\n{head}", *details])


def is_long(text: str) -> bool:
    return len(text) > _LINES


def shortened(text: str) -> str:
    """The first lines of a text, whose whole is in a file."""
    lines, _, _ = text[:_LINES].rpartition("\n")
    return f"{lines}\n-# The file has all of it."


def exported(files: int, losses: Sequence[str]) -> str:
    """What has been exported, and what stays behind."""
    parts = [f"Here {'is your file' if files == 1 else f'are your {files:,} files'}."]
    parts += [_bullet(loss) for loss in losses]
    return "\n".join(parts)


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(safe(line(name, _NAME)) for name in names[:_NAMES])
    return f"{shown} and {len(names) - _NAMES:,} more" if len(names) > _NAMES else shown


def _first(failures: Sequence[Failure]) -> str:
    return "\n".join(_lines(failures, _NAMES))


def _lines(failures: Sequence[Failure], most: int) -> list[str]:
    lines = [_failure(each) for each in failures[:most]]
    return [*lines, f"- and {len(failures) - most:,} more"] if len(failures) > most else lines


def _section(title: str, failures: Iterable[Failure]) -> list[str]:
    lines = [_failure(each) for each in failures]
    return [f"**{title}**", *lines] if lines else []


def _failure(failure: Failure) -> str:
    return f"- **{safe(line(failure.name, _NAME)) or 'nameless'}**: {failure.reason}"


def _bullet(sentence: str) -> str:
    return f"- {sentence}"

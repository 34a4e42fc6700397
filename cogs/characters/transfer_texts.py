"""The words about characters that come from elsewhere, and go there."""

from collections.abc import Iterable, Sequence

from characters.errors import StorageUnavailable
from characters.transfer.formats.portable import Failure
from characters.transfer.importer import Outcome
from characters.transfer.plan import Fate, Plan, Step
from cogs.characters.ui.formatting import line, safe

READING = "Reading the file…"
PACKING = "Packing your characters…"
NO_CHARACTERS = "You have no characters to export. `/character restore` shows the deleted ones."
NAME_ONE = "That format holds one character: say which with `name`, or leave `format` out to get all of them."
SEND_AGAIN = "Please send the file once more."
AGAIN = f"I could not get that file from Discord. {SEND_AGAIN}"
GONE = "That file is not kept any more. Please send it again."
NOTHING = "There is nothing to do: everything in it is here already, or can't be imported."
NOT_YET = "-# Nothing is imported yet."
REPLACES = "-# The red button replaces what you have by what the file has; there is no way back."
OTHERWISE = (
    "⚠️ Your characters have changed since you looked, so nothing was imported. Now it would be:"
)
REFUSED = "Discord did not take this file: it is too large, or something is wrong there. The others are complete."
PICTURE = "-# Pass the picture on as a file: chats and websites that show it as a picture strip the card out of it."

_NAMES = 12  # of a kind, shown before anything is done
_NAME = 60
_REASON = 250

_FATES = {
    Fate.NEW: "new",
    Fate.CHANGED: "different from yours",
    Fate.SAME: "the same as yours",
    Fate.OVER: "more than you have room for",
}


def plan(what: Plan, *, whole: bool = False) -> str:
    """What an import would do; the whole of it, or the first of each kind."""
    most = (
        len(what.steps) + len(what.failures) + sum(len(step.portable.losses) for step in what.steps)
    )
    most = most if whole else _NAMES
    parts = [f"## {what.kind[:1].upper()}{what.kind[1:]}"]
    for fate, meaning in _FATES.items():
        if steps := what.of(fate):
            parts.append(
                f"**{len(steps):,} {meaning}**: {_names([_named(step) for step in steps], most)}"
            )
    skipped = [
        *what.failures,
        *(Failure(step.portable.name, step.reason) for step in what.of(Fate.SKIPPED)),
    ]
    if skipped:
        parts += [f"**{len(skipped):,} that can't be imported**", *_lines(skipped, most)]
    losses = [
        Failure(step.portable.name, loss) for step in what.steps for loss in step.portable.losses
    ]
    if losses or what.losses:
        parts += ["**What can't be kept**", *map(_bullet, what.losses), *_lines(losses, most)]
    return "\n".join(parts)


def import_new(count: int) -> str:
    return f"Import {count:,} new"


def import_all(new: int, changed: int) -> str:
    return f"Import {new:,} new, replace {changed:,}" if new else f"Replace {changed:,}"


def progress(done: int, total: int) -> str:
    return f"Importing your characters: {done:,} of {total:,} …"


def outcome(result: Outcome) -> str:
    """What an import has done, every failure named."""
    counts = [
        (len(result.created), "imported"),
        (len(result.updated), "replaced"),
        (len(result.unchanged), "were here already"),
        (len(result.left), "left as they are"),
        (len(result.failures), "not imported"),
    ]
    head = " · ".join(f"**{count:,}** {what}" for count, what in counts if count) or NOTHING
    details = [
        *_section("Not imported", result.failures),
        *_section("Without the portrait of the file", result.portraits),
        *_section("Not kept", result.losses),
    ]
    if any(each.reason == str(StorageUnavailable()) for each in result.failures):
        details.append("Send the same file again to go on: what is here already is not made twice.")
    return "\n".join([f"## Import\n{head}", *details])


def exported(files: int, losses: Sequence[Failure], *, picture: bool = False) -> str:
    """What has been exported, and what stays behind."""
    head = (
        f"Here {'is your file' if files == 1 else f'are your {files:,} files'}."
        if files
        else "There is no file."
    )
    return "\n".join([head, *map(_failure, losses), *([PICTURE] if picture else [])])


def _names(names: Sequence[str], most: int) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown


def _named(step: Step) -> str:
    """A character of the file, and which of the player's own it means where that has another name."""
    name = safe(line(step.portable.name, _NAME))
    mine = step.existing and step.existing.name
    return (
        name
        if mine in {None, step.portable.name}
        else f"{name} (yours: {safe(line(mine or '', _NAME))})"
    )


def _lines(failures: Sequence[Failure], most: int) -> list[str]:
    lines = [_failure(each) for each in failures[:most]]
    return [*lines, f"- and {len(failures) - most:,} more"] if len(failures) > most else lines


def _section(title: str, failures: Iterable[Failure]) -> list[str]:
    lines = [_failure(each) for each in failures]
    return [f"**{title}**", *lines] if lines else []


def _failure(failure: Failure) -> str:
    return f"- “{safe(line(failure.name, _NAME))}”: {safe(line(failure.reason, _REASON))}"


def _bullet(sentence: str) -> str:
    return f"- {safe(line(sentence, _REASON))}"

"""The words that players read, but for the errors (`characters.errors`)."""

from characters.model import NAME_LIMIT, TRASH_SECONDS, Character
from cogs.ui import line, safe, sendable

ROSTER_TITLE = "## Your characters"
EMPTY_ROSTER = (
    "## No characters yet\nCreate one, and you play it in every game session: a name, a description, and a portrait."
)
CHOOSE = "Choose whom you play"
CREATE = "Create a character"
PLAY = "Play"
EDIT = "Edit"
SHARE = "Share"
EXPORT = "Export"
DELETE = "Delete"
UNDO = "Undo"
OPEN_AGAIN = "Open the form again"
PREVIOUS = "◀"
NEXT = "▶"

CREATE_TITLE = "Create a character"
NAME_LABEL = "Name"
NAME_HELP = f"Up to {NAME_LIMIT} characters."
DESCRIPTION_LABEL = "Description"
DESCRIPTION_HELP = "Who they are and what they look like; games and pictures use it."
PORTRAIT_LABEL = "Portrait"
PORTRAIT_HELP = "A PNG, JPEG, WebP or GIF of at most 10 MiB."
PORTRAIT_KEPT = "The picture you sent before is used unless you choose another one here."
REMOVE_LABEL = "Remove the portrait"
PREPARING = "Preparing the portrait…"

NOW = "What it is now"
YOURS = "What you typed"

TRASH_TITLE = "## Your trash"
EMPTY_TRASH = "Your trash is empty. What you delete waits here for seven days."
CHOOSE_RESTORE = "Choose whom to bring back"

EXPORT_ALL = "Export everything first"
FORGET = "Forget me"
FORGET_TITLE = "Forget me"
FORGET_WORD = "forget"
FORGET_LABEL = f"Type “{FORGET_WORD}” to remove everything for good"
FORGOTTEN = "Everything is removed: nothing of you is kept here any more."
PACKING = "Packing your characters…"

DESCRIPTION_SHOWN = 3000  # of the 4,000 characters that a message holds
_LINE = 100
_VERSION = 1500  # of a description where two are compared
_FAR_FUTURE = 32_503_680_000  # the year 3000; a time beyond is not in seconds


def counted(count: int, limit: int) -> str:
    return f"-# {count} of {limit} · the one you play enters every game session"


def page_of(page: int, pages: int) -> str:
    return f"Page {page + 1} of {pages}"


def name(character: Character) -> str:
    return safe(line(character.name, NAME_LIMIT))


def summary(character: Character, *, active: bool) -> str:
    """A character in the roster: its name, the first line of its description, and when it was last played."""
    parts = [f"### {name(character)}"]
    if first := line(character.description, _LINE):
        parts.append(safe(first))
    facts = [*(["🎭 **playing**"] if active else []), *_when("last played", character.last_used, "R")]
    if facts:
        parts.append(f"-# {' · '.join(facts)}")
    return "\n".join(parts)


def heading(character: Character) -> str:
    return f"## {name(character)}"


def description(character: Character) -> str:
    text = sendable(character.description).strip()
    if len(text) > DESCRIPTION_SHOWN:
        return f"{text[:DESCRIPTION_SHOWN]}…\n-# Shortened: the file has all of its {len(text):,} characters."
    return text or "-# No description yet."


def facts(character: Character, *, active: bool) -> str:
    known = [
        *(["🎭 **playing**"] if active else []),
        *_when("created", character.created_at, "D"),
        *_when("last played", character.last_used, "R"),
    ]
    return f"-# {' · '.join(known)}" if known else ""


def portrait_of(character: Character) -> str:
    """The alt text of a portrait."""
    return f"Portrait of {line(character.name, NAME_LIMIT)}"


def refused(character: Character, reason: str) -> str:
    kept = "with the portrait it had" if character.image_path or character.image_url else "without a portrait"
    return f"⚠️ **{name(character)}** is saved, {kept}. {reason}"


def deleted(character: Character) -> str:
    return f"**{name(character)}** is deleted. You can undo this for seven days."


def exported(character: Character) -> str:
    return f"**{name(character)}** as a Character Card, which other programs read too."


def edit_title(character_name: str) -> str:
    return f"Edit {character_name}"


def description_left_out(text: str | None) -> str:
    count = f"It has {len(text):,} characters, too many for this form, and" if text else "It"
    return f"**{DESCRIPTION_LABEL}**\n{count} stays as it is."


def version(title: str, character_name: str, text: str | None) -> str:
    """One side of a comparison; a description of None is not changed."""
    shown = "-# The description stays as it is." if text is None else sendable(text).strip() or "-# No description."
    if len(shown) > _VERSION:
        shown = f"{shown[:_VERSION]}…\n-# Shortened: it has {len(shown):,} characters."
    return f"-# {title}\n### {safe(line(character_name, NAME_LIMIT))}\n{shown}"


def trashed(character: Character) -> str:
    until = _when("can be restored until", character.trashed_at + TRASH_SECONDS, "f")
    return f"**{name(character)}** {''.join(until)}"


def farewell(characters: int, trashed: int, portraits: int) -> str:
    return (
        "## Forget me\nThis removes for good, with no way back:\n"
        f"- {_counted(characters, 'character')}\n"
        f"- {_counted(trashed, 'character')} in the trash\n"
        f"- {_counted(portraits, 'portrait')}\n"
        "- whatever you typed into forms and did not save"
    )


def packed(archives: int) -> str:
    return f"Here is everything, in {_counted(archives, 'archive')}." if archives else "There is nothing to export."


def not_confirmed(typed: str) -> str:
    return f"You typed “{safe(typed)}”, not “{FORGET_WORD}”, so nothing was removed."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _when(what: str, seconds: float, style: str) -> list[str]:
    return [f"{what} <t:{seconds:.0f}:{style}>"] if 0 < seconds < _FAR_FUTURE else []

"""The words that players read, but for the errors (`characters.errors`)."""

from characters.model import NAME_LIMIT, Character
from cogs.ui import line, safe

ROSTER_TITLE = "## Your characters"
EMPTY_ROSTER = (
    "## No characters yet\nCreate one, and you play it in every game session: a name, a description, and a portrait."
)
CHOOSE = "Choose whom you play"
CREATE = "Create a character"
ADD_PORTRAIT = "Add a portrait"
PLAY = "Play"
DELETE = "Delete"
UNDO = "Undo"
PREVIOUS = "◀"
NEXT = "▶"

FORM_TITLE = "Create a character"
NAME_LABEL = "Name"
NAME_HELP = f"Up to {NAME_LIMIT} characters."
DESCRIPTION_LABEL = "Description"
DESCRIPTION_HELP = "Who they are and what they look like; games and pictures use it."
PORTRAIT_LABEL = "Portrait"
PORTRAIT_HELP = "A PNG, JPEG, WebP or GIF of at most 10 MiB."
PORTRAIT_ATTACHED = "The picture you attached to the command is used unless you choose another one here."

_LINE = 100
_DESCRIPTION = 3000  # of the 4,000 characters that a message holds
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
    text = character.description
    if len(text) > _DESCRIPTION:
        return f"{text[:_DESCRIPTION]}…\n-# Shortened: the whole description has {len(text):,} characters."
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
    return f"⚠️ **{name(character)}** is saved, but without a portrait. {reason}"


def deleted(character: Character) -> str:
    return f"**{name(character)}** is deleted. You can undo this for seven days."


def _when(what: str, seconds: float, style: str) -> list[str]:
    return [f"{what} <t:{seconds:.0f}:{style}>"] if 0 < seconds < _FAR_FUTURE else []

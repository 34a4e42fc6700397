"""The words that players read, but for the errors (`characters.errors`)."""

from characters.model import TRASH_SECONDS, Character, Roster
from characters.names import NAME_LIMIT
from cogs.characters.ui.messages import line, safe, sendable

ROSTER_TITLE = "## Your characters"
EMPTY_ROSTER = (
    "## No characters yet\nCreate one with a name, and if you like a description and a portrait. "
    "You then play it in every game session."
)
CHOOSE = "Choose who to play"
CREATE = "Create a character"
PLAY = "Play"
EDIT = "Edit"
SHARE = "Share"
EXPORT = "Export"
OPEN = "Open"
DELETE = "Delete"
UNDO = "Undo"
OPEN_AGAIN = "Open the form again"
PREVIOUS = "◀"
NEXT = "▶"

CREATE_TITLE = "Create a character"
NAME_LABEL = "Name"
NAME_HELP = f"Up to {NAME_LIMIT} letters."
DESCRIPTION_LABEL = "Description"
DESCRIPTION_HELP = "Who they are and what they look like. Games use it."
PORTRAIT_LABEL = "Portrait"
PORTRAIT_HELP = "PNG, JPEG, WebP or GIF, up to 10 MB."
PORTRAIT_KEPT = "Your earlier picture is kept unless you choose another one."
REMOVE_LABEL = "Remove the portrait"
PREPARING = "Preparing the portrait…"

NOW = "PortraitFile now"
YOURS = "Your changes"

TRASH_TITLE = "## Your trash"
EMPTY_TRASH = "Your trash is empty. What you delete waits here for seven days."
CHOOSE_RESTORE = "Choose who to bring back"

EXPORT_ALL = "Export everything first"
FORGET = "Forget me"
FORGET_TITLE = "Forget me"
FORGET_WORD = "forget"
FORGET_LABEL = f"Type “{FORGET_WORD}” to remove everything for good"
NOTHING_KEPT = "Nothing of yours is kept here."
FORGOTTEN = "Done. Nothing of yours is kept here any more."

DESCRIPTION_SHOWN = 3000  # of the 4,000 characters that a message holds
_LINE = 100
_VERSION = 1500  # of a description where two are compared
_FAR_FUTURE = 32_503_680_000  # the year 3000; a time beyond is not in seconds


def counted(roster: Roster, limit: int) -> str:
    playing = f"🎭 Playing **{name(roster.active)}** · " if roster.active else ""
    return f"-# {playing}{len(roster.characters)} of {limit} characters"


def page_of(page: int, pages: int) -> str:
    return f"Page {page + 1} of {pages}"


def name(character: Character) -> str:
    return safe(line(character.name, NAME_LIMIT))


def summary(character: Character, *, active: bool) -> str:
    """A character in the roster: its name, the first line of its description, and when it was last played."""
    parts = [f"### {name(character)}"]
    if first := gist(character):
        parts.append(safe(first))
    if facts := _played(character, active=active):
        parts.append(f"-# {facts}")
    return "\n".join(parts)


def heading(character: Character) -> str:
    return f"## {name(character)}"


def description(character: Character) -> str:
    text = sendable(character.description).strip()
    return (
        f"{text[:DESCRIPTION_SHOWN]}…"
        if len(text) > DESCRIPTION_SHOWN
        else text or "-# No description yet."
    )


def shortened(character: Character) -> str:
    """Said beside the text, not in it: a code block that the cut leaves open would swallow it."""
    return f"-# Shortened: the file has all of its {len(character.description):,} letters."


def facts(character: Character, *, active: bool) -> str:
    used, made = character.last_used, character.created_at
    known = [
        *(["🎭 **playing**"] if active else []),
        *_when("since" if active else "last played", used, "R"),
        *_when("created", made, "D"),
    ]
    return f"-# {' · '.join(known)}" if known else ""


def shared_by(player: str) -> str:
    return f"-# played by {safe(player)}"


def portrait_of(character: Character) -> str:
    """The alt text of a portrait."""
    return f"Portrait of {line(character.name, NAME_LIMIT)}"


def refused(character: Character, reason: str) -> str:
    kept = (
        "with the portrait it had"
        if character.image_path or character.image_url
        else "without a portrait"
    )
    return f"⚠️ **{name(character)}** is saved, {kept}. {reason}"


def deleted(character: Character) -> str:
    return f"**{name(character)}** is deleted. For seven days, Undo or `/character restore` brings it back."


def edit_title(character_name: str) -> str:
    return f"Edit {character_name}"


def description_left_out(text: str | None) -> str:
    count = f"It has {len(text):,} letters, too many for this form, and" if text else "It"
    return f"**{DESCRIPTION_LABEL}**\n{count} stays as it is."


def version(title: str, character_name: str, text: str | None) -> str:
    """One side of a comparison; a description of None is not changed."""
    shown = (
        "-# The description stays as it is."
        if text is None
        else sendable(text).strip() or "-# No description."
    )
    if len(shown) > _VERSION:
        title, shown = f"{title}, shortened from {len(shown):,} letters", f"{shown[:_VERSION]}…"
    return f"-# {title}\n### {safe(line(character_name, NAME_LIMIT))}\n{shown}"


def trashed(character: Character) -> str:
    return " · ".join(
        [f"**{name(character)}**", *_when("until", character.trashed_at + TRASH_SECONDS, "f")]
    )


def confirmation(characters: int, trashed: int, portraits: int) -> str:
    return (
        "## Forget me\nThis removes for good, with no way back:\n"
        f"- {_counted(characters, 'character')}\n"
        f"- {_counted(trashed, 'character')} in the trash\n"
        f"- {_counted(portraits, 'portrait')}\n"
        "- whatever you typed into forms and did not save\n"
        "- your seats in lobbies"
    )


def not_confirmed(typed: str) -> str:
    return f"You typed “{safe(typed)}”, not “{FORGET_WORD}”, so nothing was removed."


def label(character: Character, *, alone: bool) -> str:
    """A character in a list to choose from; one of several with the same name is told by its description."""
    return line(character.name if alone else f"{character.name} · {gist(character)}", 100)


def gist(character: Character) -> str:
    """The first line of the description that says something, without the Markdown around it."""
    lines = (text.strip("#>*_~`|- ") for text in character.description[:2000].splitlines())
    first = next((text for text in lines if any(map(str.isalnum, text))), "")
    more = len(character.description.strip()) > len(first) + 8
    return line(first, _LINE).removesuffix(" …") + (" …" if first and more else "")


def _played(character: Character, *, active: bool) -> str:
    used = character.last_used
    if active:
        return " · ".join(["🎭 **playing**", *_when("since", used, "R")])
    return "".join(
        _when("last played", used, "R")
        if used > character.created_at
        else _when("created", used, "R")
    )


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _when(what: str, seconds: float, style: str) -> list[str]:
    return [f"{what} <t:{seconds:.0f}:{style}>"] if 0 < seconds < _FAR_FUTURE else []

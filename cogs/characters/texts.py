"""What players read about their characters; sentences about errors are in `error_texts`."""

from characters.model import Character
from characters.names import NAME_LIMIT
from characters.roster import Roster
from cogs.characters.ui.formatting import line, safe, sendable, shown_name

SOMETHING_WENT_WRONG = "Something went wrong on my side. The error is in my log. Please try again."
NOT_ALLOWED = "You can't use this command here right now."
BLOCKED = (
    "The people who run me do not let you use me. "
    "`/character forget` still removes everything that is kept of you."
)
NOT_YOURS = "These buttons belong to somebody else. `/character list` shows your own characters."
OUTDATED = "This button or menu no longer works. `/character list` shows your characters."
WHOLE_LIST = "-# The whole list:"
PREVIOUS = "Previous"
NEXT = "Next"

ROSTER_TITLE = "## Your characters"
EMPTY_ROSTER = (
    "## No characters yet\nMake a character once, and play it in every game session: a name, and a "
    "description and a portrait if you like.\n-# You have some elsewhere? Import reads character "
    "cards and files of Tupperbox, PluralKit and others, as `/character import` does."
)
YOUR_CHARACTERS = "Your characters"
CREATE = "Create a character"
PLAY = "Play"
EDIT = "Edit"
SHARE = "Share"
EXPORT = "Export"
DELETE = "Delete"
UNDO = "Undo"
OPEN_AGAIN = "Open the form again"

CREATE_TITLE = "Create a character"
NAME_LABEL = "Name"
NAME_HELP = f"At most {NAME_LIMIT} letters."
PORTRAIT_LABEL = "Portrait"
PORTRAIT_HELP = "PNG, JPEG, WebP, GIF or AVIF, at most 10 MB."
PORTRAIT_PRESENT = f"{PORTRAIT_HELP} Leave empty to keep the present one."
PORTRAIT_KEPT = "Leave empty to keep the one that you chose before."
SHOWN_LABEL = "What lists show of the portrait"
SHOWN_HELP = "Lists show a square; the character's own page shows the whole portrait."
FOCUS_LABELS = {
    "top": "Its upper part",
    "middle": "Its middle",
    "bottom": "Its lower part",
    "whole": "The whole portrait, smaller",
}
AS_IT_IS = "Leave the portrait as it is"
REMOVE_LABEL = "Remove the portrait"
PREPARING = "Preparing the portrait…"
PORTRAIT_AWAY = "-# ⚠️ The portrait can't be shown now: its file is missing or can't be read."
PORTRAIT_AWAY_HERE = (
    "-# ⚠️ The portrait can't be shown now: its file is missing or can't be read. "
    "If that stays so, please add it again with **Edit**."
)
PORTRAITS_AWAY = "-# ⚠️ **?** stands for portraits that can't be shown now."
READING_TEXT = "Reading the description…"

CHANGED_MEANWHILE = (
    "Not saved yet: this character was changed while you were editing it. "
    "Open the form again to save your changes over it."
)
NOW = "The character now"
YOURS = "Your changes"
DESCRIPTION_UNCHANGED = "-# The description stays as it is."
NO_DESCRIPTION = "-# No description."
NO_DESCRIPTION_YET = "-# No description yet."

OPEN_FORM = "Open the form"
FORM_LATE = "That took too long for a form to open by itself. Please press the button."
SEE_BELOW = "See below."
SWITCHED_OFF = "My characters are switched off at the moment. Please try again later."
STOPPED = "I had to stop before this was finished. Please try again in a minute."
NOT_SHOWN = (
    "I could not show you the answer: its message is gone, or I may not write there. "
    "`/character list` shows your characters as they are now."
)
FORMATS = {
    "png": "One: character card as a picture (PNG)",
    "json": "One: character card as text (JSON)",
    "charx": "One: character card with files (CHARX)",
    "archive": "Any number: archive with portraits (ZIP)",
    "tupperbox": "Any number: for Tupperbox",
    "pluralkit": "Any number: for PluralKit",
}

PLAYING = "🎭 **playing**"
STARRED = "⭐ starred"
SINCE = "since <t:{at:.0f}:R>"
LAST_PLAYED = "last played <t:{at:.0f}:R>"
NEVER_PLAYED = "never played"
CREATED_ON = "created <t:{at:.0f}:D>"

DESCRIPTION_SHOWN = 3000  # of the 4,000 characters that a message holds
_ALT_TEXT = 900  # characters of a description; Discord takes 1,024 with the name
_LABEL = 100  # characters of a label or description that Discord takes in a menu
_VERSION = 1500  # characters of each description where two are compared
_FAR_FUTURE = 32_503_680_000  # the year 3000; Discord shows no times long after it


def roster_heading(roster: Roster, limit: int) -> str:
    facts = [f"{len(roster.characters)} of {limit} characters"]
    if roster.active:
        facts.insert(0, f"🎭 You play **{name(roster.active)}**")
    return f"{ROSTER_TITLE}\n{_small(facts)}"


def page_number(number: int, count: int) -> str:
    return f"-# Page {number + 1} of {count}"


def name(character: Character) -> str:
    return shown_name(character.name, NAME_LIMIT)


def summary(character: Character, *, active: bool) -> str:
    """A character in the roster: its name, the first line of the description, and its facts."""
    lines = [f"### {name(character)}", safe(gist(character)), facts(character, active=active)]
    return "\n".join(each for each in lines if each)


def heading(character: Character) -> str:
    return f"## {name(character)}"


def description(character: Character) -> str:
    text = sendable(character.description).strip()
    if len(text) > DESCRIPTION_SHOWN:
        return f"{text[:DESCRIPTION_SHOWN]}…"
    return text or NO_DESCRIPTION_YET


def shortened(character: Character) -> str:
    """Is shown below the description: in it, an open code block would include this line."""
    return f"-# Shortened: the file has all of its {len(character.description):,} letters."


def facts(character: Character, *, active: bool) -> str:
    """When it was played and created, and whether it is starred."""
    if active:
        used = [PLAYING, *moment(SINCE, character.last_used)]
    elif character.last_used > character.created_at:
        used = moment(LAST_PLAYED, character.last_used)
    else:
        used = [NEVER_PLAYED]
    starred = [STARRED] if character.is_favourite else []
    return _small([*used, *moment(CREATED_ON, character.created_at), *starred])


def portrait_of(character: Character) -> str:
    """The alt text of a portrait where the description is shown too."""
    about = _first_line(character, _ALT_TEXT)
    if about:
        return f"Portrait of {line(character.name, NAME_LIMIT)}: {about}"
    return portrait_named(character)


def portrait_named(character: Character) -> str:
    """The alt text of a portrait where others see nothing of the character but its name."""
    return f"Portrait of {line(character.name, NAME_LIMIT)}"


def refused(character: Character, reason: str) -> str:
    """`reason` is a sentence about the portrait that was refused."""
    if character.image_path or character.image_url:
        return f"⚠️ **{name(character)}** is saved, with the portrait it had.\n{reason}"
    return f"⚠️ **{name(character)}** is saved, without a portrait.\n{reason}"


def stands_still(character: Character) -> str:
    return f"The portrait of **{name(character)}** is an animation. Here it stands still."


def namesake(character: Character) -> str:
    return f"-# You have another character called “{name(character)}”."


def deleted(character: Character) -> str:
    return (
        f"**{name(character)}** is deleted. "
        "For seven days, Undo or `/character restore` brings it back."
    )


def edit_title(character_name: str) -> str:
    return f"Edit {character_name}"


def version(title: str, character_name: str, text: str | None) -> str:
    """One side of a comparison; a description of None is not changed."""
    facts, shown = [title], DESCRIPTION_UNCHANGED
    if text is not None:
        shown = sendable(text).strip() or NO_DESCRIPTION
    if len(shown) > _VERSION:
        facts.append(f"shortened from {len(shown):,} letters")
        shown = f"{shown[:_VERSION]}…"
    return f"{_small(facts)}\n### {shown_name(character_name, NAME_LIMIT)}\n{shown}"


def label(character: Character, *, alone: bool) -> str:
    """A character in a list to choose from; `alone` if no other one has the same name."""
    text = character.name if alone else f"{character.name} · {gist(character)}"
    return line(text, _LABEL)


def gist(character: Character) -> str:
    """The first line of the description that has a letter or digit, without Markdown around it."""
    return _first_line(character, _LABEL)


def _first_line(character: Character, limit: int) -> str:
    text = character.description.strip()
    for raw in text[:2000].splitlines():
        first = raw.strip("#>*_~`|- ")
        if any(map(str.isalnum, first)):
            more = " …" if len(text) > len(first) + 8 else ""
            return line(first, limit).removesuffix(" …") + more
    return ""


def _small(facts: list[str]) -> str:
    return f"-# {' · '.join(facts)}" if facts else ""


def moment(template: str, seconds: float) -> list[str]:
    """The filled-in template, or nothing if the time is unknown or not in seconds."""
    return [template.format(at=seconds)] if 0 < seconds < _FAR_FUTURE else []

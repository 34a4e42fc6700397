"""What players read about their characters; sentences about errors are in `error_texts`."""

from characters.model import Character
from characters.names import NAME_LIMIT
from characters.roster import Roster
from cogs.characters.ui.formatting import line, safe, sendable, shown_name
from cogs.characters.ui.language import N_, NN_, _, ngettext

SOMETHING_WENT_WRONG = N_(
    "Something went wrong on my side. The error is in my log. Please try again."
)
NOT_ALLOWED = N_("You can't use this command here right now.")
BLOCKED = N_(
    "The people who run me do not let you use me. "
    "`/character forget` still removes everything that is kept of you."
)
NOT_YOURS = N_(
    "These buttons belong to somebody else. `/character list` shows your own characters."
)
OUTDATED = N_("This button or menu no longer works. `/character list` shows your characters.")
WHOLE_LIST = N_("-# The whole list:")
# Translators: at most 80 letters.
PREVIOUS = N_("Previous")
# Translators: at most 80 letters.
NEXT = N_("Next")

ROSTER_TITLE = N_("## Your characters")
EMPTY_ROSTER = N_(
    "## No characters yet\nMake a character once, and play it in every game session: a name, and a "
    "description and a portrait if you like.\n-# You have some elsewhere? Import reads character "
    "cards and files of Tupperbox, PluralKit and others, as `/character import` does."
)
# Translators: at most 80 letters.
YOUR_CHARACTERS = N_("Your characters")
# Translators: at most 80 letters.
CREATE = N_("Create a character")
# Translators: a button; the player will play this character; at most 80 letters.
PLAY = N_("Play")
# Translators: a button; at most 80 letters.
EDIT = N_("Edit")
# Translators: a button; the character is shown to the whole channel; at most 80 letters.
SHARE = N_("Share")
# Translators: a button; the character is given out as a file; at most 80 letters.
EXPORT = N_("Export")
# Translators: a button; at most 80 letters.
DELETE = N_("Delete")
# Translators: a button; at most 80 letters.
UNDO = N_("Undo")
# Translators: at most 80 letters.
OPEN_AGAIN = N_("Open the form again")

PREPARING = N_("Preparing the portrait…")
PORTRAIT_AWAY = N_("-# ⚠️ The portrait can't be shown now: its file is missing or can't be read.")
PORTRAIT_AWAY_HERE = N_(
    "-# ⚠️ The portrait can't be shown now: its file is missing or can't be read. "
    "If that stays so, please add it again with **Edit**."
)
# Translators: **?** is drawn in the picture.
PORTRAITS_AWAY = N_("-# ⚠️ **?** stands for portraits that can't be shown now.")
READING_TEXT = N_("Reading the description…")

CHANGED_MEANWHILE = N_(
    "Not saved yet: this character was changed while you were editing it. "
    "Open the form again to save your changes over it."
)
# Translators: above what another device has saved.
NOW = N_("The character now")
# Translators: above what the player has typed.
YOURS = N_("Your changes")
SHORTENED_FROM = NN_("shortened from {count} letter", "shortened from {count} letters")
DESCRIPTION_UNCHANGED = N_("-# The description stays as it is.")
NO_DESCRIPTION = N_("-# No description.")
NO_DESCRIPTION_YET = N_("-# No description yet.")

# Translators: at most 80 letters.
OPEN_FORM = N_("Open the form")
FORM_LATE = N_("That took too long for a form to open by itself. Please press the button.")
SEE_BELOW = N_("See below.")
SWITCHED_OFF = N_("My characters are switched off at the moment. Please try again later.")
STOPPED = N_("I had to stop before this was finished. Please try again in a minute.")
NOT_SHOWN = N_(
    "I could not show you the answer: its message is gone, or I may not write there. "
    "`/character list` shows your characters as they are now."
)

PLAYING = N_("🎭 **playing**")
STARRED = N_("⭐ starred")
# Translators: when a player began to play it. Discord shows {moment} as “2 hours ago” or as a date.
SINCE = N_("chosen {moment}")
# Translators: Discord shows {moment} as “2 hours ago”.
LAST_PLAYED = N_("last played {moment}")
NEVER_PLAYED = N_("never played")
# Translators: Discord shows {moment} as “28 November 2026”.
CREATED_ON = N_("created {moment}")

DESCRIPTION_SHOWN = 3000  # of the 4,000 characters that a message holds
_ALT_TEXT = 900  # characters of a description; Discord takes 1,024 with the name
_LABEL = 100  # characters of a label or description that Discord takes in a menu
_VERSION = 1500  # characters of each description where two are compared
_FAR_FUTURE = 32_503_680_000  # the year 3000; Discord shows no times long after it


def roster_heading(roster: Roster, limit: int) -> str:
    facts = [_("{count} of {limit} characters", count=len(roster.characters), limit=limit)]
    if roster.active:
        facts.insert(0, _("🎭 You play **{name}**", name=name(roster.active)))
    return f"{_(ROSTER_TITLE)}\n{_small(facts)}"


def page_number(number: int, count: int) -> str:
    return _("-# Page {number} of {count}", number=number + 1, count=count)


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
    return text or _(NO_DESCRIPTION_YET)


def shortened(character: Character) -> str:
    """Is shown below the description: in it, an open code block would include this line."""
    return ngettext(
        "-# Shortened: the file has all of its {count} letter.",
        "-# Shortened: the file has all of its {count} letters.",
        len(character.description),
    )


def facts(character: Character, *, active: bool) -> str:
    """When it was played and created, and whether it is starred."""
    if active:
        used = [_(PLAYING), *moment(SINCE, character.last_used, "R")]
    elif character.last_used > character.created_at:
        used = moment(LAST_PLAYED, character.last_used, "R")
    else:
        used = [_(NEVER_PLAYED)]
    starred = [_(STARRED)] if character.is_favourite else []
    return _small([*used, *moment(CREATED_ON, character.created_at, "D"), *starred])


def portrait_of(character: Character) -> str:
    """The alt text of a portrait where the description is shown too."""
    about = _first_line(character, _ALT_TEXT)
    if about:
        named = line(character.name, NAME_LIMIT)
        return _("Portrait of {name}: {description}", name=named, description=about)
    return portrait_named(character)


def portrait_named(character: Character) -> str:
    """The alt text of a portrait where others see nothing of the character but its name."""
    return _("Portrait of {name}", name=line(character.name, NAME_LIMIT))


def refused(character: Character, reason: str) -> str:
    """`reason` is a sentence about the portrait that was refused."""
    saved = _("⚠️ **{name}** is saved, without a portrait.", name=name(character))
    if character.image_path or character.image_url:
        saved = _("⚠️ **{name}** is saved, with the portrait it had.", name=name(character))
    return f"{saved}\n{reason}"


def stands_still(character: Character) -> str:
    return _(
        "The portrait of **{name}** is an animation. Here it stands still.", name=name(character)
    )


def namesake(character: Character) -> str:
    return _("-# You have another character called “{name}”.", name=name(character))


def deleted(character: Character) -> str:
    return _(
        "**{name}** is deleted. For seven days, Undo or `/character restore` brings it back.",
        name=name(character),
    )


def version(title: str, character_name: str, text: str | None) -> str:
    """One side of a comparison; a description of None is not changed."""
    facts, shown = [title], _(DESCRIPTION_UNCHANGED)
    if text is not None:
        shown = sendable(text).strip() or _(NO_DESCRIPTION)
    if len(shown) > _VERSION:
        facts.append(ngettext(*SHORTENED_FROM, len(shown)))
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


def moment(sentence: str, seconds: float, style: str) -> list[str]:
    """The sentence with this time in it, or nothing if the time is unknown or not in seconds.

    `style` is Discord's letter for how the time is shown.
    """
    if not 0 < seconds < _FAR_FUTURE:
        return []
    shown = f"<t:{seconds:.0f}:{style}>"
    return [_(sentence, moment=shown)]

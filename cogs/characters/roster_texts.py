"""What players read in the list of their characters."""

from collections.abc import Sequence

from characters.model import Character
from characters.roster import Roster
from cogs.characters.list_view import QUERY_BYTES, ListView, Order
from cogs.characters.texts import PLAYING, ROSTER_TITLE, gist
from cogs.characters.ui.formatting import line, plain_name, plural, shown_name

BACK = "Back to the list"
BACK_TO_CHARACTER = "Back to the character"
OPEN = "Open a character"
SEARCH = "Search"
SHOW_ALL = "Show all"
TRASH = "Trash"
STAR = "Star"
UNSTAR = "Unstar"
SEARCH_TITLE = "Search your characters"
SEARCH_LABEL = "Part of the name"
SEARCH_HELP = "Leave it empty to see all."
PLAYS = "🎭 playing"
SORTED = {
    Order.RECENT: "Sorted: last played first",
    Order.NAME: "Sorted: by name",
    Order.CREATED: "Sorted: newest first",
}
ORDERS = {
    Order.RECENT: "Last played first",
    Order.NAME: "By name",
    Order.CREATED: "Newest first",
}

_NAME = 40  # letters of a name where 25 of them stand in one message
_PER_ROW = 5  # faces in the picture
_LABEL = 100  # letters that Discord takes in a menu
_ALT_TEXT = 1000  # of the 1,024 letters that Discord takes


def full(count: int, limit: int) -> str:
    """Says why nobody can be created, and what to do."""
    return (
        f"You have {count:,} of {limit:,} characters, so you can't create another one. To make "
        f"room, open one and delete it: for seven days it is in the **{TRASH}**."
    )


def found(roster: Roster, count: int, view: ListView) -> str:
    """Heads the characters that were searched for."""
    one = "{count} of your {total} characters has “{query}” in the name"
    many = "{count} of your {total} characters have “{query}” in the name"
    total = f"{len(roster.characters):,}"
    text = plural(count, one, many, total=total, query=shown_name(view.query, QUERY_BYTES))
    return f"{ROSTER_TITLE}\n{text}"


def numbered(characters: Sequence[Character], active_id: str | None) -> str:
    """The names of a page, a line for each row of the picture, with the numbers of the faces.

    One below the other, they would push the menus off the screen of a phone.
    """
    entries: list[str] = []
    for number, each in enumerate(characters, start=1):
        entry = f"**{number}**\u00a0{shown_name(each.name, _NAME)}"
        if each.is_favourite:
            entry += " ⭐"
        if each.char_id == active_id:
            entry += f" ({PLAYING})"
        entries.append(entry)
    starts = range(0, len(entries), _PER_ROW)
    return "\n".join(" · ".join(entries[start : start + _PER_ROW]) for start in starts)


def faces(characters: Sequence[Character]) -> str:
    """The alt text of the picture of a page."""
    numbers = enumerate(characters, start=1)
    names = [f"{number} {plain_name(each.name, 30)}" for number, each in numbers]
    return line(f"Portraits: {', '.join(names)}", _ALT_TEXT)


def option(number: int, character: Character) -> str:
    return line(f"{number}. {character.name}", _LABEL)


def about(character: Character, *, active: bool) -> str:
    """What stands below a name in a menu."""
    facts = [PLAYS] if active else []
    if text := gist(character):
        facts.append(text)
    return line(" · ".join(facts), _LABEL)


def page(number: int, characters: Sequence[Character]) -> str:
    """Says who is on a page."""
    first, last = (plain_name(characters[each].name, _NAME) for each in (0, -1))
    return f"{number + 1}: {first} … {last}" if len(characters) > 1 else f"{number + 1}: {first}"


def turn(number: int, count: int) -> str:
    return f"Page {number + 1} of {count}"

"""What players read in the list of their characters."""

from collections.abc import Sequence

from characters.model import Character
from characters.roster import Roster
from cogs.characters.list_view import QUERY_BYTES, ListView, Order
from cogs.characters.texts import PLAYING, ROSTER_TITLE, gist
from cogs.characters.ui.formatting import line, plain_name, shown_name
from cogs.characters.ui.language import N_, NN_, _, listed, ngettext

# Translators: at most 80 letters.
BACK = N_("Back to the list")
# Translators: at most 80 letters.
BACK_TO_CHARACTER = N_("Back to the character")
# Translators: in an empty menu of characters; at most 150 letters.
OPEN = N_("Open a character")
# Translators: a button; at most 80 letters.
SEARCH = N_("Search")
# Translators: a button; at most 80 letters.
SHOW_ALL = N_("Show all")
# Translators: at most 80 letters.
TRASH = N_("Trash")
# Translators: a button; makes the character a favourite; at most 80 letters.
STAR = N_("Star")
# Translators: a button; the character is no favourite any more; at most 80 letters.
UNSTAR = N_("Unstar")
# Translators: the title of a form; at most 45 letters.
SEARCH_TITLE = N_("Search your characters")
# Translators: at most 45 letters.
SEARCH_LABEL = N_("Part of the name")
# Translators: at most 100 letters.
SEARCH_HELP = N_("Leave it empty to see all.")
PLAYS = N_("🎭 playing")
# Translators: the alternative text of a picture with many faces.
PORTRAITS = N_("Portraits: {names}")
SORTED = {
    # Translators: at most 150 letters.
    Order.RECENT: N_("Sorted: last played first"),
    # Translators: at most 150 letters.
    Order.NAME: N_("Sorted: by name"),
    # Translators: at most 150 letters.
    Order.CREATED: N_("Sorted: newest first"),
}
ORDERS = {
    # Translators: at most 100 letters.
    Order.RECENT: N_("Last played first"),
    # Translators: at most 100 letters.
    Order.NAME: N_("By name"),
    # Translators: at most 100 letters.
    Order.CREATED: N_("Newest first"),
}
FOUND = NN_(
    "{count} of your {total} characters has “{query}” in the name",
    "{count} of your {total} characters have “{query}” in the name",
)

_NAME = 40  # letters of a name where 25 of them stand in one message
_PER_ROW = 5  # faces in the picture
_LABEL = 100  # letters that Discord takes in a menu
_ALT_TEXT = 1000  # of the 1,024 letters that Discord takes


def full(count: int, limit: int) -> str:
    """Says why nobody can be created, and what to do."""
    return _(
        "You have {count} of {limit} characters, so you can't create another one. To make "
        "room, open one and delete it: for seven days it is in the **Trash**.",
        count=count,
        limit=limit,
    )


def found(roster: Roster, count: int, view: ListView) -> str:
    """Heads the characters that were searched for."""
    query = shown_name(view.query, QUERY_BYTES)
    text = ngettext(*FOUND, count, total=len(roster.characters), query=query)
    return f"{_(ROSTER_TITLE)}\n{text}"


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
            entry += f" ({_(PLAYING)})"
        entries.append(entry)
    starts = range(0, len(entries), _PER_ROW)
    return "\n".join(" · ".join(entries[start : start + _PER_ROW]) for start in starts)


def faces(characters: Sequence[Character]) -> str:
    """The alt text of the picture of a page."""
    numbers = enumerate(characters, start=1)
    names = listed(f"{number} {plain_name(each.name, 30)}" for number, each in numbers)
    return line(_(PORTRAITS, names=names), _ALT_TEXT)


def option(number: int, character: Character) -> str:
    return line(f"{number}. {character.name}", _LABEL)


def about(character: Character, *, active: bool) -> str:
    """What stands below a name in a menu."""
    facts = [_(PLAYS)] if active else []
    if text := gist(character):
        facts.append(text)
    return line(" · ".join(facts), _LABEL)


def page(number: int, characters: Sequence[Character]) -> str:
    """Says who is on a page."""
    first, last = (plain_name(characters[each].name, _NAME) for each in (0, -1))
    return f"{number + 1}: {first} … {last}" if len(characters) > 1 else f"{number + 1}: {first}"


def turn(number: int, count: int) -> str:
    # Translators: at most 150 letters.
    return _("Page {number} of {count}", number=number + 1, count=count)

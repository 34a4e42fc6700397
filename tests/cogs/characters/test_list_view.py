"""Where a player is in the list, as it stands in custom_ids."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.model import Character
from characters.roster import Roster
from cogs.characters.list_view import ARGUMENT, QUERY_BYTES, START, ListView, Order

ANYTHING = st.text(st.characters(), max_size=60)  # also halves of symbols
VIEWS = st.builds(
    lambda page, order, text: ListView(page, order).searching(text),
    *(st.integers(0, 999_999), st.sampled_from(Order), ANYTHING),
)


@given(VIEWS)
def test_a_view_is_read_from_its_argument(view: ListView) -> None:
    assert ListView.of(view.argument) == view


@given(VIEWS)
def test_an_argument_is_short_and_plain(view: ListView) -> None:
    assert view.argument.isascii()
    assert len(view.argument) <= 59
    assert re.fullmatch(ARGUMENT, view.argument)
    assert len(view.query.encode()) <= QUERY_BYTES


@given(st.text(max_size=80) | st.from_regex(ARGUMENT, fullmatch=True))
def test_any_argument_is_a_view(argument: str) -> None:
    view = ListView.of(argument)
    assert ListView.of(view.argument) == view


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        *(("  Old \n Tom ", "Old Tom"), ("a:b#c@d", "a:b#c@d"), ("\x00", "\x00"), (" ", "")),
        *(("😀" * 30, "😀" * 9), ("\ud800x", "x"), ("x" * 38 + "é", "x" * 38)),
    ],
)
def test_a_search_is_tidied_and_bounded(typed: str, kept: str) -> None:
    assert START.searching(typed).query == kept


def character(name: str, used: float, created: float, *, star: bool = False) -> Character:
    record = {"name": name, "last_used": used, "created_at": created}
    return Character(name, record).with_favourite(favourite=star)


ROSTER = Roster(
    [
        character("bob", 5, 1),
        character("Ana", 4, 2),
        character("Zoe", 3, 5, star=True),
        character("Anabel", 2, 4),
        character("Carl", 1, 3, star=True),
    ],
    "Ana",
)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (Order.RECENT, ["Ana", "Zoe", "Carl", "bob", "Anabel"]),
        (Order.NAME, ["Carl", "Zoe", "Ana", "Anabel", "bob"]),
        (Order.CREATED, ["Zoe", "Carl", "Anabel", "Ana", "bob"]),
    ],
)
def test_favourites_come_first_in_each_order(order: Order, names: list[str]) -> None:
    """Of the most recent ones, who is played is the very first."""
    listed = ListView(order=order).characters(ROSTER)
    assert [each.name for each in listed] == names


def test_a_search_lists_the_best_match_first() -> None:
    assert [each.name for each in START.searching("a").characters(ROSTER)] == [
        each.name for each in ROSTER.matching("a")
    ]
    assert START.searching("ab").characters(ROSTER) == [ROSTER.characters[3]]
    assert START.searching("none").characters(ROSTER) == []
    named = START.sorted(Order.NAME).searching("an").characters(ROSTER)
    assert [each.name for each in named] == ["Ana", "Anabel"]

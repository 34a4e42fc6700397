"""Texts of players in messages."""

import pytest

from characters.model import Character
from cogs.characters.texts import name, portrait_of
from cogs.characters.ui.formatting import shown_name


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        ("Ana", "Ana"),
        ("山田 太郎", "山田 太郎"),
        ("**Ana**", r"\*\*Ana\*\*"),
        ("عائشة", "\u2068عائشة\u2069"),
        ("דוד (7)", "\u2068דוד \\(7\\)\u2069"),
        ("Ana عائشة", "\u2068Ana عائشة\u2069"),
        ("A\u202ena\u2066", "Ana"),  # as only other programs record it
        ("\u202eעדן\u2069", "\u2068עדן\u2069"),
    ],
)
def test_only_a_name_from_right_to_left_is_isolated(recorded: str, shown: str) -> None:
    assert shown_name(recorded, 80) == shown
    assert name(Character("id", {"name": recorded})) == shown


def test_the_alt_text_of_a_portrait_says_what_the_description_begins_with() -> None:
    text = "# \n## A tall knight in *rusty* mail\nHe hums."
    knight = Character("id", {"name": "Bob", "description": text})
    assert portrait_of(knight) == "Portrait of Bob: A tall knight in *rusty* mail …"
    assert portrait_of(Character("id", {"name": "Bob"})) == "Portrait of Bob"
    long = Character("id", {"name": "B" * 80, "description": "x" * 20_000})
    assert 900 < len(portrait_of(long)) <= 1024

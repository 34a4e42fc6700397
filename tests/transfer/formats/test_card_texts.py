"""What a game is told of a card, and what the card gets back."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.model import Character
from characters.names import mended_description, mended_name
from characters.transfer.formats.card import read_card, write_card
from characters.transfer.formats.losses import LossKind
from characters.transfer.formats.portable import Portable

PARTS = ["a", " ", "\n\n", "Personality: ", "Backstory: ", "{{char}}", "<BOT>", "\r\n"]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)


def card(name: str = "Vera", **data: Any) -> dict[str, Any]:
    return {"spec": "chara_card_v2", "spec_version": "2.0", "data": {"name": name, **data}}


def kept(portable: Portable) -> Portable:
    """The character as it comes out of the store, after an import."""
    record = {
        **portable.fields,
        "name": portable.name,
        "description": mended_description(portable.description),
    }
    return Portable.of(Character("id", record, portable.foreign))


def texts(portable: Portable) -> tuple[Any, Any]:
    data = write_card(portable)["data"]
    return data["description"], data["personality"]


@pytest.mark.parametrize(
    ("description", "personality", "shown"),
    [
        ("A smith.", "", "A smith."),
        ("", "A dwarf.", "Personality: A dwarf."),
        ("A smith.", "Gruff.", "A smith.\n\nPersonality: Gruff."),
        (
            "{{char}} and {{ Char }} and <bot> meet {{user}}",
            "",
            "Vera and Vera and Vera meet {{user}}",
        ),
        ("A smith.", "{{char}} is gruff.", "A smith.\n\nPersonality: Vera is gruff."),
        (None, None, ""),
        ("A smith.", ["gruff"], "A smith."),
    ],
)
def test_a_game_is_told_the_personality_too_and_the_name(
    description: Any, personality: Any, shown: str
) -> None:
    portable = read_card(card(description=description, personality=personality))
    assert portable.description == shown


@given(TEXTS, TEXTS)
def test_a_card_gets_its_own_texts_back(description: str, personality: str) -> None:
    first = read_card(card(description=description, personality=personality))
    assert texts(kept(first)) == (description, personality)


@given(TEXTS)
def test_a_text_that_a_player_typed_is_the_same_after_export_and_import(typed: str) -> None:
    character = Portable.of(Character("id", {"name": "Vera", "description": typed.strip()}))
    again = read_card(write_card(character))
    assert kept(again).description == mended_description(typed)


@pytest.mark.parametrize("name", ["Cat ", "Cat\u200b", "E  F", "Ame\u0301lie", "x" * 90])
def test_a_name_that_is_mended_stands_so_in_the_text_and_the_card_is_as_it_was(name: str) -> None:
    first = read_card(card(name, description="{{char}} is nice."))
    mended = mended_name(name)
    assert first.description == f"{mended} is nice."
    assert texts(kept(replace(first, name=mended)))[0] == "{{char}} is nice."


def test_a_macro_that_somebody_wrote_into_our_card_becomes_the_name() -> None:
    ours = write_card(Portable.of(Character("id", {"name": "Vera", "description": "{{char}}"})))
    assert read_card(ours).description == "{{char}}"
    ours["data"]["description"] = "{{char}} sings."
    assert read_card(ours).description == "Vera sings."


@pytest.mark.parametrize("inner", [{}, {"description": "", "personality": None}])
def test_texts_beside_the_data_count_where_those_in_it_are_empty(inner: dict[str, Any]) -> None:
    both = {**card("Vera", **inner), "name": "V", "description": "Old.", "personality": "Kind."}
    portable = read_card(both)
    assert (portable.name, portable.description) == ("Vera", "Old.\n\nPersonality: Kind.")


def test_texts_beside_the_data_are_never_older_than_those_in_it() -> None:
    both = {**card("Vera", description="New."), "name": "V", "description": "An old secret."}
    written = write_card(kept(read_card(both)))
    assert (written["name"], written["description"]) == ("Vera", "New.")


def test_a_backstory_and_an_appearance_are_told_too_and_stand_in_the_card_again() -> None:
    data = {"description": "A smith.", "backstory": "Lost a hand.", "appearance": "Tall."}
    portable = kept(read_card(card(**data)))
    assert portable.description == "A smith.\n\nBackstory: Lost a hand.\n\nAppearance: Tall."
    written = write_card(portable)["data"]
    assert {key: written[key] for key in data} == data
    edited = write_card(replace(portable, description="A smith.\n\nBackstory: None."))["data"]
    assert edited["description"] == "A smith.\n\nBackstory: None."
    assert not {"backstory", "appearance"} & edited.keys()


def test_what_a_player_has_edited_stands_in_the_card_without_the_old_texts() -> None:
    portable = kept(read_card(card(description="{{char}} forges.", personality="Gruff.")))
    assert portable.description == "Vera forges.\n\nPersonality: Gruff."
    edited = replace(portable, description="Vera sings.\n\nPersonality: Kind.")
    assert texts(edited) == ("Vera sings.", "Kind.")
    assert texts(replace(portable, description="Vera sings.")) == ("Vera sings.", "")
    assert texts(replace(portable, name="Ned"))[0] == "Vera forges."


def test_a_long_text_that_was_shortened_leaves_whole() -> None:
    portable = kept(read_card(card(description="x" * 25_000, personality="Gruff.")))
    assert len(portable.description) == 20_000
    assert texts(portable) == ("x" * 25_000, "Gruff.")


def test_what_is_kept_unseen_is_named_and_the_user_counted() -> None:
    portable = read_card(
        card(
            description="{{user}} knows {{char}}. <USER> too.",
            first_mes="Aye?",
            scenario="At sea.",
            mes_example="",
            character_book=None,
        )
    )
    assert [(loss.kind, loss.what, loss.count) for loss in portable.losses] == [
        (LossKind.UNSEEN, "scenario, first message", 0),
        (LossKind.USER_NAME, "", 2),
    ]
    assert not read_card(write_card(kept(portable))).losses


def test_a_name_beside_the_data_is_used_where_the_data_have_none() -> None:
    both = {**card("", description="Inner."), "name": "Vera", "description": "Outer."}
    portable = read_card(both)
    assert (portable.name, portable.description) == ("Vera", "Inner.")


def test_a_name_of_any_length_does_not_make_a_text_of_any_length() -> None:
    portable = read_card(card("x" * 100_000, description="{{char}}" * 1_000))
    assert len(portable.description) < 50_000

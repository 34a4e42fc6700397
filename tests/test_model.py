"""A character, its record, and a roster."""

import json

import pytest

from characters.model import Character
from characters.names import RAW_NAME_LIMIT
from characters.roster import Roster
from tests.player_input import Untouched


def read(**fields: object) -> Character:
    return Character.from_json("id", json.dumps({"name": "Ana", **fields}).encode())


def test_what_a_record_lacks_reads_as_empty() -> None:
    character = read()
    assert (character.description, character.image_path, character.image_url) == ("", None, None)
    assert (character.created_at, character.last_used) == (0.0, 0.0)


@pytest.mark.parametrize("value", [None, "yesterday", [], {}, float("nan"), float("inf"), 10**400])
def test_a_time_that_is_none_reads_as_zero(value: object) -> None:
    assert read(last_used=value).last_used == 0.0


@pytest.mark.parametrize("value", [None, 5, [], {}])
def test_a_text_that_is_none_reads_as_empty(value: object) -> None:
    character = read(description=value, image_path=value, image_url=value)
    assert (character.description, character.image_path, character.image_url) == ("", None, None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"Ana"',
        b"{}",
        b'{"name": null}',
        b'{"name": 5}',
        b'{"name": " "}',
        b"\xff\xfe\x00",
        b"[" * 100000,
    ],
)
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Character.from_json("id", data)


@pytest.mark.parametrize("char_id", ["", "x" * 65])
def test_an_id_that_fits_no_button_is_refused(char_id: str) -> None:
    with pytest.raises(ValueError, match="id"):
        Character.from_json(char_id, b'{"name": "Ana"}')


def test_a_rewrite_keeps_every_field_that_we_do_not_know() -> None:
    extra = {"empty": [], "large": 2**60 + 1, "nested": {"a": [None, 1.5, "\ud800"]}}
    rewritten = json.loads(read(**extra).with_fields(last_used=5.0).to_json())
    assert rewritten == {"name": "Ana", "last_used": 5.0, **extra}


def test_as_a_dict_every_known_field_is_there_and_the_id_stamped_on() -> None:
    assert read(mood="grim", char_id="forged").to_dict() == {
        "char_id": "id",
        "name": "Ana",
        "description": "",
        "image_path": None,
        "image_url": None,
        "created_at": 0.0,
        "last_used": 0.0,
        "mood": "grim",
    }


ANA, ANNA, BOB = (Character(name.lower(), {"name": name}) for name in ("Ana", "Anna Bold", "Bob"))
ROSTER = Roster([ANA, ANNA, BOB, Character("bob2", {"name": "bob"})], "ana")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ana", [ANA]),
        ("ANA", [ANA]),
        (" Anna Bold ", [ANNA]),
        ("bold", [ANNA]),
        ("bob2", ROSTER.characters[3:]),
        ("BOB", ROSTER.characters[2:]),
        ("an", [ANA, ANNA]),
        ("Zoe", []),
    ],
)
def test_characters_are_found_by_id_name_or_a_part_of_it(text: str, found: list[Character]) -> None:
    assert ROSTER.find(text) == found


def test_a_name_as_it_is_written_comes_before_other_spellings() -> None:
    names = ("Zoe Zoë", "Zoë", "Zoe")
    zoe_zoe, accented, bare = (Character(name, {"name": name}) for name in names)
    roster = Roster([zoe_zoe, accented, bare], None)
    assert roster.find("zoë") == [accented]
    assert roster.find("zoe") == [bare]
    assert roster.find("ZÒE") == [accented, bare]
    assert roster.matching("zoe") == [accented, bare, zoe_zoe]


def test_what_begins_with_the_text_comes_first_then_words_and_else_the_order_stays() -> None:
    names = ("Balu", "Ana Lunar", "Lunatic", "Luna")
    balu, ana, lunatic, luna = (Character(name, {"name": name}) for name in names)
    roster = Roster([balu, ana, lunatic, luna], None)
    assert roster.matching("LU") == [lunatic, luna, ana, balu]
    assert roster.matching("") == roster.characters


@pytest.mark.parametrize("length", [RAW_NAME_LIMIT + 1, 10**7])
def test_a_text_that_is_longer_than_any_name_matches_nothing(length: int) -> None:
    text = Untouched("x" * length)
    assert ROSTER.matching(text) == []
    assert ROSTER.find(text) == []


def test_only_half_symbols_are_written_as_escapes() -> None:
    """All as escapes, one half symbol made a record of 80 KB one of 240 KB."""
    record = read(description="😀" * 1000, odd="\ud800").to_json()
    assert len(record.encode()) < 4200
    assert Character.from_json("id", record.encode()).record["odd"] == "\ud800"


def test_a_record_is_always_valid_json() -> None:
    character = read(mood=float("nan"), stats=[float("inf"), 1.5])
    record = json.loads(character.to_json(), parse_constant=pytest.fail)
    assert record == {"name": "Ana", "mood": None, "stats": [None, 1.5]}

"""Cards that we write pass the standards, whatever the card was that a character came from."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from characters.model import Character
from characters.names import mended_description
from characters.transfer.formats.card import write_card
from characters.transfer.formats.portable import OURS, Portable
from tests.soak import trials
from tests.transfer.formats import portables
from tests.transfer.formats.card_standards import DATA_V3, card_faults
from tests.transfer.formats.samples import as_json, card, only

WRONG = {
    "tags": None,
    "alternate_greetings": "x",
    "creator_notes": None,
    "extensions": [],
    "character_version": 1.2,
    "nickname": None,
    "source": "https://example.org",
    "creation_date": "2024-01-01",
    "personality": ["Kind."],
    "description": None,
    "assets": [{"type": "icon"}, None],
    "character_book": {"entries": [{"keys": "cat", "enabled": 1, "id": "a"}, 5]},
}


def character_of(foreign: dict[str, Any]) -> Character:
    portable = only(as_json(foreign))
    description = mended_description(portable.description)
    record = {"name": portable.name, "description": description}
    return Character("ana", record, portable.foreign)


def written(character: Character, version: int) -> dict[str, Any]:
    return json.loads(json.dumps(write_card(Portable.of(character), version=version)))


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("field", WRONG)
def test_a_field_of_a_wrong_type_leaves_as_the_standard_wants_it_and_comes_back(
    version: int, field: str
) -> None:
    character = character_of(card(**{field: WRONG[field]}))
    exported = written(character, version)
    assert card_faults(exported) == []
    assert only(as_json(exported)).foreign == character.foreign


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.soak
@settings(max_examples=trials(20, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    fields=portables.fields_of_any_type(*portables.CARD_FIELDS, "scenario", "creator", "first_mes"),
    mirrored=st.sets(st.sampled_from(["personality", "tags", "nickname", "description", "source"])),
)
def test_every_card_passes_the_standard_and_comes_back(
    version: int, fields: dict[str, Any], mirrored: set[str]
) -> None:
    beside = {key: fields[key] for key in mirrored & fields.keys()}
    character = character_of({**beside, **card(**fields)})
    exported = written(character, version)
    assert card_faults(exported) == []
    again = only(as_json(exported))
    assert again.foreign == character.foreign
    again_description = mended_description(again.description)
    assert (again.name, again_description) == (character.name, character.description)


ENTRY = st.dictionaries(
    st.sampled_from(["keys", "content", "enabled", "id", "position", "use_regex", "priority"]),
    portables.JSON,
)
BOOK = st.fixed_dictionaries({"entries": st.lists(ENTRY | portables.JSON, max_size=3)})


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.soak
@settings(max_examples=trials(20, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(book=BOOK)
def test_every_lorebook_passes_the_standard_and_comes_back(
    version: int, book: dict[str, Any]
) -> None:
    character = character_of(card(character_book=book))
    exported = written(character, version)
    assert card_faults(exported) == []
    assert only(as_json(exported)).foreign == character.foreign


def test_what_somebody_has_changed_since_stays_changed() -> None:
    exported = written(character_of(card(**WRONG)), 3)
    exported["data"] |= {"tags": ["new"], "nickname": "An"}
    data = only(as_json(exported)).foreign["card"]["data"]
    assert (data["tags"], data["nickname"]) == (["new"], "An")
    assert (data["creator_notes"], data["alternate_greetings"]) == (None, "x")


def test_a_character_that_came_from_no_card_makes_a_whole_one() -> None:
    for version in (2, 3):
        exported = written(Character("ana", {"name": "Ana"}), version)
        assert card_faults(exported) == []
        assert only(as_json(exported)).foreign == {}


def test_the_check_sees_a_fault() -> None:
    exported = written(Character("ana", {"name": "Ana"}), 3)
    for field in DATA_V3:
        broken = {**exported, "data": {**exported["data"], field: None}}
        assert card_faults(broken) == [field]
    assert OURS in exported["data"]["extensions"]

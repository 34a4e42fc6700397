"""Personas of SillyTavern, and Marinara's exports."""

import json
from typing import Any

import pytest

from characters.errors import FileProblem
from characters.transfer.formats.reading import read
from tests.transfer.formats.samples import as_json, card, only, problem

ANA = {"name": "Ana", "description": "Tall."}


def marinara(kind: str, data: Any) -> bytes:
    return as_json({"type": f"marinara_{kind}", "version": 1, "exportedAt": "", "data": data})


def test_a_backup_of_sillytavern_has_many_personas() -> None:
    contents = read(
        as_json(
            {
                "personas": {"a.png": "Ana", "b.png": None, "c.png": "Cem", "d.png": "Dan"},
                "persona_descriptions": {
                    "a.png": {"description": "{{user}} is tall.", "title": "smith"},
                    "c.png": "Old.",
                    "d.png": None,
                },
                "default_persona": None,
            }
        )
    )
    assert [(each.name, each.description) for each in contents.characters] == [
        ("Ana", "Ana is tall."),
        ("Cem", "Old."),
        ("Dan", ""),
    ]
    assert contents.characters[0].foreign == {
        "sillytavern_personas": {"title": "smith", "file": "a.png"}
    }
    (failure,) = contents.failures
    assert (failure.number, vars(failure.reason)["problem"]) == (2, FileProblem.WITHOUT_NAME)


@pytest.mark.parametrize("descriptions", [None, [], {}, {"a.png": 5}])
def test_a_persona_may_have_no_description(descriptions: Any) -> None:
    document = {"personas": {"a.png": "Ana"}, "persona_descriptions": descriptions}
    assert only(as_json(document)).description == ""


def test_a_persona_of_marinara_has_several_texts() -> None:
    persona = {
        **ANA,
        "personality": "Kind.",
        "backstory": "From afar.",
        "appearance": None,
        "avatar": "data:image/png;base64,AAAA",
        "scenario": "At home.",
    }
    portable = only(marinara("persona", persona))
    assert portable.description == "Tall.\n\nPersonality: Kind.\n\nBackstory: From afar."
    assert portable.image == b"\0\0\0"
    assert portable.foreign == {"marinara": {"scenario": "At home."}}


@pytest.mark.parametrize(
    "data",
    [
        card(),
        ANA,
        {"id": "1", "data": ANA},
        {"id": "1", "data": card()},
        {"id": "1", "data": json.dumps(ANA)},
        json.dumps(card()),
    ],
)
def test_a_character_of_marinara_is_a_card_at_some_level(data: Any) -> None:
    portable = only(marinara("character", data))
    assert (portable.name, portable.description) == ("Ana", "Tall.")


def test_the_avatar_of_a_marinara_character_is_its_portrait() -> None:
    data = {**card(), "avatar": "data:image/png;base64,AAAA"}
    portable = only(marinara("character", data))
    assert (portable.image, portable.foreign) == (b"\0\0\0", {})


def test_a_profile_has_characters_and_personas_at_some_level() -> None:
    tables = {"characters": [{"id": "1", "data": card()}, None], "personas": [ANA, {"name": None}]}
    for data in (
        tables,
        {"collections": tables},
        {"characters": [], "fileStorage": {"tables": tables}},
    ):
        contents = read(marinara("profile", data))
        assert [each.name for each in contents.characters] == ["Ana", "Ana"]
        assert [each.number for each in contents.failures] == [2, 2]


@pytest.mark.parametrize("data", [None, [], "", "{", 5])
def test_a_damaged_export_of_marinara_is_refused(data: Any) -> None:
    for kind in ("persona", "character"):
        assert problem(marinara(kind, data)) in {
            FileProblem.WITHOUT_NAME,
            FileProblem.NOT_A_CARD,
            FileProblem.NOT_JSON,
        }
    if data not in ("", "{"):
        assert read(marinara("profile", data)).characters == []

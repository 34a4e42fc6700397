"""The files of other programs, which are read and not written."""

from typing import Any

import pytest

from characters.errors import FileProblem
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import FileKind
from characters.transfer.formats.reading import read
from tests.transfer.formats import other_programs
from tests.transfer.formats.other_programs import FILES, V1
from tests.transfer.formats.samples import PNG, as_json, card, only, problem


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_recognised_by_its_content(name: str) -> None:
    contents = read(FILES[name])
    assert contents.failures == []
    for portable in contents.characters:
        assert (portable.name, portable.description) == ("Ana", "Tall.")
        assert not portable.ours


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, FileKind(name)) for name in FILES if name in [*FileKind]),
        ("marinara persona", FileKind.MARINARA),
        ("marinara character", FileKind.MARINARA),
        ("marinara profile", FileKind.MARINARA),
        ("backyard in a PNG", FileKind.BACKYARD),
        ("tavernai", FileKind.CARD),
        ("a JPEG with a ZIP", FileKind.CARD),
        ("cards as a list", FileKind.CARDS),
        ("cards in lines", FileKind.CARDS),
        ("cards in a ZIP", FileKind.CARDS),
        ("bare tuppers", FileKind.TUPPERBOX),
    ],
)
def test_a_file_is_called_what_it_is(name: str, kind: FileKind) -> None:
    assert read(FILES[name]).kind is kind


@pytest.mark.parametrize(
    ("name", "family", "kept"),
    [
        (
            "sillytavern_personas",
            "sillytavern_personas",
            {"file": "1-Ana.png", "position": 0, "default": True},
        ),
        ("risuai_persona", "risuai_persona", {"note": "mine"}),
        ("marinara persona", "marinara", {"tags": "smith"}),
        ("simply_plural", "simply_plural", {"_id": "m", "pronouns": "she"}),
        ("pygmalion", "pygmalion", {"char_greeting": "Aye?"}),
        ("janitor", "janitor", {"description": "A blurb", "first_message": "Aye?"}),
        ("text_generation_webui", "text_generation_webui", {"greeting": "Aye?"}),
        ("backyard in a PNG", "backyard", {"aiDisplayName": "Ana the smith"}),
    ],
)
def test_what_a_file_says_beyond_name_and_text_is_kept(name: str, family: str, kept: Any) -> None:
    assert only(FILES[name]).foreign == {family: kept}


@pytest.mark.parametrize("name", ["risuai_persona", "backyard in a PNG", "tavernai"])
def test_a_picture_with_a_character_is_the_portrait(name: str) -> None:
    assert only(FILES[name]).image == FILES[name]


def persona_of_agnai(persona: Any, **more: Any) -> str:
    return only(
        as_json({"kind": "character", "name": "Ana", "persona": persona, **more})
    ).description


def test_agnais_persona_is_a_text_or_attributes() -> None:
    attributes = {"species": ["dwarf", "smith"], "trade": "smith", "odd": [5]}
    text = persona_of_agnai({"kind": "wpp", "attributes": attributes}, description="Tall.")
    assert text == "Tall.\n\nPersona: species: dwarf, smith\ntrade: smith"
    assert persona_of_agnai("Tall.", description=None) == "Persona: Tall."
    assert persona_of_agnai({"attributes": {"text": ["Tall."]}}) == "Persona: Tall."
    for nothing in (None, 5, [], {}, {"attributes": None}):
        assert persona_of_agnai(nothing, description="Tall.") == "Tall."


def test_the_attributes_of_a_persona_are_kept_as_they_are() -> None:
    persona = {"kind": "wpp", "attributes": {"species": ["dwarf"]}}
    portable = only(as_json({"kind": "character", "name": "Ana", "persona": persona}))
    assert portable.foreign == {"agnai": {"kind": "character", "persona": persona}}


def test_a_character_calls_itself_by_its_name() -> None:
    text = "{{char}} and <BOT> and {{ Char }} met {{user}}."
    portable = only(as_json({"char_name": "A\\1", "char_persona": text}))
    assert portable.description == "A\\1 and A\\1 and A\\1 met {{user}}."
    assert only(other_programs.byaf(("Ana", "{character}: {{x}}"))).description == "Ana: {{x}}"


def test_what_a_game_is_not_told_is_said() -> None:
    document = {"char_name": "Ana", "char_persona": "{{user}} and <USER>", "char_greeting": "Aye?"}
    assert only(as_json(document)).losses == (
        Loss(LossKind.UNSEEN, "Ana", what="first message"),
        Loss(LossKind.USER_NAME, "Ana", count=2),
    )
    persona = {"name": "Ana", "personaPrompt": "{{user}}", "note": "x"}
    assert only(as_json(persona)).losses == ()


def test_a_persona_is_the_user_of_its_texts() -> None:
    document = {"name": "Ana", "personaPrompt": "{{user}} met {{char}}."}
    assert only(as_json(document)).description == "Ana met {{char}}."


@pytest.mark.parametrize(
    "document",
    [
        {"char_name": " ", "char_persona": "Tall."},
        {"kind": "character", "name": None},
        {"name": 5, "personaPrompt": "Tall."},
        {"personality": "Tall.", "first_message": "Aye?"},
    ],
)
def test_a_character_has_a_name(document: Any) -> None:
    assert problem(as_json(document)) is FileProblem.WITHOUT_NAME


def test_fields_without_a_value_are_as_good_as_missing() -> None:
    document = {"name": "Ana", "description": "Blurb", "personality": None, "first_message": None}
    assert only(as_json(document)).description == "Blurb"
    assert only(as_json({"char_name": "Ana", "char_persona": None})).description == ""
    assert only(as_json({"name": "Ana", "description": None, "first_mes": None})).description == ""
    assert only(b"name: Ana\ncontext:\ngreeting: null\n").description == ""


@pytest.mark.parametrize("field", ["avatar", "avatar_url"])
def test_a_portrait_is_in_the_file_or_behind_a_link(field: str) -> None:
    ana = {"char_name": "Ana", "char_persona": "Tall."}
    link = only(as_json({**ana, field: "https://example.org/a.png"}))
    assert (link.image_url, link.foreign) == ("https://example.org/a.png", {})
    inside = only(as_json({**ana, field: "data:image/png;base64,AAAA"}))
    assert (inside.image, inside.foreign) == (b"\0\0\0", {})
    damaged = only(as_json({**ana, field: "data:image/png;base64,A"}))
    assert (damaged.image, damaged.losses) == (None, (Loss(LossKind.DAMAGED_IMAGE, "Ana"),))
    elsewhere = only(as_json({**ana, field: "/assets/a.png"}))
    assert (elsewhere.image_id, elsewhere.foreign["pygmalion"]) == ("", {field: "/assets/a.png"})


def test_an_archive_of_backyard_has_characters_with_portraits() -> None:
    contents = read(other_programs.byaf(("Ana", "Tall."), (None, "x"), ("Bob", None)))
    assert [each.name for each in contents.characters] == ["Ana", "Ana the smith", "Bob"]
    assert [each.image for each in contents.characters] == [PNG] * 3
    kept = contents.characters[0].foreign["backyard"]
    assert kept["loreItems"] == [{"key": "forge", "value": "Hot."}]
    assert kept["scenarios"] == [{"messages": []}]
    assert contents.characters[0].losses == (
        Loss(LossKind.UNSEEN, "Ana", what="lorebook, scenario"),
        Loss(LossKind.OTHER_FILES, "Ana", count=1),
    )


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"char_name": "Ana", "name": "", "char_persona": "Tall."}, FileKind.PYGMALION),
        ({"char_name": "Ana", "name": "Ana", "char_persona": "Tall."}, FileKind.PYGMALION),
        ({"char_name": "Ana", "char_persona": "Old.", **V1}, FileKind.CARD),
        ({"bot": "Ana", "context": "Tall."}, FileKind.TEXT_GENERATION_WEBUI),
        ({"name": "Ana", "greeting": "Aye?", "context": "Tall."}, FileKind.TEXT_GENERATION_WEBUI),
        ({"name": "Ana", "personality": "Tall.", "first_messages": []}, FileKind.JANITOR),
        ({"displayName": "Ana", "persona": "Tall."}, FileKind.BACKYARD),
        ({**V1, "persona": {}, "sampleChat": ""}, FileKind.AGNAI),
    ],
)
def test_a_program_is_known_by_its_fields(document: Any, kind: FileKind) -> None:
    contents = read(as_json(document))
    assert contents.kind is kind
    assert [each.description for each in contents.characters] == ["Tall."]


def test_characters_may_lie_one_level_deeper() -> None:
    assert only(as_json({"character": card()})).name == "Ana"
    assert only(as_json({"characters": [V1]})).description == "Tall."
    assert only(as_json({"name": "Mine", "characters": [card()]})).name == "Ana"


def test_a_card_of_pygmalion_with_empty_fields_of_v1_is_read_as_pygmalions() -> None:
    both = {"name": "Ana", "description": "", "char_name": "Ana", "char_persona": "Tall."}
    assert only(as_json(both)).description == "Tall."
    card = {**both, "description": "A smith.", "char_persona": ""}
    assert only(as_json(card)).description == "A smith."

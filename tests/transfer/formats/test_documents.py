"""JSON, JSON lines and YAML: lists of characters, encodings, and what is no character."""

import json
from typing import Any

import pytest

from characters.errors import FileProblem
from characters.transfer.formats.collected import CHARACTERS_LIMIT
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import FileKind
from characters.transfer.formats.reading import read
from characters.transfer.formats.yaml_text import SIZE_LIMIT
from tests.transfer.formats.samples import as_json, card, in_charx, only, problem

ANA = {"name": "Ana", "description": "Tall."}


def lines(*documents: Any) -> bytes:
    return b"\n".join(json.dumps(each).encode() for each in documents)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le"])
def test_a_byte_order_mark_says_the_encoding(encoding: str) -> None:
    mark = "" if encoding in ("utf-8-sig", "utf-16") else "\ufeff"
    text = json.dumps({**ANA, "name": "Ünï 😀"}, ensure_ascii=False)
    data = f"{mark} {text}".encode(encoding)
    assert only(data).name == "Ünï 😀"
    several = f"{mark}{text}\r\n{text}".encode(encoding)
    assert len(read(several).characters) == 2
    assert only(f"{mark}name: Ünï 😀\ncontext: x".encode(encoding)).name == "Ünï 😀"


def test_a_card_in_an_archive_may_be_utf_16() -> None:
    data = in_charx(card()).replace(b"card.json", b"some.json")
    assert only(data).name == "Ana"


def test_half_of_utf_16_is_refused() -> None:
    assert problem(b"\xff\xfe{\0x") is FileProblem.NOT_JSON


@pytest.mark.parametrize("join", [as_json, lambda documents: lines(*documents)])
def test_a_bad_card_never_hides_the_others(join: Any) -> None:
    contents = read(join([card(), {"spec": "chara_card_v2", "data": {}}, ANA, {"name": 5}]))
    assert [each.name for each in contents.characters] == ["Ana", "Ana"]
    assert [each.number for each in contents.failures] == [2, 4]
    assert contents.kind is FileKind.CARDS


def test_a_damaged_line_never_hides_the_others() -> None:
    contents = read(lines(ANA) + b'\n{"name":\n[]\n5\n\n' + lines(ANA))
    assert [each.name for each in contents.characters] == ["Ana", "Ana"]
    assert [each.number for each in contents.failures] == [2, 3, 4]


def test_an_object_over_several_lines_is_one_document() -> None:
    assert only(json.dumps(card(), indent=1).encode()).name == "Ana"
    assert only(b'{"name": "Ana", "description": "Tall.", "x": {}\n}').name == "Ana"


def test_lists_in_lists_are_no_characters() -> None:
    (failure,) = read(as_json([ANA, [ANA]])).failures
    assert vars(failure.reason)["problem"] is FileProblem.NOT_A_CHARACTER
    assert problem(as_json([[ANA]])) is FileProblem.NOT_A_CHARACTER


@pytest.mark.parametrize("count", [CHARACTERS_LIMIT, CHARACTERS_LIMIT + 1])
def test_a_file_has_at_most_5000_characters(count: int) -> None:
    for data in (b"[" + b",".join([as_json(ANA)] * count) + b"]", lines(*[ANA] * count)):
        if count > CHARACTERS_LIMIT:
            assert problem(data) is FileProblem.TOO_MANY_CHARACTERS
        else:
            assert len(read(data).characters) == count


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"brackets": []}, FileKind.TUPPERBOX),
        ({"proxy_tags": []}, FileKind.PLURALKIT),
        ({"desc": "x"}, FileKind.SIMPLY_PLURAL),
    ],
)
def test_the_members_of_another_bot_may_be_a_bare_list(fields: Any, kind: FileKind) -> None:
    contents = read(as_json([{**ANA, **fields}, {**ANA, **fields}, {"name": None}]))
    assert contents.kind is kind
    assert [each.name for each in contents.characters] == ["Ana", "Ana"]
    assert [each.number for each in contents.failures] == [3]


def test_simply_plural_is_not_pluralkit() -> None:
    document: dict[str, Any] = {
        "version": 2,
        "members": [
            {"name": "Ana", "desc": "Tall.", "avatarUrl": "https://example.org/a"},
            {"name": "Bob", "desc": None, "avatarUrl": "", "private": True},
            {"id": "c", "exists": True, "content": {"name": "Cem", "desc": "Old."}},
            {"name": None, "desc": "x"},
            None,
        ],
        "groups": [{}],
        "frontHistory": [{}],
    }
    contents = read(as_json(document))
    assert contents.kind is FileKind.SIMPLY_PLURAL
    found = [(each.name, each.description, each.image_url) for each in contents.characters]
    assert found == [
        ("Ana", "Tall.", "https://example.org/a"),
        ("Bob", "", None),
        ("Cem", "Old.", None),
    ]
    assert contents.characters[2].foreign == {"simply_plural": {"id": "c"}}
    assert [each.number for each in contents.failures] == [4, 5]
    assert contents.losses == (Loss(LossKind.GROUPS), Loss(LossKind.SWITCHES))
    document["switches"] = []
    assert read(as_json(document)).kind is FileKind.PLURALKIT


MESSAGE = {"name": "Ana", "is_user": False, "mes": "Aye?"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (as_json({"entries": {"0": {}}}), FileProblem.LOREBOOK),
        (as_json({"name": "Forge", "description": "x", "entries": []}), FileProblem.LOREBOOK),
        (as_json({"spec": "lorebook_v3", "data": {"entries": []}}), FileProblem.LOREBOOK),
        (as_json({"kind": "memory", "name": "x", "entries": []}), FileProblem.LOREBOOK),
        (as_json({"type": "risu", "ver": 1, "data": []}), FileProblem.LOREBOOK),
        (as_json({"type": "marinara_lorebook", "data": {}}), FileProblem.LOREBOOK),
        (as_json({"temperature": 1, "prompts": [], "prompt_order": []}), FileProblem.PRESET),
        (as_json({"name": "x", "input_sequence": ""}), FileProblem.PRESET),
        (as_json({"name": "x", "story_string": ""}), FileProblem.PRESET),
        (as_json({"type": "marinara_preset", "data": {}}), FileProblem.PRESET),
        (
            lines({"user_name": "x", "character_name": "Ana", "chat_metadata": {}}, MESSAGE),
            FileProblem.CHAT,
        ),
        (as_json({"user_name": "x", "character_name": "Ana"}), FileProblem.CHAT),
        (as_json([MESSAGE, MESSAGE]), FileProblem.CHAT),
        (as_json({"kind": "chat", "name": "x", "messages": []}), FileProblem.CHAT),
        (as_json({"internal": [], "visible": []}), FileProblem.CHAT),
        (as_json({"name": "x", "members": ["a.png"], "chat_id": "x"}), FileProblem.CHAT),
    ],
)
def test_what_is_no_character_is_named(data: bytes, expected: FileProblem) -> None:
    assert problem(data) is expected


def test_a_chat_of_any_length_is_named() -> None:
    for data in (as_json([MESSAGE] * 6_000), lines(*[MESSAGE] * 6_000)):
        assert problem(data) is FileProblem.CHAT


def test_a_card_may_have_any_field_beside_it() -> None:
    for field in ({"chat_id": "x"}, {"type": "preset"}, {"kind": "chat"}, {"temperature": 1}):
        assert only(as_json({**card(), **field})).name == "Ana"
        assert only(as_json([{**card(), **field}])).name == "Ana"


def test_a_card_with_a_lorebook_is_a_card() -> None:
    assert only(as_json({**ANA, "first_mes": "Aye?", "entries": []})).name == "Ana"
    assert only(as_json({**card(), "entries": []})).name == "Ana"
    assert only(as_json(card(character_book={"entries": []}))).name == "Ana"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"name: &a Ana\ncontext: *a\n", FileProblem.NOT_YAML),
        (b"name: !!python/object/apply:os.system [x]\n", FileProblem.NOT_YAML),
        (b"name: !x Ana\n", FileProblem.NOT_YAML),
        (b"name: [Ana\n", FileProblem.NOT_YAML),
        (b"name: Ana\n---\nname: Bob\n", FileProblem.NOT_YAML),
        (b"name: \xff\n", FileProblem.NOT_YAML),
        (b"context: x\nname: 2001-99-99\n", FileProblem.NOT_YAML),
        (b"context: " + b"[" * 101 + b"]" * 101, FileProblem.TOO_DEEP),
        (b"context: x\n" + b"- x\n" * 10_001, FileProblem.NOT_YAML),
        (b"context: [" + b"x," * 10_001 + b"]", FileProblem.TOO_MUCH),
        (b"context: " + b"x" * SIZE_LIMIT, FileProblem.TOO_MUCH),
        (b"context: x\n", FileProblem.UNKNOWN),
    ],
)
def test_yaml_is_read_within_limits(data: bytes, expected: FileProblem) -> None:
    assert problem(data) is expected


def test_yaml_has_only_what_json_has() -> None:
    portable = only(b"name: Ana\ncontext: Tall.\nborn: 2020-01-01\n1: yes\n")
    assert portable.foreign == {"text_generation_webui": {"born": "2020-01-01", "1": True}}


def test_a_card_may_be_yaml() -> None:
    assert only(b"spec: chara_card_v2\ndata:\n  name: Ana\n  description: Tall.\n").name == "Ana"
    assert only(b'"name": "Ana"\n"description": "Tall."\n').description == "Tall."


def test_yaml_of_pygmalion_is_read() -> None:
    assert only(b"char_name: Ana\nchar_persona: |\n  Tall.\n").description == "Tall."

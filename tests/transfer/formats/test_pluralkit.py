"""PluralKit takes our file whole, whoever's characters are in it, and we take it back whole."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from characters.model import Character
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.member_list import MemberListPart
from characters.transfer.formats.pluralkit import PLURALKIT
from characters.transfer.formats.portable import ExportedFile, Portable
from characters.transfer.formats.reading import read
from tests.soak import trials
from tests.transfer.formats import portables
from tests.transfer.formats.other_bots import pluralkit_faults
from tests.transfer.formats.samples import as_json, only

LINK = "https://example.org/a.png"


def file_of(*characters: Portable) -> ExportedFile:
    part = MemberListPart(PLURALKIT)
    for each in characters:
        assert part.add(each, 10**9)
    return part.file(1)


def members(file: ExportedFile) -> list[dict[str, Any]]:
    document = json.loads(file.data)
    assert pluralkit_faults(document) == []
    return document["members"]


def with_kept(**kept: Any) -> Portable:
    return Portable.of(Character("ana", {"name": "Ana"}, {"pluralkit": kept}))


def link_of(letters: int) -> str:
    return LINK + "?" * (letters - len(LINK))


TEXT_LIMITS = {"pronouns": 100}


@pytest.mark.parametrize(("field", "limit"), TEXT_LIMITS.items())
@pytest.mark.parametrize("more", [0, 1])
def test_a_kept_text_has_at_most_the_letters_that_pluralkit_takes(
    field: str, limit: int, more: int
) -> None:
    kept = {field: "x" * (limit + more)}
    file = file_of(with_kept(**kept))
    (member,) = members(file)
    assert member[field] == "x" * limit
    assert file.losses == ((Loss(LossKind.SHORTENED_THERE, "Ana", field, limit),) if more else ())
    assert only(file.data).kept("pluralkit") == kept


@pytest.mark.parametrize("more", [0, 1])
def test_a_description_of_more_than_1000_letters_is_shortened_and_travels_whole(more: int) -> None:
    description = "x" * (1000 + more)
    ana = Portable.of(Character("ana", {"name": "Ana", "description": description}))
    file = file_of(ana)
    assert members(file)[0]["description"] == "x" * 1000
    shortened = Loss(LossKind.SHORTENED_THERE, "Ana", "description", 1000)
    assert file.losses == ((shortened,) if more else ())
    assert only(file.data).description == description


@pytest.mark.parametrize("more", [0, 1])
def test_a_name_of_more_than_100_letters_is_shortened_and_comes_back(more: int) -> None:
    """Letters are counted as C# does: an emoji counts twice."""
    name = "😀" * 50 + "x" * more
    file = file_of(Portable.of(Character("ana", {"name": name})))
    assert members(file)[0]["name"] == "😀" * 50
    assert [loss.kind for loss in file.losses] == [LossKind.SHORTENED_THERE] * more
    assert only(file.data).name == name


def test_no_symbol_is_cut_in_two() -> None:
    file = file_of(Portable.of(Character("ana", {"name": "x" + "😀" * 50})))
    assert members(file)[0]["name"] == "x" + "😀" * 49


@pytest.mark.parametrize("field", ["banner", "webhook_avatar_url"])
@pytest.mark.parametrize("more", [0, 1])
def test_a_link_that_is_too_long_is_left_out_and_comes_back(field: str, more: int) -> None:
    kept = {field: link_of(256 + more)}
    file = file_of(with_kept(**kept))
    assert (field in members(file)[0]) == (not more)
    assert file.losses == ((Loss(LossKind.LEFT_OUT_THERE, "Ana", field),) if more else ())
    assert only(file.data).kept("pluralkit") == kept


@pytest.mark.parametrize(
    ("link", "is_taken"),
    [(LINK, True), (link_of(256), True), (link_of(257), False), ("http://example.org/a", False)],
)
def test_an_avatar_has_a_link_that_pluralkit_takes_or_none(link: str, is_taken: bool) -> None:  # noqa: FBT001
    file = file_of(Portable.of(Character("ana", {"name": "Ana"}), None, link))
    assert members(file)[0].get("avatar_url") == (link if is_taken else None)
    assert only(file.data).image_url == link


def test_a_member_without_a_public_link_has_no_avatar_field_at_all() -> None:
    ana = only(as_json({"switches": [], "members": [{"name": "Ana", "avatar_url": None}]}))
    assert "avatar_url" not in members(file_of(ana))[0]


@pytest.mark.parametrize("more", [0, 1])
def test_proxy_tags_are_as_many_and_as_long_as_pluralkit_takes(more: int) -> None:
    long = {"prefix": "x" * (96 + more), "suffix": None}
    kept = {"proxy_tags": [long, *[{"prefix": "a", "suffix": "b"}] * 99]}
    written = members(file_of(with_kept(**kept)))[0]["proxy_tags"]
    assert len(written) == 100 - more
    many = {"proxy_tags": [{"prefix": "a", "suffix": "b"}] * (100 + more)}
    file = file_of(with_kept(**many))
    assert len(members(file)[0]["proxy_tags"]) == 100
    assert only(file.data).kept("pluralkit") == many


@pytest.mark.parametrize("more", [0, 1])
def test_a_number_fits_into_32_bits(more: int) -> None:
    kept = {"message_count": 2**31 - 1 + more}
    file = file_of(with_kept(**kept))
    assert ("message_count" in members(file)[0]) == (not more)
    assert only(file.data).kept("pluralkit") == kept


def test_every_member_has_an_id_that_no_other_has() -> None:
    theirs = with_kept(id="abcdef")
    ours = [Portable.of(Character(f"c{number}", {"name": "Bob"})) for number in range(2)]
    again = Portable.of(Character("copy", {"name": "Copy"}, {"pluralkit": {"id": "abcdef"}}))
    wrong = Portable.of(Character("wrong", {"name": "Cid"}, {"pluralkit": {"id": None}}))
    file = file_of(theirs, *ours, again, wrong)
    ids = [member["id"] for member in members(file)]
    assert ids[0] == "abcdef"
    assert len(set(ids)) == 5
    assert ids == [member["id"] for member in members(file_of(theirs, *ours, again, wrong))]
    kept = [each.kept("pluralkit") for each in read(file.data).characters]
    assert kept == [{"id": "abcdef"}, {}, {}, {"id": "abcdef"}, {"id": None}]


def test_a_text_that_somebody_has_changed_since_stays_changed() -> None:
    ana = Portable.of(Character("ana", {"name": "Ana", "description": "x" * 2000}))
    document = json.loads(file_of(ana).data)
    document["members"][0] |= {"description": "New.", "pronouns": "she"}
    again = only(as_json(document))
    assert again.description == "New."
    assert again.kept("pluralkit") == {"pronouns": "she"}


@pytest.mark.soak
@settings(max_examples=trials(20, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(characters=st.lists(portables.characters(), min_size=1, max_size=3))
def test_it_takes_every_file_and_each_member_comes_back(characters: list[Character]) -> None:
    file = file_of(*map(Portable.of, characters))
    assert pluralkit_faults(json.loads(file.data)) == []
    for portable, character in zip(read(file.data).characters, characters, strict=True):
        assert portables.same(portable, character, "pluralkit")


SEEN = {"id": "abcde", "name": "vera", "display_name": "Vera the Smith", "proxy_tags": []}


def test_people_know_a_member_by_its_display_name() -> None:
    portable = only(as_json({"switches": [], "members": [SEEN]}))
    assert portable.name == "Vera the Smith"
    (member,) = members(file_of(replace(portable, char_id="vera")))
    assert {key: member[key] for key in SEEN} == SEEN
    (renamed,) = members(file_of(replace(portable, char_id="vera", name="Vera")))
    assert (renamed["name"], renamed["display_name"]) == ("vera", "Vera")


@pytest.mark.parametrize("display_name", [None, "", " ", 7])
def test_a_member_without_a_display_name_is_known_by_its_name(display_name: Any) -> None:
    member = {**SEEN, "display_name": display_name}
    assert only(as_json({"switches": [], "members": [member]})).name == "vera"


@pytest.mark.parametrize(
    ("created", "created_at"),
    [
        ("2020-01-02T03:04:05.678901Z", 1577934245.678901),
        ("2020-01-02T03:04:05Z", 1577934245.0),
        ("2020-01-02T03:04:05", 1577934245.0),
        ("2999-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        (None, None),
        (7, None),
    ],
)
def test_the_dates_of_a_member_are_used(created: Any, created_at: float | None) -> None:
    member = {**SEEN, "created": created, "last_message_timestamp": "2021-01-01T00:00:00Z"}
    portable = only(as_json({"switches": [], "members": [member]}))
    assert portable.fields["last_used"] == 1609459200.0
    found = portable.fields.get("created_at")
    if created and str(created).startswith("2999"):
        assert found == pytest.approx(time.time(), abs=60)
    else:
        assert found == created_at

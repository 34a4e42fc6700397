"""Tupperbox takes our file whole, and we take it back whole."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from characters.model import Character
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.member_list import MemberListPart
from characters.transfer.formats.portable import ExportedFile, Portable
from characters.transfer.formats.reading import read
from characters.transfer.formats.tupperbox import TUPPERBOX
from tests.soak import trials
from tests.transfer.formats import portables
from tests.transfer.formats.other_bots import tupperbox_faults
from tests.transfer.formats.samples import as_json, only


def file_of(*characters: Portable) -> ExportedFile:
    part = MemberListPart(TUPPERBOX)
    for each in characters:
        assert part.add(each, 10**9)
    return part.file(1)


def tuppers(file: ExportedFile) -> list[dict[str, Any]]:
    document = json.loads(file.data)
    assert tupperbox_faults(document) == []
    return document["tuppers"]


def with_kept(**kept: Any) -> Portable:
    return Portable.of(Character("ana", {"name": "Ana"}, {"tupperbox": kept}))


@pytest.mark.parametrize("more", [0, 1])
def test_a_name_of_more_than_76_letters_is_shortened_and_comes_back(more: int) -> None:
    name = "x" * (76 + more)
    file = file_of(Portable.of(Character("ana", {"name": name})))
    (tupper,) = tuppers(file)
    assert (tupper["name"], tupper["brackets"]) == ("x" * 76, ["x" * 76 + ":", ""])
    assert file.losses == ((Loss(LossKind.SHORTENED_THERE, name, "name", 76),) if more else ())
    again = only(file.data)
    assert (again.name, again.foreign) == (name, {})


@pytest.mark.parametrize(("field", "limit"), [("tag", 32), ("nick", 80)])
@pytest.mark.parametrize("more", [0, 1])
def test_a_kept_text_has_at_most_the_letters_that_tupperbox_takes(
    field: str, limit: int, more: int
) -> None:
    kept = {field: "x" * (limit + more)}
    file = file_of(with_kept(**kept))
    assert tuppers(file)[0][field] == "x" * limit
    assert only(file.data).kept("tupperbox") == kept


@pytest.mark.parametrize(
    ("field", "wrong", "written"),
    [
        ("brackets", [["a:", ""]], ["Ana:", ""]),
        ("brackets", ["a:"], ["Ana:", ""]),
        ("brackets", [], ["Ana:", ""]),
        ("posts", 2**31, 0),
        ("posts", None, 0),
        ("show_brackets", None, False),
        ("birthday", "soon", None),
        ("group_id", "5", None),
    ],
)
def test_a_kept_field_of_a_wrong_type_leaves_as_tupperbox_wants_it_and_comes_back(
    field: str, wrong: Any, written: Any
) -> None:
    file = file_of(with_kept(**{field: wrong}))
    assert tuppers(file)[0][field] == written
    assert only(file.data).kept("tupperbox") == {field: wrong}


def test_two_of_one_name_get_two_names_and_their_own_back() -> None:
    anas = [Portable.of(Character(f"c{number}", {"name": "Ana"})) for number in range(3)]
    file = file_of(*anas)
    assert [tupper["name"] for tupper in tuppers(file)] == ["Ana", "Ana (2)", "Ana (3)"]
    assert file.losses[0] == Loss(LossKind.RENAMED_THERE, "Ana", "Ana (2)")
    assert [each.name for each in read(file.data).characters] == ["Ana"] * 3


def test_a_tupper_without_a_public_link_has_no_avatar_field_at_all() -> None:
    assert "avatar_url" not in tuppers(file_of(with_kept()))[0]


@pytest.mark.soak
@settings(max_examples=trials(20, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(characters=st.lists(portables.characters(), min_size=1, max_size=3))
def test_it_takes_every_file_and_each_tupper_comes_back(characters: list[Character]) -> None:
    file = file_of(*map(Portable.of, characters))
    assert tupperbox_faults(json.loads(file.data)) == []
    for portable, character in zip(read(file.data).characters, characters, strict=True):
        assert portables.same(portable, character, "tupperbox")


def test_the_dates_of_a_tupper_are_used() -> None:
    dates = {"created_at": "2020-01-02T03:04:05.000Z", "last_used": "2021-01-01T00:00:00.000Z"}
    portable = only(as_json({"tuppers": [{"name": "Ana", **dates}]}))
    assert portable.fields == {"created_at": 1577934245.0, "last_used": 1609459200.0}

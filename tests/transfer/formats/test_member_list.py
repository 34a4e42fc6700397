"""The exports of Tupperbox and PluralKit."""

import json
from typing import Any

import pytest

from characters.errors import FileProblem
from characters.model import Character
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import Portable
from characters.transfer.formats.reading import read
from tests.transfer.formats.samples import WRITERS, as_json, only


@pytest.mark.parametrize(
    ("form", "document"),
    [
        (
            "tupperbox",
            {
                "tuppers": [
                    {"name": "Ana", "brackets": ["a:", ""], "posts": 5, "nick": None, "x": []}
                ]
            },
        ),
        (
            "pluralkit",
            {
                "members": [
                    {
                        "name": "Ana",
                        "proxy_tags": [{"prefix": "a", "suffix": None}],
                        "privacy": None,
                    }
                ]
            },
        ),
    ],
)
def test_a_foreign_member_is_exported_as_it_was_also_after_a_transfer_in_an_archive(
    form: str, document: Any
) -> None:
    ana = Character("ana", {"name": "Ana"}, only(as_json(document)).foreign)
    travelled = only(WRITERS["archive"](Portable.of(ana)))
    ((item,),) = (value for key, value in document.items())
    written = json.loads(WRITERS[form](travelled))
    (exported,) = written["tuppers" if form == "tupperbox" else "members"]
    assert {key: exported[key] for key in item} == item


def test_other_bots_find_what_they_look_for() -> None:
    ana = Portable.of(Character("ana", {"name": "Ana"}))
    tuppers = json.loads(WRITERS["tupperbox"](ana))
    system = json.loads(WRITERS["pluralkit"](ana))
    assert tuppers["groups"] == []
    assert len(tuppers["tuppers"][0]["brackets"]) % 2 == 0
    assert (system["version"], system["switches"], system["members"][0]["proxy_tags"]) == (
        2,
        [],
        [],
    )


def test_a_member_that_can_not_be_read_never_hides_the_others() -> None:
    document = {
        "tuppers": [None, {"name": None}, {"name": "Ana", "description": 5, "avatar_url": {}}, []],
        "groups": [1],
    }
    contents = read(as_json(document))
    assert [each.name for each in contents.characters] == ["Ana"]
    problems = [FileProblem.NOT_A_CHARACTER, FileProblem.WITHOUT_NAME, FileProblem.NOT_A_CHARACTER]
    assert [each.number for each in contents.failures] == [1, 2, 4]
    assert [vars(each.reason)["problem"] for each in contents.failures] == problems
    assert contents.losses == (Loss(LossKind.GROUPS),)


def test_numbers_that_json_does_not_have_are_written_as_null() -> None:
    kept = {"tupperbox": {"odd": float("nan"), "half": "\ud800"}}
    ana = Portable.of(Character("ana", {"name": "Ana"}, kept))
    assert b"NaN" not in WRITERS["tupperbox"](ana)
    assert only(WRITERS["tupperbox"](ana)).kept("tupperbox") == {"odd": None, "half": "\ud800"}

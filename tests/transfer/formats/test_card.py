"""Character Cards of other programs: every field and the portrait."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from characters.model import Character
from characters.transfer.formats.card_fields import card_rules
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import OURS, Portable
from tests.soak import trials
from tests.transfer.formats import portables
from tests.transfer.formats.samples import PNG, WRITERS, as_json, card, in_charx, only

BOOK_ENTRY = {
    "keys": [],
    "content": "",
    "extensions": {},
    "id": 2**70,
    "enabled": False,
    "insertion_order": 1,
    "use_regex": False,
}
FOREIGN_DATA = {
    "personality": "",
    "first_mes": "Ahoy!",
    "tags": [],
    "character_book": {"entries": [BOOK_ENTRY], "extensions": {}},
    "extensions": {"depth_prompt": {"depth": 4, "x": None}},
    "talkativeness": 0.5,
    "nickname": "A",
    "unknown": [[], {}, None],
    "assets": [
        {"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"},
        {"type": "background", "uri": "https://example.org/b.png", "name": "b", "ext": "png"},
    ],
}


@pytest.mark.soak
@settings(max_examples=trials(20, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(foreign=portables.foreign_cards())
def test_every_field_of_a_foreign_card_is_exported_as_it_was(foreign: dict[str, Any]) -> None:
    portable = only(as_json(foreign))
    record = {"name": portable.name, "description": portable.description, **portable.fields}
    character = Character("ana", record, portable.foreign)
    written = json.loads(WRITERS["json"](Portable.of(character)))
    written["data"]["extensions"].pop(OURS)
    rules = card_rules(3)
    for before, after in ((foreign["data"], written["data"]), (foreign, written)):
        for key in before.keys() - {"data", "spec", "extensions", "spec_version"}:
            if key not in rules or rules[key](before[key]) == before[key]:
                assert after[key] == before[key]
    if isinstance(extensions := foreign["data"].get("extensions"), dict):
        assert written["data"]["extensions"] == {
            key: value for key, value in extensions.items() if key != OURS
        }


@pytest.mark.parametrize("form", ["json", "png", "charx", "archive"])
def test_a_foreign_card_is_exported_as_it_was_imported(form: str) -> None:
    foreign = {
        **card(**FOREIGN_DATA),
        "name": "Ana",
        "personality": "",
        "create_date": "2024-1-1",
    }
    record = {"name": "Ana", "description": "Tall."}
    character = Character("ana", record, only(as_json(foreign)).foreign)
    exported = WRITERS[form](Portable.of(character))
    assert portables.same(only(exported), character, form)
    written = json.loads(WRITERS["json"](Portable.of(character)))
    assert {key: written["data"][key] for key in FOREIGN_DATA if key != "extensions"} == {
        key: value for key, value in FOREIGN_DATA.items() if key != "extensions"
    }
    assert written["data"]["extensions"]["depth_prompt"] == {"depth": 4, "x": None}
    assert (written["name"], written["personality"], written["create_date"]) == (
        "Ana",
        "",
        "2024-1-1",
    )


@pytest.mark.parametrize(
    ("icon", "image", "url"),
    [
        ("embeded://assets/icon.png", PNG, None),
        ("https://example.org/a.png", None, "https://example.org/a.png"),
        (f"data:image/png;base64,{base64.b64encode(PNG).decode()}", PNG, None),
        ("ccdefault:", None, None),
        (None, None, None),
    ],
)
def test_the_portrait_is_where_the_card_says(
    icon: Any, image: bytes | None, url: str | None
) -> None:
    assets = [
        {"type": "emotion", "uri": "x"},
        None,
        {"type": "icon", "uri": icon, "name": "main", "ext": "png"},
    ]
    portable = only(in_charx(card(assets=assets), assets__icon_png=b"", **{"assets/icon.png": PNG}))
    assert (portable.image, portable.image_url) == (image, url)
    assert len(json.dumps(portable.foreign)) < 300


def test_files_beside_a_card_are_losses() -> None:
    assets = [
        {"type": "background", "uri": "embeded://b.png"},
        {"type": "icon", "uri": "embeded://gone.png"},
    ]
    background, icon = only(in_charx(card(assets=assets))).losses
    assert background == Loss(LossKind.OTHER_FILES, "Ana", count=1)
    assert icon == Loss(LossKind.DAMAGED_IMAGE, "Ana")


@pytest.mark.parametrize(
    ("avatar", "url"), [("none", None), ("https://x.org/a.png", "https://x.org/a.png"), (5, None)]
)
def test_the_avatar_of_an_old_card_is_its_portrait(avatar: Any, url: str | None) -> None:
    assert only(as_json({"name": "Ana", "description": "", "avatar": avatar})).image_url == url

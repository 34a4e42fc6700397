"""Portable formats: what goes into a file comes out again, and what others write is understood and kept."""

import base64
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from characters.errors import UnreadableFile
from characters.model import Character
from characters.transfer.formats import writing
from characters.transfer.formats.png import INFLATED_LIMIT, placeholder, with_texts
from characters.transfer.formats.portable import FIELDS_LIMIT, OURS, Portable
from characters.transfer.formats.reading import read
from characters.transfer.formats.rosters import PLURALKIT, TUPPERBOX
from tests import images
from tests.transfer import portables

WEBP = images.webp()
PNG = images.png()


def archive(portable: Portable) -> bytes:
    part = writing.ArchivePart()
    part.add(writing.archive_files(portable, 1))
    return part.data()


FORMATS: dict[str, Callable[[Portable], bytes]] = {
    "json": lambda portable: writing.json_card(portable).data,
    "png": lambda portable: writing.png_card(portable, PNG).data,
    "png without portrait": lambda portable: writing.png_card(portable, None).data,
    "charx": lambda portable: writing.charx(portable).data,
    "archive": archive,
    "tupperbox": lambda portable: writing.roster(TUPPERBOX, [portable]),
    "pluralkit": lambda portable: writing.roster(PLURALKIT, [portable]),
}


def only(data: bytes) -> Portable:
    """The one character in a file in which nothing is wrong."""
    (portable,), failures = read(data)[1:3]
    assert failures == []
    return portable


def card(**data: Any) -> dict[str, Any]:
    return {
        "spec": "chara_card_v2",
        "spec_version": "2.0",
        "data": {"name": "Ana", "description": "Tall.", **data},
    }


def as_json(document: Any) -> bytes:
    return json.dumps(document).encode()


def in_png(document: Any, keyword: str = "chara") -> bytes:
    return with_texts(PNG, {keyword: base64.b64encode(as_json(document))})


def in_charx(document: Any, **files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("card.json", as_json(document))
        for name, data in files.items():
            target.writestr(name.replace("__", "/"), data)
    return packed.getvalue()


# Ours, out and in again


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(character=portables.characters())
def test_what_we_export_and_import_again_is_equal_field_by_field(
    form: str, character: Character
) -> None:
    portable = only(FORMATS[form](Portable.of(character, WEBP)))
    assert portables.same(portable, character)
    assert portable.ours
    assert portable.losses == ()


def test_the_portrait_is_in_cards_and_archives() -> None:
    ana = Portable.of(Character("ana", {"name": "Ana"}), WEBP)
    for form in ("charx", "archive"):
        assert only(FORMATS[form](ana)).image == WEBP
    png_card = FORMATS["png"](ana)
    assert only(png_card).image == png_card
    assert {only(FORMATS[form](ana)).image_id for form in ("charx", "archive", "png")} == {
        ana.image_id
    }


def test_a_public_portrait_goes_as_a_link_where_a_file_can_not() -> None:
    ana = Portable.of(Character("ana", {"name": "Ana"}), WEBP, "https://example.org/a.webp")
    for form in ("json", "tupperbox", "pluralkit"):
        assert only(FORMATS[form](ana)).image_url == "https://example.org/a.webp"


@pytest.mark.parametrize(
    "form", ["json", "png without portrait", "charx", "archive", "tupperbox", "pluralkit"]
)
def test_who_has_no_portrait_comes_back_without_one(form: str) -> None:
    record = {
        "name": "Ana",
        "foreign": {"card": {"top": {"avatar": "https://example.org/old.png"}}},
    }
    portable = only(FORMATS[form](Portable.of(Character("ana", record))))
    assert (portable.image, portable.image_url) == (None, None)


def test_a_placeholder_that_somebody_replaced_is_a_portrait() -> None:
    data = writing.png_card(Portable.of(Character("ana", {"name": "Ana"})), None).data
    texts = data[data.index(b"tEXt") - 4 : data.rindex(b"IEND") - 4]
    redrawn = images.png_with(texts, images.png((512, 512), "blue"))
    assert only(redrawn).image == redrawn


def test_the_placeholder_is_a_small_picture_with_a_colour_of_the_name() -> None:
    ana, bob = images.decode(placeholder("Ana")), images.decode(placeholder("Bob"))
    assert ana.size == (512, 512)
    assert ana.getpixel((0, 0)) != bob.getpixel((0, 0))
    assert len(placeholder("Ana")) < 5000


def test_a_png_card_holds_both_versions_right_before_its_end() -> None:
    data = writing.png_card(Portable.of(Character("ana", {"name": "Ana"})), PNG).data
    texts = images.decode(data).info
    v2, v3 = (json.loads(base64.b64decode(texts[keyword])) for keyword in ("chara", "ccv3"))
    assert (v2["spec"], v3["spec"]) == ("chara_card_v2", "chara_card_v3")
    assert v2["data"]["name"] == v3["data"]["name"] == "Ana"
    assert isinstance(v3["data"]["group_only_greetings"], list)


def test_numbers_that_json_does_not_have_do_not_spoil_a_file() -> None:
    ana = Portable.of(Character("ana", {"name": "Ana", "odd": float("nan"), "half": "\ud800"}))
    assert b"NaN" not in FORMATS["tupperbox"](ana)
    assert only(FORMATS["tupperbox"](ana)).fields == {"odd": None, "half": "\ud800"}


# What others write


FOREIGN_DATA = {
    "personality": None,
    "first_mes": "Ahoy!",
    "tags": [],
    "character_book": {"entries": [{"keys": [], "id": 2**70, "enabled": None}]},
    "extensions": {"depth_prompt": {"depth": 4, "x": None}},
    "talkativeness": 0.5,
    "nickname": "A",
    "unknown": [[], {}, None],
    "assets": [
        {"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"},
        {"type": "background", "uri": "https://example.org/b.png", "name": "b", "ext": "png"},
    ],
}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(foreign=portables.foreign_cards())
def test_every_field_of_a_foreign_card_comes_out_as_it_was(foreign: dict[str, Any]) -> None:
    portable = only(as_json(foreign))
    record = {"name": portable.name, "description": portable.description, **portable.fields}
    written = json.loads(FORMATS["json"](Portable.of(Character("ana", record))))
    written["data"]["extensions"].pop(OURS)
    for before, after in ((foreign["data"], written["data"]), (foreign, written)):
        for key in before.keys() - {"data", "spec", "extensions", "spec_version"}:
            assert after[key] == before[key]
    if isinstance(extensions := foreign["data"].get("extensions"), dict):
        assert written["data"]["extensions"] == {
            key: value for key, value in extensions.items() if key != OURS
        }


@pytest.mark.parametrize("form", ["json", "png", "charx", "archive"])
def test_a_foreign_card_comes_out_unharmed(form: str) -> None:
    foreign = {
        **card(**FOREIGN_DATA),
        "name": "Ana",
        "personality": None,
        "create_date": "2024-1-1",
    }
    character = Character(
        "ana", {"name": "Ana", "description": "Tall.", **only(as_json(foreign)).fields}
    )
    exported = FORMATS[form](Portable.of(character))
    assert portables.same(only(exported), character)
    written = json.loads(FORMATS["json"](Portable.of(character)))
    assert {key: written["data"][key] for key in FOREIGN_DATA if key != "extensions"} == {
        key: value for key, value in FOREIGN_DATA.items() if key != "extensions"
    }
    assert written["data"]["extensions"]["depth_prompt"] == {"depth": 4, "x": None}
    assert (written["name"], written["personality"], written["create_date"]) == (
        "Ana",
        None,
        "2024-1-1",
    )


@pytest.mark.parametrize(
    ("form", "document"),
    [
        (
            "tupperbox",
            {
                "tuppers": [
                    {"name": "Ana", "brackets": ["a:", ""], "posts": 2**60, "nick": None, "x": []}
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
def test_a_foreign_member_comes_out_unharmed_also_after_a_trip_on_a_card(
    form: str, document: Any
) -> None:
    fields = only(as_json(document)).fields
    travelled = only(FORMATS["png"](Portable.of(Character("ana", {"name": "Ana", **fields}))))
    ((item,),) = (value for key, value in document.items())
    written = json.loads(FORMATS[form](travelled))
    (exported,) = written["tuppers" if form == "tupperbox" else "members"]
    assert {key: exported[key] for key in item} == item


def test_other_bots_find_what_they_look_for() -> None:
    ana = Portable.of(Character("ana", {"name": "Ana"}))
    tuppers = json.loads(FORMATS["tupperbox"](ana))
    system = json.loads(FORMATS["pluralkit"](ana))
    assert tuppers["groups"] == []
    assert len(tuppers["tuppers"][0]["brackets"]) % 2 == 0
    assert (system["version"], system["switches"], system["members"][0]["proxy_tags"]) == (
        2,
        [],
        [],
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(as_json({"name": "Ana", "description": "Tall.", "first_mes": "Hi"}), id="V1"),
        pytest.param(as_json(card()), id="V2"),
        pytest.param(as_json({**card(), "spec": "chara_card_v3"}), id="V3"),
        pytest.param(as_json({"data": card()["data"]}), id="no version"),
        pytest.param(
            as_json({**card(), "tuppers": None, "members": []}), id="fields of other kinds"
        ),
        pytest.param(as_json(card(extensions={OURS: None})), id="our key, and not ours"),
        pytest.param(
            b"\xef\xbb\xbf " + as_json(card(tags=None, extensions=None, assets=5)),
            id="byte order mark",
        ),
        pytest.param(in_png(card()), id="PNG"),
        pytest.param(in_png(card(), "CCv3"), id="PNG, other case"),
        pytest.param(
            images.png_with(
                images.png_chunk(
                    b"zTXt", b"chara\0\0" + zlib.compress(base64.b64encode(as_json(card())))
                )
            ),
            id="zTXt",
        ),
        pytest.param(
            images.png_with(
                images.png_chunk(
                    b"iTXt", b"chara\0\1\0\0\0" + zlib.compress(base64.b64encode(as_json(card())))
                )
            ),
            id="iTXt, compressed",
        ),
        pytest.param(
            images.png_with(images.png_chunk(b"iTXt", b"chara\0\0\0en\0\0" + as_json(card()))),
            id="iTXt, plain",
        ),
        pytest.param(in_charx(card()), id="charx"),
        pytest.param(
            as_json({"tuppers": [{"name": "Ana", "description": "Tall.", "avatar_url": None}]}),
            id="Tupperbox",
        ),
        pytest.param(
            as_json({"switches": None, "members": [{"name": "Ana", "description": "Tall."}]}),
            id="PluralKit",
        ),
    ],
)
def test_every_kind_of_file_is_known_by_its_content(data: bytes) -> None:
    portable = only(data)
    assert (portable.name, portable.description, portable.ours, portable.char_id) == (
        "Ana",
        "Tall.",
        False,
        None,
    )


def test_the_better_card_of_a_picture_counts_unless_it_is_garbage() -> None:
    v2, v3 = (base64.b64encode(as_json(card(name=name))) for name in ("Two", "Three"))
    assert only(with_texts(PNG, {"chara": v2, "ccv3": v3})).name == "Three"
    for garbage in (b"%%%", b"!", base64.b64encode(b"\xff{"), base64.b64encode(b"[]")):
        assert only(with_texts(PNG, {"chara": v2, "ccv3": garbage})).name == "Two"


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
def test_a_card_says_where_its_portrait_lies(
    icon: Any, image: bytes | None, url: str | None
) -> None:
    assets = [
        {"type": "emotion", "uri": "x"},
        None,
        {"type": "icon", "uri": icon, "name": "main", "ext": "png"},
    ]
    portable = only(in_charx(card(assets=assets), assets__icon_png=b"", **{"assets/icon.png": PNG}))
    assert (portable.image, portable.image_url) == (image, url)
    assert len(json.dumps(portable.fields)) < 300


def test_files_beside_a_card_are_named_as_lost() -> None:
    assets = [
        {"type": "background", "uri": "embeded://b.png"},
        {"type": "icon", "uri": "embeded://gone.png"},
    ]
    background, icon = only(in_charx(card(assets=assets))).losses
    assert "Other files" in background
    assert "portrait" in icon


@pytest.mark.parametrize(
    ("avatar", "url"), [("none", None), ("https://x.org/a.png", "https://x.org/a.png"), (5, None)]
)
def test_old_cards_have_an_avatar(avatar: Any, url: str | None) -> None:
    assert only(as_json({"name": "Ana", "description": "", "avatar": avatar})).image_url == url


def test_one_bad_member_never_hides_the_others() -> None:
    document = {
        "tuppers": [None, {"name": None}, {"name": "Ana", "description": 5, "avatar_url": {}}, []],
        "groups": [1],
    }
    contents = read(as_json(document))
    assert [each.name for each in contents.characters] == ["Ana"]
    assert [each.name for each in contents.failures] == ["number 1", "number 2", "number 4"]
    assert contents.losses == ("Groups are not kept.",)


def test_one_bad_card_never_hides_the_others_of_an_archive() -> None:
    part = writing.ArchivePart()
    for number, name in enumerate(("Ana", "Bob"), start=1):
        part.add(writing.archive_files(Portable.of(Character(name, {"name": name}), WEBP), number))
    contents = read(part.data().replace(b'"name":"Ana"', b'"name":null '))
    assert [each.name for each in contents.characters] == ["Bob"]
    assert [each.name for each in contents.failures] == ["001-Ana.json"]


def test_nothing_of_the_store_comes_from_a_file() -> None:
    record = {
        "trashed": {"at": 1},
        "image_path": "/etc/passwd",
        "image_url": "x",
        "image_source": {},
        "char_id": "y",
        "created_at": "yesterday",
        "last_used": 10**400,
        "kept": 1,
    }
    for ours in (
        {"record": record, "char_id": 5},
        {"record": record, "added": {}, "replaced": [], "icon": 5},
    ):
        portable = only(as_json({"tuppers": [{"name": "Ana", OURS: ours}]}))
        assert dict(portable.fields) == {"kept": 1}
        assert only(as_json(card(extensions={OURS: ours}))).fields["kept"] == 1


def test_what_is_too_large_to_keep_is_named_and_the_rest_stays() -> None:
    portable = only(
        as_json(
            card(
                character_book={"x": "y" * FIELDS_LIMIT},
                tags=["kept"],
                extensions={"z": "q" * 1000},
            )
        )
    )
    assert portable.losses == ("“character_book” is too large to be kept.",)
    assert portable.fields["foreign"]["card"]["data"] == {
        "tags": ["kept"],
        "extensions": {"z": "q" * 1000},
    }


def test_many_things_that_are_too_large_get_a_few_sentences() -> None:
    portable = only(as_json(card(**{f"x{number}": "y" * 10_000 for number in range(100)})))
    assert len(portable.losses) == 6
    assert len(json.dumps(portable.fields)) <= FIELDS_LIMIT


def test_text_in_a_picture_is_inflated_to_a_limit() -> None:
    bomb = b"chara\0\0" + zlib.compress(b"A" * (INFLATED_LIMIT + 1))
    with pytest.raises(UnreadableFile, match="4 MiB"):
        read(images.png_with(images.png_chunk(b"zTXt", bomb)))

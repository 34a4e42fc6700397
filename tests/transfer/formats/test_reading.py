"""Reading: any format is recognised, and what we write is read as it was."""

import base64
import zlib

import pytest
from hypothesis import HealthCheck, given, settings

from characters.model import Character
from characters.transfer.formats.losses import LossKind
from characters.transfer.formats.portable import OURS, Portable
from tests import images
from tests.soak import trials
from tests.transfer.formats import portables
from tests.transfer.formats.samples import PNG, WEBP, WRITERS, as_json, card, in_charx, in_png, only


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.soak
@settings(max_examples=trials(20, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(character=portables.characters())
def test_what_we_export_and_import_again_is_equal_field_by_field(
    form: str, character: Character
) -> None:
    portable = only(WRITERS[form](Portable.of(character, WEBP)))
    assert portables.same(portable, character, form)
    assert portable.ours
    kinds = {loss.kind for loss in portable.losses}
    assert kinds <= ({LossKind.RECORD_FIELDS} if form == "archive" else set())


def test_the_portrait_is_in_cards_and_archives() -> None:
    ana = Portable.of(Character("ana", {"name": "Ana"}), WEBP)
    assert only(WRITERS["archive"](ana)).image == WEBP
    assert only(WRITERS["charx"](ana)).image == PNG  # SillyTavern shows no WebP there
    png_card = WRITERS["png"](ana)
    assert only(png_card).image == png_card
    assert {only(WRITERS[form](ana)).image_id for form in ("charx", "archive", "png")} == {
        ana.image_id
    }


def test_files_without_images_hold_the_public_link_to_the_portrait() -> None:
    ana = Portable.of(Character("ana", {"name": "Ana"}), WEBP, "https://example.org/a.webp")
    for form in ("json", "tupperbox", "pluralkit"):
        assert only(WRITERS[form](ana)).image_url == "https://example.org/a.webp"


@pytest.mark.parametrize(
    "form", ["json", "png without portrait", "charx", "archive", "tupperbox", "pluralkit"]
)
def test_a_character_without_a_portrait_comes_back_without_one(form: str) -> None:
    foreign = {"card": {"top": {"avatar": "https://example.org/old.png"}}}
    ana = Character("ana", {"name": "Ana"}, foreign)
    portable = only(WRITERS[form](Portable.of(ana)))
    assert (portable.image, portable.image_url) == (None, None)


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
def test_every_format_is_recognised_by_its_content(data: bytes) -> None:
    portable = only(data)
    assert (portable.name, portable.description, portable.ours, portable.char_id) == (
        "Ana",
        "Tall.",
        False,
        None,
    )


def test_a_file_sets_no_fields_that_belong_to_the_store() -> None:
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
        assert portable.fields == {}
        assert only(as_json(card(extensions={OURS: ours}))).fields == {}


@pytest.mark.parametrize(
    ("name", "file"),
    [("Ana", "Ana"), ("../../x y", "x-y"), ("山田", "character"), ("a" * 80, "a" * 40)],
)
def test_a_file_is_named_for_its_character_in_ascii_letters(name: str, file: str) -> None:
    assert Portable(name).file_name == file

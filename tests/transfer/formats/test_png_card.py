"""Character Cards in PNG files."""

import base64
import json
import zlib

import pytest

from characters.errors import FileProblem, UnreadableFile
from characters.model import Character
from characters.transfer.formats.png_card import placeholder, write_png_card
from characters.transfer.formats.png_text import INFLATED_LIMIT, with_texts
from characters.transfer.formats.portable import Portable
from characters.transfer.formats.reading import read
from tests import images
from tests.transfer.formats.samples import PNG, as_json, card, only


def test_an_image_that_replaced_the_placeholder_is_a_portrait() -> None:
    data = write_png_card(Portable.of(Character("ana", {"name": "Ana"})), None).data
    texts = data[data.index(b"tEXt") - 4 : data.rindex(b"IEND") - 4]
    redrawn = images.png_with(texts, images.png((512, 512), "blue"))
    assert only(redrawn).image == redrawn


def test_the_placeholder_is_a_small_picture_with_a_colour_of_the_name() -> None:
    ana, bob = images.decode(placeholder("Ana")), images.decode(placeholder("Bob"))
    assert ana.size == (512, 512)
    assert ana.getpixel((0, 0)) != bob.getpixel((0, 0))
    assert len(placeholder("Ana")) < 5000


def test_a_png_card_holds_both_versions_right_before_its_end() -> None:
    data = write_png_card(Portable.of(Character("ana", {"name": "Ana"})), PNG).data
    texts = images.decode(data).info
    v2, v3 = (json.loads(base64.b64decode(texts[keyword])) for keyword in ("chara", "ccv3"))
    assert (v2["spec"], v3["spec"]) == ("chara_card_v2", "chara_card_v3")
    assert v2["data"]["name"] == v3["data"]["name"] == "Ana"
    assert isinstance(v3["data"]["group_only_greetings"], list)


def test_the_newest_card_of_a_picture_that_can_be_read_counts() -> None:
    v2, v3 = (base64.b64encode(as_json(card(name=name))) for name in ("Two", "Three"))
    assert only(with_texts(PNG, {"chara": v2, "ccv3": v3})).name == "Three"
    for garbage in (b"%%%", b"!", base64.b64encode(b"\xff{"), base64.b64encode(b"[]")):
        assert only(with_texts(PNG, {"chara": v2, "ccv3": garbage})).name == "Two"


def test_text_in_a_picture_is_inflated_to_a_limit() -> None:
    bomb = b"chara\0\0" + zlib.compress(b"A" * (INFLATED_LIMIT + 1))
    with pytest.raises(UnreadableFile) as caught:
        read(images.png_with(images.png_chunk(b"zTXt", bomb)))
    assert (caught.value.problem, caught.value.limit) == (FileProblem.CARD_TOO_LARGE, 4 * 2**20)

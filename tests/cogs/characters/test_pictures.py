"""Portraits as players see them: which part, how large, and what is said of them."""

from typing import Any

import pytest

from characters.registry import Registry
from tests import images
from tests.people import answer, pictures, read
from tests.portraits.test_decoding import box_of_brands


def choices(shown: Any) -> list[tuple[str, bool]]:
    """The labels of the menu, and which one is chosen."""
    fields = [each.get("component", {}) for each in shown.modal["components"]]
    (menu,) = (each for each in fields if each.get("custom_id") == "shown")
    return [(each["label"], bool(each.get("default"))) for each in menu["options"]]


async def test_the_form_asks_which_part_lists_show(
    ana: Any, channel: Any, registry: Registry
) -> None:
    tall = images.png((300, 900))
    await ana.slash(channel, "character create", name="Zed", portrait=("a.png", tall))
    (zed,) = (await registry.roster(ana.id)).characters
    assert zed.focus == ""

    shown = await ana.slash(channel, "character edit", name="Zed")
    assert len(shown.modal["components"]) <= 5
    assert [label for label, chosen in choices(shown) if chosen] == ["Leave the portrait as it is"]
    assert [label for label, _ in choices(shown)] == [
        "Leave the portrait as it is",
        "Its upper part",
        "Its middle",
        "Its lower part",
        "The whole portrait, smaller",
        "Remove the portrait",
    ]
    result = await ana.submit_modal(shown, {"name": "Zed", "shown": ["whole"]})
    assert "## Zed" in read(result)
    edited = await registry.get(ana.id, zed.char_id)
    assert edited.focus == "whole"
    assert edited.image_path != zed.image_path


async def test_a_reopened_form_remembers_the_choice(ana: Any, channel: Any) -> None:
    await ana.slash(channel, "character create", name="Zed", portrait=("a.png", images.png()))
    shown = await ana.slash(channel, "character edit", name="Zed")
    refused = await ana.submit_modal(shown, {"name": "\u200b", "shown": ["bottom"]})
    again = await ana.click(answer(refused).message, label="Open the form again")
    assert [label for label, chosen in choices(again) if chosen] == ["Its lower part"]


async def test_the_sheet_shows_pixel_art_in_larger_pixels(
    ana: Any, channel: Any, registry: Registry
) -> None:
    data = images.png((32, 48))
    shown = answer(
        await ana.slash(channel, "character create", name="Zed", portrait=("a.png", data))
    )
    (zed,) = (await registry.roster(ana.id)).characters
    assert pictures(shown)
    assert images.decode(await shown.attachments[0].read()).size == (160, 240)
    assert images.decode(await registry.portraits.portrait(zed) or b"").size == (32, 48)


@pytest.mark.parametrize("way", ["command", "form"])
async def test_the_answer_says_that_an_animation_stands_still(
    ana: Any, channel: Any, way: str
) -> None:
    file = ("a.gif", images.gif_of_frames(3))
    if way == "command":
        result = await ana.slash(channel, "character create", name="Zed", portrait=file)
    else:
        form = await ana.slash(channel, "character create")
        result = await ana.submit_modal(form, {"name": "Zed", "portrait": file})
    assert "The portrait of **Zed** is an animation. Here it stands still." in read(result)
    still = await ana.slash(channel, "character edit", name="Zed")
    assert "stands still" not in read(await ana.submit_modal(still, {"name": "Zedd"}))


async def test_a_heic_is_named_with_what_to_do(ana: Any, channel: Any) -> None:
    file = ("IMG_1.HEIC", box_of_brands(b"heic", b"mif1", b"heic"))
    result = await ana.slash(channel, "character create", name="Zed", portrait=file)
    assert "is saved, without a portrait" in read(result)
    assert "That is a HEIC picture, as iPhones take them" in read(result)
    assert "share it as a JPEG" in read(result)


async def test_an_avif_is_taken(ana: Any, channel: Any) -> None:
    file = ("a.avif", images.encode(images.picture((200, 200)), "AVIF"))
    result = answer(await ana.slash(channel, "character create", name="Zed", portrait=file))
    assert pictures(result)
    assert "image" not in read(result)

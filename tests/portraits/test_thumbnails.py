"""Thumbnails are squares that keep faces; pixel art is shown in larger pixels."""

import pytest
from PIL import Image

from characters.portraits.renderer import Renderer
from tests import images

RED, LIME, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def stripes(size: tuple[int, int]) -> bytes:
    """Red, lime and blue: from top to bottom, or from left to right of a wide picture."""
    width, height = size
    image = images.picture(size, "lime")
    if height > width:
        image.paste("red", (0, 0, width, height // 3))
        image.paste("blue", (0, height - height // 3, width, height))
    else:
        image.paste("red", (0, 0, width // 3, height))
        image.paste("blue", (width - width // 3, 0, width, height))
    return images.encode(image, "PNG")


def is_like(pixel: tuple[int, ...], colour: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(pixel, colour, strict=False))


@pytest.mark.parametrize(
    ("size", "focus", "colour"),
    [
        ((300, 900), "", RED),
        ((300, 900), "top", RED),
        ((300, 900), "middle", LIME),
        ((300, 900), "bottom", BLUE),
        ((900, 300), "", LIME),
        ((900, 300), "bottom", LIME),
    ],
)
async def test_a_thumbnail_is_a_square_part_of_the_portrait(
    size: tuple[int, int], focus: str, colour: tuple[int, ...]
) -> None:
    portrait = await Renderer().prepare(stripes(size), focus=focus)
    thumbnail = images.decode(portrait.thumbnail).convert("RGB")
    assert thumbnail.size == (256, 256)
    for point in ((20, 20), (128, 128), (235, 235)):
        assert is_like(thumbnail.getpixel(point), colour)
    assert images.decode(portrait.image).size == size


async def test_the_whole_picture_lies_on_a_transparent_square() -> None:
    portrait = await Renderer().prepare(stripes((300, 900)), focus="whole")
    thumbnail = images.decode(portrait.thumbnail)
    assert thumbnail.size == (256, 256)
    assert thumbnail.getpixel((10, 128))[3] == 0
    for y, colour in ((20, RED), (128, LIME), (235, BLUE)):
        assert is_like(thumbnail.getpixel((128, y)), colour)


async def test_another_part_is_made_of_the_portrait_itself() -> None:
    portrait = await Renderer().prepare(stripes((300, 900)))
    thumbnail = images.decode(await Renderer().thumbnail(portrait.image, "bottom"))
    assert is_like(thumbnail.convert("RGB").getpixel((128, 128)), BLUE)


@pytest.mark.parametrize(
    ("size", "large"),
    [
        ((64, 64), (256, 256)),
        ((16, 32), (128, 256)),
        ((100, 60), (200, 120)),
        ((128, 9), (256, 18)),
    ],
)
@pytest.mark.parametrize("image_format", ["PNG", "GIF", "WEBP"])
async def test_pixel_art_is_enlarged_by_a_whole_factor_without_blur(
    size: tuple[int, int], large: tuple[int, int], image_format: str
) -> None:
    source = images.noise(size).quantize(16).convert("RGB")
    options = {"lossless": True} if image_format == "WEBP" else {}
    data = images.encode(source, image_format, **options)
    portrait = await Renderer().prepare(data)
    assert portrait.is_small
    assert images.decode(portrait.image).tobytes() == images.decode(data).convert("RGB").tobytes()
    thumbnail = images.decode(portrait.thumbnail)
    assert thumbnail.size == large
    expected = images.decode(data).convert("RGB").resize(large, Image.Resampling.NEAREST)
    assert thumbnail.tobytes() == expected.tobytes()
    assert await Renderer().thumbnail(portrait.image, "bottom") == portrait.thumbnail


@pytest.mark.parametrize(
    "data",
    [images.jpeg((64, 64)), images.webp((64, 64)), images.png((129, 20))],
    ids=["jpeg", "lossy webp", "large"],
)
async def test_what_is_lossy_or_large_is_no_pixel_art(data: bytes) -> None:
    portrait = await Renderer().prepare(data)
    assert not portrait.is_small
    assert images.decode(portrait.thumbnail).width == images.decode(portrait.thumbnail).height

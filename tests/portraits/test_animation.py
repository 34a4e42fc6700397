"""An animation becomes its first frame that is whole."""

from typing import Any

import pytest
from PIL import Image

from characters.portraits.renderer import Renderer
from tests import images

FORMATS: list[Any] = [
    pytest.param("GIF", {"disposal": 1}, id="gif"),
    pytest.param("PNG", {"blend": 1}, id="apng"),
    pytest.param("WEBP", {"lossless": True}, id="webp"),
]
SIZE = (200, 200)


def moving(frames: list[Image.Image], image_format: str, options: dict[str, Any]) -> bytes:
    return images.encode(
        frames[0], image_format, save_all=True, append_images=frames[1:], duration=100, **options
    )


def figure(colour: str, box: tuple[int, int, int, int]) -> Image.Image:
    """Something on a transparent ground."""
    image = Image.new("RGBA", SIZE)
    image.paste(colour, box)
    return image


async def made(data: bytes) -> Image.Image:
    portrait = await Renderer().prepare(data)
    assert portrait.is_animated
    return images.decode(portrait.image).convert("RGBA")


@pytest.mark.parametrize(("image_format", "options"), FORMATS)
async def test_an_empty_beginning_is_passed_over(
    image_format: str, options: dict[str, Any]
) -> None:
    frames = [
        figure("red", (0, 0, 1, 1)),
        figure("red", (0, 0, 100, 200)),
        images.picture(SIZE, "blue").convert("RGBA"),
        images.picture(SIZE, "lime").convert("RGBA"),
    ]
    image = await made(moving(frames, image_format, options))
    assert image.getcolors() == [(200 * 200, (0, 0, 255, 255))]


@pytest.mark.parametrize(("image_format", "options"), FORMATS)
async def test_a_figure_without_a_background_is_the_first_that_is_nearly_whole(
    image_format: str, options: dict[str, Any]
) -> None:
    frames = [
        figure("red", (0, 0, 2, 2)),
        figure("blue", (50, 50, 149, 150)),
        figure("lime", (50, 50, 150, 150)),
    ]
    options = {**options, "disposal": 2} if image_format == "GIF" else options
    image = await made(moving(frames, image_format, options))
    assert image.getpixel((100, 100)) == (0, 0, 255, 255)
    assert image.getpixel((10, 10))[3] == 0


async def test_only_the_first_ten_frames_are_looked_at() -> None:
    frames = [figure("red", (0, 0, number + 1, 200)) for number in range(12)]
    frames.append(images.picture(SIZE, "blue").convert("RGBA"))
    image = await made(moving(frames, "WEBP", {"lossless": True}))
    assert (0, 0, 255, 255) not in [colour for _, colour in image.getcolors() or []]


async def test_a_damaged_later_frame_leaves_the_frames_before_it() -> None:
    frames = [figure("red", (0, 0, 100, 200)), images.noise(SIZE, "RGBA")]
    data = moving(frames, "PNG", {"blend": 1})
    image = await made(data[:-5000])
    assert image.getpixel((50, 100)) == (255, 0, 0, 255)


@pytest.mark.parametrize("image_format", ["GIF", "PNG", "WEBP", "JPEG", "AVIF"])
async def test_a_picture_is_no_animation(image_format: str) -> None:
    portrait = await Renderer().prepare(images.encode(images.picture(SIZE), image_format))
    assert not portrait.is_animated

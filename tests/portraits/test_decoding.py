"""AVIF is read, within the limits of every image; HEIC is known for what it is."""

import struct

import pytest
from PIL import Image

from characters.errors import DamagedImage, HeicImage, NotAnImage, PortraitRefused, TooManyPixels
from characters.portraits.renderer import Renderer
from tests import images


def avif(image: Image.Image, **options: int) -> bytes:
    return images.encode(image, "AVIF", **options)


def said_to_be(data: bytes, width: int, height: int) -> bytes:
    """With another size in the box `ispe` (ISO/IEC 23008-12, 6.5.3.2)."""
    start = data.index(b"ispe") + 8
    return data[:start] + struct.pack(">II", width, height) + data[start + 8 :]


def box_of_brands(major: bytes, *compatible: bytes) -> bytes:
    brands = major + bytes(4) + b"".join(compatible)
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + bytes(100)


async def test_an_avif_becomes_a_portrait_with_its_transparency_and_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.new("RGBA", (300, 200), (255, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 150, 200))
    portrait = await Renderer().prepare(images.encode(picture, "AVIF", quality=100, exif=exif))
    made = images.decode(portrait.image)
    assert made.size == (200, 300)
    assert made.getpixel((100, 50))[3] < 16
    assert made.getpixel((100, 250))[0] > 240
    assert images.webp_chunks(portrait.image) != [b"VP8L"]
    assert not portrait.is_animated


async def test_a_moving_avif_becomes_its_first_frame() -> None:
    later = [images.picture(color="blue")] * 3
    data = images.encode(images.picture(), "AVIF", save_all=True, append_images=later)
    portrait = await Renderer().prepare(data)
    assert portrait.is_animated
    assert images.decode(portrait.image).getpixel((32, 32))[0] > 240


async def test_an_avif_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(TooManyPixels, match="5000 × 5000"):
        await Renderer().prepare(said_to_be(avif(images.picture()), 5000, 5000))


@pytest.mark.parametrize("size", [(0, 0), (2**31, 2**31), (20_000, 20_000)])
async def test_an_avif_of_an_impossible_size_is_damaged(size: tuple[int, int]) -> None:
    with pytest.raises(DamagedImage):
        await Renderer().prepare(said_to_be(avif(images.picture()), *size))


async def test_an_avif_that_holds_more_than_it_says_ends_within_the_limits() -> None:
    """Its box says 64 × 64, its pictures have 16,000 × 16,000: the decoder finds out."""
    try:
        portrait = await Renderer().prepare(said_to_be(images.HUGE_AVIF, 64, 64))
    except PortraitRefused:
        return
    assert images.decode(portrait.image).size == (64, 64)


@pytest.mark.parametrize("part", [0.02, 0.5, 0.9])
async def test_a_truncated_avif_is_damaged(part: float) -> None:
    data = avif(images.noise((64, 64)))
    with pytest.raises((DamagedImage, NotAnImage)):
        await Renderer().prepare(data[: int(len(data) * part)])


@pytest.mark.parametrize(
    "data",
    [
        box_of_brands(b"heic", b"mif1", b"heic"),
        box_of_brands(b"mif1", b"mif1", b"heic"),
        box_of_brands(b"heix", b"mif1"),
        box_of_brands(b"hevc", b"msf1"),
    ],
)
async def test_a_heic_is_known(data: bytes) -> None:
    with pytest.raises(HeicImage):
        await Renderer().prepare(data)


async def test_a_film_is_no_image() -> None:
    with pytest.raises(NotAnImage):
        await Renderer().prepare(box_of_brands(b"qt  ", b"qt  "))

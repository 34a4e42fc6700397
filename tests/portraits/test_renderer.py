"""Which images become portraits, what a portrait is, and what a hostile image can not do."""

import io
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from characters.errors import (
    DamagedImage,
    ImageTooComplex,
    ImageTooLarge,
    NotAnImage,
    PortraitRefused,
    PortraitUnsaved,
    TooManyPixels,
    TooManyScans,
)
from characters.portraits import renderer, rendering, thumbnails
from characters.portraits.renderer import Renderer
from characters.portraits.tiles import tile_of
from characters.transfer.formats.png_card import placeholder
from characters.workers import process
from characters.workers.exchange import Message
from characters.workers.process import Job
from tests import images

LARGE = (200, 200)  # pixels: not taken for pixel art
MARKER = b"CANARY-5b1f"
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


async def prepared(data: bytes) -> Image.Image:
    return images.decode((await Renderer().prepare(data)).image)


# What comes out


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(images.png(LARGE), id="png"),
        pytest.param(images.jpeg(LARGE, quality=100, subsampling=0), id="jpeg"),
        pytest.param(images.webp(LARGE, lossless=True), id="lossless webp"),
        pytest.param(images.webp(LARGE, quality=100), id="lossy webp"),
        pytest.param(images.gif(LARGE), id="gif"),
        pytest.param(images.encode(images.picture(LARGE), "AVIF", quality=100), id="avif"),
        pytest.param(images.encode(images.picture(LARGE).convert("P"), "PNG"), id="palette"),
        pytest.param(
            images.jpeg(LARGE, mode="CMYK", color=(0, 255, 255, 0), quality=100), id="cmyk jpeg"
        ),
    ],
)
async def test_every_kind_of_image_becomes_a_webp_of_the_same_picture(data: bytes) -> None:
    portrait = await Renderer().prepare(data)
    for file, size in ((portrait.image, 200), (portrait.thumbnail, 200)):
        image = images.decode(file)
        assert (image.format, image.size, image.mode) == ("WEBP", (size, size), "RGB")
        red, green, blue = image.getpixel((100, 100))
        assert red > 240
        assert max(green, blue) < 16


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 100, (100, 100, 100)),
        ("LA", (100, 50), (100, 100, 100, 50)),
        ("RGBA", (10, 20, 30, 40), (10, 20, 30, 40)),
        ("I;16", 0x8040, (0x80, 0x80, 0x80)),
    ],
)
async def test_every_mode_of_png_keeps_its_colours(
    mode: str, color: Any, expected: tuple[int, ...]
) -> None:
    assert (await prepared(images.png(mode=mode, color=color))).getpixel((5, 5)) == expected


@pytest.mark.parametrize("image_format", ["PNG", "GIF"])
async def test_the_transparent_colour_of_a_palette_stays_transparent(image_format: str) -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((0, 0), 0)
    result = await prepared(images.encode(image, image_format, transparency=0))
    assert result.getpixel((0, 0))[3] == 0
    assert result.getpixel((1, 1)) == (0, 0, 255, 255)


@pytest.mark.parametrize("image_format", ["PNG", "GIF", "WEBP"])
async def test_a_lossless_source_keeps_every_pixel(image_format: str) -> None:
    source = images.noise((64, 64)).quantize(256).convert("RGB")
    options = {"lossless": True} if image_format == "WEBP" else {}
    data = images.encode(
        source.quantize(256) if image_format == "GIF" else source, image_format, **options
    )
    assert (await prepared(data)).tobytes() == images.decode(data).convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(images.png(LARGE), b"VP8L", id="png"),
        pytest.param(images.gif(LARGE), b"VP8L", id="gif"),
        pytest.param(images.webp(LARGE, lossless=True), b"VP8L", id="lossless webp"),
        pytest.param(
            images.webp(LARGE, lossless=True, exif=b"Exif\0\0"),
            b"VP8L",
            id="extended lossless webp",
        ),
        pytest.param(images.webp(LARGE), b"VP8 ", id="lossy webp"),
        pytest.param(images.jpeg(LARGE), b"VP8 ", id="jpeg"),
    ],
)
async def test_only_a_lossy_source_makes_a_lossy_portrait_while_each_thumbnail_is_lossy(
    data: bytes, kind: bytes
) -> None:
    portrait = await Renderer().prepare(data)
    assert images.webp_chunks(portrait.image) == [kind]
    assert images.webp_chunks(portrait.thumbnail) == [b"VP8 "]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
async def test_the_orientation_in_the_exif_is_applied(image_format: str, orientation: int) -> None:
    # The corners as a viewer must show them, in reading order (EXIF 2.32, 4.6.4 A).
    corners = ["rgbw", "grwb", "wbgr", "bwrg", "rbgw", "brwg", "wgbr", "gwrb"][orientation - 1]
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = await prepared(images.encode(images.quarters((64, 48)), image_format, exif=exif))
    assert image.size == ((64, 48) if orientation < 5 else (48, 64))
    points = [(x * image.width // 4, y * image.height // 4) for y in (1, 3) for x in (1, 3)]
    names = {(1, 0, 0): "r", (0, 1, 0): "g", (0, 0, 1): "b", (1, 1, 1): "w"}
    assert (
        "".join(names[tuple(round(c / 255) for c in image.getpixel(p))] for p in points) == corners
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(images.jpeg_with(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff"), id="jpeg"),
        pytest.param(
            images.png_with(images.png_chunk(b"tEXt", b"Raw profile type exif\0\n\n\nno hex")),
            id="png",
        ),
    ],
)
async def test_unreadable_exif_does_not_spoil_a_sound_image(
    data: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    assert (await prepared(data)).size == (64, 64)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
async def test_the_colour_profile_is_applied(image_format: str) -> None:
    data = images.encode(
        images.picture(), image_format, icc_profile=images.swapped_profile(), quality=100
    )
    red, green, _ = (await prepared(data)).getpixel((32, 32))
    assert (red < 16, green > 240) == (True, True)


async def test_the_colour_profile_leaves_transparency_alone() -> None:
    data = images.png(mode="RGBA", color=(255, 0, 0, 77), icc_profile=images.swapped_profile())
    assert (await prepared(data)).getpixel((5, 5)) == (0, 255, 0, 77)


@pytest.mark.parametrize("profile", [b"nonsense", SRGB[:200]], ids=["nonsense", "cut off"])
async def test_an_unreadable_colour_profile_counts_as_none(profile: bytes) -> None:
    assert (await prepared(images.png(icc_profile=profile))).getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
async def test_a_profile_for_other_colours_counts_as_none(mode: str) -> None:
    data = images.jpeg(mode=mode, color=0, icc_profile=SRGB)
    assert (await prepared(data)).getpixel((5, 5)) == (
        (0, 0, 0) if mode == "L" else (255, 255, 255)
    )


# Sizes


@pytest.mark.parametrize(
    ("size", "image_size", "thumbnail_size"),
    [
        ((200, 100), (200, 100), (100, 100)),
        ((1000, 500), (1000, 500), (256, 256)),
        ((200, 400), (200, 400), (200, 200)),
        ((4000, 1000), (2048, 512), (256, 256)),
        ((1000, 4000), (512, 2048), (256, 256)),
        ((4096, 4096), (2048, 2048), (256, 256)),
        ((16000, 2), (2048, 1), (1, 1)),
    ],
)
async def test_images_are_fitted_never_cropped_and_never_enlarged_and_thumbnails_are_square(
    size: tuple[int, int], image_size: tuple[int, int], thumbnail_size: tuple[int, int]
) -> None:
    portrait = await Renderer().prepare(images.png(size))
    assert images.decode(portrait.image).size == image_size
    assert images.decode(portrait.thumbnail).size == thumbnail_size


async def test_transparent_colours_do_not_bleed_into_a_smaller_image() -> None:
    source = images.picture((2200, 100), (0, 0, 0, 0), "RGBA")
    source.paste((255, 0, 0, 255), (1100, 0, 2200, 100))
    result = await prepared(images.encode(source, "PNG"))
    assert {pixel[:3] for _, pixel in result.getcolors() if pixel[3] > 128} == {(255, 0, 0)}


@pytest.mark.parametrize("length", [renderer.INPUT_LIMIT + 1, 2 * renderer.INPUT_LIMIT])
async def test_too_many_bytes_are_refused(length: int) -> None:
    with pytest.raises(ImageTooLarge) as refusal:
        await Renderer().prepare(images.png().ljust(length, b"\0"))
    assert refusal.value.limit == renderer.INPUT_LIMIT


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
async def test_any_buffer_of_bytes_is_taken(kind: Callable[[bytes], Any]) -> None:
    assert await Renderer().prepare(kind(images.png()))


async def test_the_largest_file_allowed_is_accepted() -> None:
    assert await Renderer().prepare(images.png().ljust(renderer.INPUT_LIMIT, b"\0"))


def vp8l(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    return b"RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f" + bits.to_bytes(4, "little") + bytes(5)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        pytest.param(images.bomb((20_000, 20_000)), "20000 × 20000", id="png of 400 megapixels"),
        pytest.param(images.bomb((10_000, 10_000)), "10000 × 10000", id="png of 100 megapixels"),
        pytest.param(images.bomb((4097, 4096)), "4097 × 4096", id="png just above the limit"),
        pytest.param(b"GIF89a" + b"\xff" * 40, "65535 × 65535", id="gif"),
        pytest.param(vp8l(16_384, 16_384), "16384 × 16384", id="lossless webp"),
        pytest.param(
            images.webp()[:26] + b"\xff\x3f\xff\x3f" + bytes(99), "16383 × 16383", id="lossy webp"
        ),
        pytest.param(
            b"RIFF\xff\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\xff\x00\xff\xff\x00",
            "65536 × 65536",
            id="extended webp",
        ),
        pytest.param(
            images.jpeg().replace(b"\0\x11\x08\0\x40\0\x40", b"\0\x11\x08\xff\xdc\xff\xdc"),
            "65500 × 65500",
            id="jpeg",
        ),
    ],
)
async def test_too_many_pixels_are_refused_with_the_size(data: bytes, size: str) -> None:
    with pytest.raises(TooManyPixels, match=size):
        await Renderer().prepare(data)


def jpeg_of_scans(count: int) -> bytes:
    """A sound progressive JPEG whose last scan is there again and again."""
    data = images.jpeg(progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * (count - data.count(b"\xff\xda")) + data[-2:]


async def test_a_jpeg_of_hundreds_of_scans_is_refused() -> None:
    """Nine of 79 KB (400 scans of 16 megapixels) kept other players waiting for half a minute."""
    assert await prepared(jpeg_of_scans(50))
    with pytest.raises(TooManyScans) as refusal:
        await Renderer().prepare(jpeg_of_scans(51))
    assert refusal.value.limit == 50


async def test_only_the_scans_of_the_picture_itself_are_counted() -> None:
    thumbnails = images.jpeg_with(0xE1, jpeg_of_scans(40))
    assert await prepared(thumbnails + jpeg_of_scans(40))
    assert await prepared(images.jpeg_with(0xE1, b"\xff\xda" * 200) + b"\xff\xda" * 200)


async def test_a_gif_whose_frame_outgrows_screen_and_limit_is_refused_by_the_decoder() -> None:
    data = images.gif((8, 8))
    frame = data.index(b",\0\0\0\0")
    with pytest.raises(DamagedImage):
        await Renderer().prepare(data[: frame + 5] + b"\x88\x13\x88\x13" + data[frame + 9 :])


# Hostile and broken files


TIFF = images.encode(images.picture(), "TIFF")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"Hello, I am a picture.", id="text"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"/>', id="svg"),
        pytest.param(TIFF, id="tiff"),
        pytest.param(images.encode(images.picture(), "BMP"), id="bmp"),
        pytest.param(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", id="mp4"),
        pytest.param(b"8BPS\0\x01" + bytes(20), id="psd"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n", id="eps"),
        pytest.param(b"RIFF\x24\0\0\0WAVEfmt ", id="riff that is no webp"),
        pytest.param(b"\n" + images.png(), id="png after a blank line"),
    ],
)
async def test_any_other_kind_of_file_is_not_an_image(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        await Renderer().prepare(data)


@pytest.mark.parametrize("part", [0.02, 0.5, 0.9], ids=["only the header", "half", "most"])
@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_a_truncated_image_is_damaged(image_format: str, part: float) -> None:
    data = images.encode(images.noise((64, 64)), image_format)
    with pytest.raises(DamagedImage):
        await Renderer().prepare(data[: int(len(data) * part)])


@pytest.mark.parametrize(
    "start", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x04\0\0\0WEBP"]
)
@pytest.mark.parametrize(
    "rest", [b"", bytes(100), b"\xff" * 10, TIFF], ids=["nothing", "zeros", "ones", "tiff"]
)
async def test_a_signature_alone_makes_no_image(start: bytes, rest: bytes) -> None:
    with pytest.raises((DamagedImage, TooManyPixels)):
        await Renderer().prepare(start + rest)


async def test_a_compressed_text_of_64_mib_in_a_png_is_refused() -> None:
    text = images.png_chunk(b"zTXt", b"key\0\0" + zlib.compress(bytes(64 * 2**20), 9))
    with pytest.raises(DamagedImage):
        await Renderer().prepare(images.png_with(text))


@pytest.mark.parametrize("animation", [images.gif_of_frames, images.webp_of_frames])
async def test_an_image_of_ten_thousand_frames_is_accepted(
    animation: Callable[[int], bytes],
) -> None:
    data = animation(10_000)
    assert images.decode(data).n_frames == 10_000
    assert (await prepared(data)).getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("image_format", ["GIF", "PNG", "WEBP"])
async def test_an_animation_becomes_its_first_frame(image_format: str) -> None:
    later = [images.picture(color="blue"), images.picture(color="lime")]
    options = {"lossless": True} if image_format == "WEBP" else {}
    data = images.encode(
        images.picture(), image_format, save_all=True, append_images=later, **options
    )
    assert images.decode(data).n_frames == 3
    portrait = await Renderer().prepare(data)
    assert portrait.is_animated
    assert images.webp_chunks(portrait.image) == [b"VP8L"]
    assert images.decode(portrait.image).getcolors() == [(64 * 64, (255, 0, 0))]


async def test_a_jpeg_of_several_pictures_becomes_its_first() -> None:
    data = images.encode(
        images.picture(), "MPO", save_all=True, append_images=[images.picture(color="blue")]
    )
    assert images.decode(data).format == "MPO"
    portrait = await Renderer().prepare(data)
    assert images.webp_chunks(portrait.image) == [b"VP8 "]
    assert images.decode(portrait.image).getpixel((5, 5))[0] > 240


async def test_a_polyglot_loses_its_other_half() -> None:
    archive = io.BytesIO(images.png())
    with zipfile.ZipFile(archive, "a") as zipped:
        zipped.writestr("payload.txt", MARKER)
    assert zipfile.is_zipfile(io.BytesIO(archive.getvalue()))
    portrait = await Renderer().prepare(archive.getvalue())
    for file in (portrait.image, portrait.thumbnail):
        assert not zipfile.is_zipfile(io.BytesIO(file))
        assert MARKER not in file


# Metadata


def exif(tag: int, value: Any, ifd: int | None = None) -> bytes:
    block = Image.Exif()
    (block if ifd is None else block.get_ifd(ifd))[tag] = value
    return block.tobytes()


TEXT = MARKER.decode()
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + MARKER + b"</x:xmpmeta>"
EXIF = exif(0x010E, TEXT)
EXIF_GPS = exif(0x001B, MARKER, 0x8825)
EXIF_COMMENT = exif(0x9286, MARKER, 0x8769)
EXIF_THUMBNAIL = EXIF[:10] + EXIF[10:] + images.jpeg_with(0xFE, MARKER)
PROFILE = images.swapped_profile() + MARKER
STORED = zlib.compress(MARKER, 0)  # deflate without compression: the marker is there to be found
IPTC = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + b"\0\0\0\x10\x1c\x02\x78\0\x0b" + MARKER
LATE_TEXT = images.png_chunk(b"tEXt", b"Comment\0" + MARKER)

MARKED = {
    "png text": images.png_with(LATE_TEXT),
    "png compressed text": images.png_with(images.png_chunk(b"zTXt", b"Comment\0\0" + STORED)),
    "png international text": images.png_with(
        images.png_chunk(b"iTXt", b"Comment\0\0\0\0\0" + MARKER)
    ),
    "png xmp": images.png_with(images.png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)),
    "png exif": images.png_with(images.png_chunk(b"eXIf", EXIF[6:])),
    "png gps": images.png_with(images.png_chunk(b"eXIf", EXIF_GPS[6:])),
    "png profile": images.png_with(
        images.png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(PROFILE, 0))
    ),
    "png palette name": images.png_with(images.png_chunk(b"sPLT", MARKER + b"\0\x08")),
    "png private chunk": images.png_with(images.png_chunk(b"prVt", MARKER)),
    "png text behind the pixels": images.png()[:-12] + LATE_TEXT + images.png()[-12:],
    "png appended": images.png() + MARKER,
    "jpeg comment": images.jpeg(comment=MARKER),
    "jpeg jfif extension": images.jpeg_with(0xE0, b"JFXX\0\x13" + MARKER),
    "jpeg exif": images.jpeg(exif=EXIF),
    "jpeg gps": images.jpeg(exif=EXIF_GPS),
    "jpeg exif comment": images.jpeg(exif=EXIF_COMMENT),
    "jpeg exif thumbnail": images.jpeg(exif=EXIF_THUMBNAIL),
    "jpeg xmp": images.jpeg(xmp=XMP),
    "jpeg profile": images.jpeg(icc_profile=PROFILE),
    "jpeg iptc": images.jpeg_with(0xED, IPTC),
    "jpeg content credentials": images.jpeg_with(0xEB, b"JP\0\x01" + MARKER),
    "jpeg private segment": images.jpeg_with(0xE9, MARKER),
    "jpeg appended": images.jpeg() + MARKER,
    "gif comment": images.gif(comment=MARKER),
    "gif xmp": images.gif_with(0xFF, b"XMP DataXMP" + XMP),
    "gif application": images.gif_with(0xFF, MARKER),
    "gif plain text": images.gif_with(0x01, bytes(12) + MARKER),
    "gif appended": images.gif() + MARKER,
    "webp exif": images.webp(exif=EXIF),
    "webp gps": images.webp(exif=EXIF_GPS),
    "webp xmp": images.webp(xmp=XMP),
    "webp profile": images.webp(icc_profile=PROFILE),
    "webp private chunk": images.webp_with(b"prVt", MARKER),
    "webp lossless exif": images.webp(lossless=True, exif=EXIF),
    "webp appended": images.webp() + MARKER,
}


@pytest.mark.parametrize("data", MARKED.values(), ids=MARKED.keys())
async def test_no_metadata_survives(data: bytes) -> None:
    assert MARKER in data
    portrait = await Renderer().prepare(data)
    for file in (portrait.image, portrait.thumbnail):
        assert MARKER not in file
        assert images.webp_chunks(file) in ([b"VP8 "], [b"VP8L"])


def test_only_pixels_reach_the_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[Any, Any]] = []

    def look(image: Image.Image, **_: Any) -> bytes:
        seen.append(image.info)
        return b""

    for module in (rendering, thumbnails):
        monkeypatch.setattr(module, "to_webp", look)
    rendering.render(images.jpeg(comment=MARKER, exif=EXIF, icc_profile=PROFILE))
    assert seen == [{}, {}]


async def test_nothing_hides_under_full_transparency() -> None:
    source = images.noise((16, 16), "RGBA")
    source.putalpha(0)
    assert (await prepared(images.encode(source, "PNG"))).getcolors() == [(256, (0, 0, 0, 0))]


# The worker process


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[Message], None]:
    """Sets what a worker answers instead of doing its job."""

    def set_answer(message: Message) -> None:
        async def run(*_: Any, **__: Any) -> Message:
            return message

        monkeypatch.setattr(Job, "run", run)

    return set_answer


@pytest.mark.parametrize(
    "answer",
    [
        Message({}),
        Message({}, [b"image"]),
        Message({}, [b"image", b""]),
        Message({}, [b"image", b"thumbnail", b"more"]),
        Message({"refused": "RosterFull", "limit": 3}),
        Message({"refused": "TooManyPixels", "width": "5"}),
    ],
)
async def test_an_answer_of_another_form_means_a_damaged_image(
    answers: Callable[[Message], None], answer: Message
) -> None:
    answers(answer)
    with pytest.raises(DamagedImage):
        await Renderer().prepare(images.png())
    with pytest.raises(DamagedImage):
        await Renderer().png(images.png(), 1000)
    with pytest.raises(DamagedImage):
        await Renderer().identify(images.png())
    with pytest.raises(DamagedImage):
        await Renderer().collage([images.png()], [tile_of("Ana")])


@pytest.mark.parametrize(
    "content",
    [
        {"ids": ["a", "b"], "placeholders": [True, True]},
        {"ids": ["a"], "placeholders": []},
        {"ids": [1], "placeholders": [True]},
        {"ids": ["a"], "placeholders": [1]},
    ],
)
async def test_ids_of_another_form_mean_a_damaged_image(
    answers: Callable[[Message], None], content: dict[str, Any]
) -> None:
    answers(Message(content))
    with pytest.raises(DamagedImage):
        await Renderer().identify(images.png())


@pytest.mark.parametrize("image_format", ["PNG", "GIF", "WEBP"])
async def test_an_image_and_its_lossless_portrait_have_the_same_id(image_format: str) -> None:
    options = {"lossless": True} if image_format == "WEBP" else {}
    for size in ((90, 60), (3000, 60)):
        data = images.encode(images.picture(size, "red", "RGBA"), image_format, **options)
        portrait = await Renderer().prepare(data)
        image, made = await Renderer().identify(data, portrait.image)
        assert image == made


async def test_a_colour_counts_where_it_is_seen() -> None:
    solid, other, unseen, unseen_too = await Renderer().identify(
        images.encode(Image.new("RGBA", (4, 4), (1, 2, 3, 255)), "PNG"),
        images.encode(Image.new("RGBA", (4, 4), (1, 2, 3, 254)), "PNG"),
        images.encode(Image.new("RGBA", (4, 4), (1, 2, 3, 0)), "PNG"),
        images.encode(Image.new("RGBA", (4, 4), (4, 5, 6, 0)), "PNG"),
    )
    assert solid.pixels != other.pixels
    assert unseen == unseen_too


async def test_the_pixels_of_another_size_are_another_picture() -> None:
    wide, high = await Renderer().identify(images.png((20, 10)), images.png((10, 20)))
    assert wide.pixels != high.pixels


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("size", [(512, 512), (400, 600), (128, 128)])
async def test_our_placeholder_is_known_in_every_size_and_format(
    image_format: str, size: tuple[int, int]
) -> None:
    pictures = [images.decode(placeholder(name)).convert("RGB") for name in ("Ana", "Bob", "Cy")]
    data = [images.encode(each.resize(size), image_format) for each in pictures]
    assert all(each.is_placeholder for each in await Renderer().identify(*data))


async def test_other_pictures_are_no_placeholder() -> None:
    gradient = Image.linear_gradient("L").convert("RGB")
    pictures = [
        *(images.noise((512, 512)), Image.new("RGB", (512, 512), (150, 150, 150))),
        *(Image.new("RGB", (512, 512)), Image.new("RGB", (512, 512), "white")),
        *(gradient, gradient.rotate(90), gradient.rotate(180)),
    ]
    data = [images.encode(each, "PNG") for each in pictures]
    assert not any(each.is_placeholder for each in await Renderer().identify(*data))


@pytest.mark.parametrize("data", [b"hello", images.jpeg()[:-100]])
async def test_what_is_no_image_has_no_id(data: bytes) -> None:
    with pytest.raises(PortraitRefused):
        await Renderer().identify(images.png(), data)


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], None]:
    """Gives workers another limit, in place of the one in `child.py`."""

    def limit(before: str, after: str) -> None:
        program = process.CHILD.read_text()
        assert before in program
        (tmp_path / "child.py").write_text(program.replace(before, after))
        monkeypatch.setattr(process, "CHILD", tmp_path / "child.py")

    return limit


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no limit on the address space")
@pytest.mark.parametrize("image_format", ["PNG", "GIF", "JPEG"])
async def test_a_sound_image_for_which_the_memory_does_not_suffice_is_too_complex(
    limited: Callable[[str, str], None], image_format: str
) -> None:
    limited("MEMORY_LIMIT = 768 * 2**20", "MEMORY_LIMIT = 100 * 2**20")
    data = images.encode(images.picture((4096, 4096)), image_format)
    with pytest.raises(ImageTooComplex):
        await Renderer().prepare(data)


async def test_an_image_for_which_the_processor_time_does_not_suffice_is_too_complex(
    limited: Callable[[str, str], None],
) -> None:
    limited("CPU_SECONDS = 5", "CPU_SECONDS = 1")
    start = images.HUGE_AVIF.index(b"ispe") + 8
    small = images.HUGE_AVIF[:start] + b"\0\0\x10\0" * 2 + images.HUGE_AVIF[start + 8 :]
    with pytest.raises(ImageTooComplex):
        await Renderer().prepare(small)


async def test_an_image_that_takes_too_long_is_too_complex(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(process, "WALL_SECONDS", 0.01)
    with pytest.raises(ImageTooComplex):
        await Renderer().prepare(images.encode(images.noise((1000, 1000)), "PNG"))
    assert "ran for more than" in caplog.text


async def test_the_reason_of_a_damage_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(DamagedImage):
        await Renderer().prepare(images.jpeg()[:-100])
    assert "Truncated File Read" in caplog.text


def test_the_bot_itself_loads_no_decoder() -> None:
    program = "import sys, characters.registry, cogs.characters; sys.exit('PIL' in sys.modules)"
    subprocess.run(
        [sys.executable, "-c", program], check=True, cwd=Path(renderer.__file__).parents[2]
    )


def test_no_job_loads_a_module_after_its_worker_gave_up_its_rights(tmp_path: Path) -> None:
    """Such a module could not be opened any more."""
    samples = [images.png(mode="P"), images.gif(), images.webp(), images.jpeg(exif=EXIF)]
    samples += [images.gif_of_frames(3), images.encode(images.noise((200, 200)), "AVIF")]
    samples += [images.jpeg(icc_profile=PROFILE), images.png(mode="I;16", color=5)]
    for number, sample in enumerate(samples):
        (tmp_path / str(number)).write_bytes(sample)
    program = (
        "import sys, pathlib\n"
        "from characters.portraits import image_jobs\n"
        "loaded = set(sys.modules)\n"
        f"for file in pathlib.Path({str(tmp_path)!r}).iterdir():\n"
        "    data = [file.read_bytes()]\n"
        "    made = image_jobs.make_portrait(data, lossless=False, focus='').files\n"
        "    image_jobs.make_focused(made[:1], focus='whole')\n"
        "    image_jobs.make_png(made, limit=200)\n"
        "    tiles = [{'letters': 'É', 'colour': [1, 2, 3]}] * 2\n"
        "    image_jobs.make_collage([*made[1:], b''], tiles=tiles)\n"
        "    image_jobs.identify(made)\n"
        "sys.exit(str(set(sys.modules) - loaded) if set(sys.modules) > loaded else 0)"
    )
    root = Path(renderer.__file__).parents[2]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)


async def test_where_no_worker_can_be_started_the_portrait_is_unsaved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(PortraitUnsaved):
        await Renderer().prepare(images.png())

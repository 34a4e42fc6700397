"""Makes portraits and other pictures of images: jobs for a worker process."""

import contextlib
import copy
import io
import re
import struct
import warnings
from collections.abc import Sequence

from PIL import (
    ExifTags,
    Image,
    ImageCms,
    ImageColor,
    ImageFile,
    ImagePalette,
    TiffImagePlugin,
)
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from characters.errors import NotAnImage, TooManyPixels, TooManyScans
from characters.workers.exchange import Message

PIXEL_LIMIT = 4096 * 4096
SCANS_LIMIT = 50  # programs write 10; 400 scans of 16 megapixels take 4.5 s of CPU
IMAGE_BOX = (2048, 2048)
THUMBNAIL_BOX = (256, 256)

# EXIF 2.32, tag 0x0112: how the stored picture is made upright.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Not within the pixels, where 0xFF is followed by 0 or a restart marker.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]", re.DOTALL)
_START_OF_SCAN = 0xDA
_END_OF_IMAGE = 0xD9

# What Pillow loads when it is first needed: a worker has given up its rights by then.
Image.preinit()
_LOADED = (copy, ImageColor, ImagePalette, TiffImagePlugin)


def make_portrait(files: Sequence[bytes], *, lossless: bool) -> Message:
    """The job for a portrait and its thumbnail, two WebP files, of an image.

    Raises NotAnImage, TooManyPixels, TooManyScans.
    """
    guard_decoders()
    return Message({}, render(files[0], lossless=lossless))


def make_png(files: Sequence[bytes], *, limit: int) -> Message:
    """The job for a PNG of at most `limit` bytes; `whole` says that it was not scaled down.

    Raises NotAnImage, TooManyPixels, TooManyScans.
    """
    guard_decoders()
    _, image = fitted_picture(files[0])
    whole = True
    while True:
        file = io.BytesIO()
        image.save(file, "PNG")
        png = file.getvalue()
        if len(png) <= limit or max(image.size) == 1:
            return Message({"whole": whole}, [png])
        whole = False
        side = max(1, int(max(image.size) * 0.9 * (limit / len(png)) ** 0.5))
        image.thumbnail((side, side), Image.Resampling.LANCZOS)


def guard_decoders() -> None:
    Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
    warnings.simplefilter("ignore")  # such as those on damaged EXIF
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def render(data: bytes, *, lossless: bool = False) -> list[bytes]:
    source, image = fitted_picture(data)
    if lossless:
        portrait = to_webp(image, quality=None, exact=True)
    else:
        lossy = isinstance(source, JpegImageFile | WebPImageFile) and not is_lossless_webp(data)
        portrait = to_webp(image, quality=92 if lossy else None)
    image.thumbnail(THUMBNAIL_BOX, Image.Resampling.LANCZOS)
    return [portrait, to_webp(image, quality=80)]


def fitted_picture(data: bytes) -> tuple[ImageFile.ImageFile, Image.Image]:
    """The opened image, and its picture: upright, in sRGB, and fitted into `IMAGE_BOX`."""
    source = open_image(data)
    source.load()
    image = with_plain_mode(source)
    image.thumbnail(IMAGE_BOX, Image.Resampling.LANCZOS)
    image = upright(to_srgb(image, source.info.get("icc_profile")), source)
    # Only the pixels: Pillow's writers also use `info` (comments, profiles), and how they do that
    # changes between versions.
    return source, Image.frombytes(image.mode, image.size, image.tobytes())


def open_image(data: bytes) -> ImageFile.ImageFile:
    """The image: its header is read and its size is checked, and nothing is decoded yet.

    The first bytes alone choose the decoder. `Image.open` would give some JPEGs (a phone's HDR
    photos) to the MPO decoder; here such a file means its first picture, an ordinary JPEG.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        image = PngImageFile(io.BytesIO(data))
    elif data.startswith(b"\xff\xd8\xff"):
        check_scans(data)
        image = JpegImageFile(io.BytesIO(data))
    elif data.startswith((b"GIF87a", b"GIF89a")):
        # Before it is opened, as that may allocate memory for the first frame.
        check_pixels(*struct.unpack_from("<HH", data, 6))
        image = GifImageFile(io.BytesIO(data))
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        check_pixels(*webp_size(data))  # before it is opened, as that allocates the canvas twice
        image = WebPImageFile(io.BytesIO(data))
    else:
        raise NotAnImage
    check_pixels(*image.size)
    return image


def check_pixels(width: int, height: int) -> None:
    if width * height > PIXEL_LIMIT:
        raise TooManyPixels(width, height, PIXEL_LIMIT)


def check_scans(data: bytes) -> None:
    """Counts the scans of a progressive JPEG (ITU-T T.81, B.1.1.2): each one is drawn over all."""
    scans, position = 0, 2
    while match := _JPEG_MARKER.search(data, position):
        marker = match[0][1]
        if marker == _END_OF_IMAGE:
            return
        scans += marker == _START_OF_SCAN
        if scans > SCANS_LIMIT:
            raise TooManyScans(SCANS_LIMIT)
        position = match.end() + int.from_bytes(data[match.end() : match.end() + 2])


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height in the first chunk (RFC 9649, sections 2.5 to 2.7)."""
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def is_lossless_webp(data: bytes) -> bool:
    """Whether the first picture in a WebP file is lossless, which Pillow does not say."""
    position = 12
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        if name in (b"VP8 ", b"VP8L"):
            return name == b"VP8L"
        # The picture of an animation's frame is within its ANMF chunk, after 16 bytes.
        position += 8 + (16 if name == b"ANMF" else size + size % 2)
    return False


def with_plain_mode(image: Image.Image) -> Image.Image:
    """The same picture in one of the modes L, LA, RGB, RGBA and CMYK."""
    if image.mode.startswith("I;16"):
        # The high byte of each little-endian pixel; `convert` would clip at 255 instead of scaling.
        return Image.frombytes("L", image.size, image.tobytes()[1::2])
    if image.mode == "CMYK":
        return image.copy()
    if image.mode in ("1", "L", "LA"):
        return image.convert("LA" if image.has_transparency_data else "L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def to_srgb(image: Image.Image, icc_profile: bytes | None) -> Image.Image:
    """The picture as RGB or RGBA; a profile that is damaged or for another mode is ignored."""
    has_alpha = image.mode in ("LA", "RGBA")
    colours = image.convert(image.mode.removesuffix("A")) if has_alpha else image
    if icc_profile:
        with contextlib.suppress(ImageCms.PyCMSError):
            srgb = ImageCms.core.createProfile("sRGB")
            converted = ImageCms.profileToProfile(
                colours, io.BytesIO(icc_profile), srgb, outputMode="RGB"
            )
            colours = converted or colours
    colours = colours.convert("RGB")
    if has_alpha:
        colours.putalpha(image.getchannel("A"))
    return colours


def upright(image: Image.Image, source: Image.Image) -> Image.Image:
    orientation = None
    with contextlib.suppress(Exception):  # damaged EXIF does no harm to the picture
        orientation = source.getexif().get(ExifTags.Base.Orientation)
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def to_webp(image: Image.Image, *, quality: int | None, exact: bool = False) -> bytes:
    """A WebP file: lossless without a quality; `exact` keeps the colours of transparent pixels."""
    file = io.BytesIO()
    if quality is None:
        # A photo of 4 megapixels takes 1 s of CPU. The defaults (method 4, quality 80) take 2.4 s
        # for as many bytes; method 0 takes 0.3 s, but smooth pictures have up to 70 % more bytes.
        image.save(file, "WEBP", lossless=True, method=1, quality=0, exact=exact)
    else:
        image.save(file, "WEBP", quality=quality)
    return file.getvalue()

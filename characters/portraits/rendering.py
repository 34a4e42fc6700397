"""Makes portraits and other pictures of images: jobs for a worker process."""

import contextlib
import copy
import io
from collections.abc import Sequence
from typing import NamedTuple

from PIL import (
    ExifTags,
    Image,
    ImageCms,
    ImageColor,
    ImageFile,
    ImagePalette,
    TiffImagePlugin,
)

from characters.portraits.animation import first_full_frame, is_animated
from characters.portraits.decoding import guard_decoders, is_lossy, open_image
from characters.portraits.thumbnails import is_small, make_large_pixels, make_thumbnail
from characters.portraits.webp import to_webp
from characters.workers.exchange import Message

IMAGE_BOX = (2048, 2048)

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

# What Pillow loads when it is first needed: a worker has given up its rights by then.
Image.preinit()
_LOADED = (copy, ImageColor, ImagePalette, TiffImagePlugin)


class FittedPicture(NamedTuple):
    """An opened image, and its picture: upright, in sRGB, and fitted into `IMAGE_BOX`."""

    source: ImageFile.ImageFile
    image: Image.Image
    is_animated: bool


def make_portrait(files: Sequence[bytes], *, lossless: bool, focus: str) -> Message:
    """The job for a portrait and its thumbnail, two WebP files, of an image.

    `is_animated` says that it stands for an animation, `is_small` that it is pixel art.

    Raises what `open_image` raises.
    """
    guard_decoders()
    return render(files[0], lossless=lossless, focus=focus)


def make_focused(files: Sequence[bytes], *, focus: str) -> Message:
    """The job for another thumbnail of a portrait. Raises what `open_image` raises."""
    guard_decoders()
    source, image, _ = fitted_picture(files[0])
    if is_small(image, lossy=is_lossy(source, files[0])):
        return Message({}, [make_large_pixels(image)])
    return Message({}, [make_thumbnail(image, focus)])


def make_png(files: Sequence[bytes], *, limit: int) -> Message:
    """The job for a PNG of at most `limit` bytes; `whole` says that it was not scaled down.

    Raises what `open_image` raises.
    """
    guard_decoders()
    _, image, _ = fitted_picture(files[0])
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


def render(data: bytes, *, lossless: bool = False, focus: str = "") -> Message:
    source, image, animated = fitted_picture(data)
    lossy = is_lossy(source, data)
    if lossless:
        portrait = to_webp(image, quality=None, exact=True)
    else:
        portrait = to_webp(image, quality=92 if lossy else None)
    small = is_small(image, lossy=lossy)
    thumbnail = make_large_pixels(image) if small else make_thumbnail(image, focus)
    return Message({"is_animated": animated, "is_small": small}, [portrait, thumbnail])


def fitted_picture(data: bytes) -> FittedPicture:
    source = open_image(data)
    image = with_plain_mode(first_full_frame(source))
    image.thumbnail(IMAGE_BOX, Image.Resampling.LANCZOS)
    image = upright(to_srgb(image, source.info.get("icc_profile")), source)
    # Only the pixels: Pillow's writers also use `info` (comments, profiles), and how they do that
    # changes between versions.
    pixels = Image.frombytes(image.mode, image.size, image.tobytes())
    return FittedPicture(source, pixels, is_animated(source))


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

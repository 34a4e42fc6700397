"""Thumbnails: the small square that shows a portrait in lists."""

from PIL import Image

from characters.portraits.webp import to_webp

THUMBNAIL_SIDE = 256  # pixels
SMALL_SIDE = 128  # pixels: the longer side of what is taken for pixel art
_QUALITY = 80


def is_small(image: Image.Image, *, lossy: bool) -> bool:
    """Whether a picture is drawn pixel by pixel, so that it is shown larger by a whole factor."""
    return not lossy and max(image.size) <= SMALL_SIDE


def make_thumbnail(image: Image.Image, focus: str) -> bytes:
    """A WebP of at most 256 × 256 pixels: a square part of the picture, or `whole` of it.

    The part of a tall picture is its top, where the face is, or its `middle` or `bottom`; that of a
    wide one is its middle.
    """
    if focus == "whole":
        return to_webp(_squared(image), quality=_QUALITY)
    part = image.crop(square_part(image.size, focus))
    part.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return to_webp(part, quality=_QUALITY)


def make_large_pixels(image: Image.Image) -> bytes:
    """A lossless WebP of the whole picture, as large as a whole factor makes it within 256 × 256.

    It is shown in place of the portrait too, so it is neither cut nor blurred.
    """
    factor = max(1, THUMBNAIL_SIDE // max(image.size))
    size = (image.width * factor, image.height * factor)
    large = image.resize(size, Image.Resampling.NEAREST)  # pyright: ignore[reportUnknownMemberType] - Pillow's, of NumPy arrays
    return to_webp(large, quality=None)


def square_part(size: tuple[int, int], focus: str = "top") -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the square of a picture that is shown."""
    width, height = size
    side = min(width, height)
    left, top = (width - side) // 2, 0
    if focus == "middle":
        top = (height - side) // 2
    elif focus == "bottom":
        top = height - side
    return left, top, left + side, top + side


def _squared(image: Image.Image) -> Image.Image:
    """The whole picture on a transparent square."""
    image = image.copy()
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    side = max(image.size)
    square = Image.new("RGBA", (side, side))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return square

"""Draws many characters into one image, as a job for a worker process.

A message takes ten files, and a lobby has 25 seats. The image is a JPEG, as a WebP of its size
takes ten times as long (50 ms of a processor). To draw 25 portraits takes about 40 ms, and to join
tiles that are drawn already 10: the bot remembers them, as a worker does one job and ends.
"""

import io
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from PIL import Image, ImageColor, ImageDraw, ImageFont, WebPImagePlugin

from characters.portraits.thumbnails import square_part
from characters.portraits.tiles import TILE
from characters.workers.exchange import Message

GAP = 8
PER_ROW = 5
_BACKGROUND = (30, 31, 34)
_BADGE = (20, 20, 23)
_INK = (255, 255, 255)
_QUIET_INK = (226, 228, 234)
_NUMBERS = ImageFont.load_default(44)
_LETTERS = ImageFont.load_default(72)
_BOLD = 1  # pixels around each stroke: the font has no bold face
_WITHOUT_STROKE = str.maketrans("ŁØĐ", "LOD")  # Unicode does not take these apart
_QUALITY = 85

# What Pillow loads when it is first needed: a worker has given up its rights by then.
Image.preinit()
_LOADED = (ImageColor,)


def make_collage(files: Sequence[bytes], *, tiles: Sequence[dict[str, Any] | None]) -> Message:
    """A JPEG with a numbered tile for each file, five in a row; then each tile that was drawn now.

    The file is a thumbnail, or a drawn tile where there is None in `tiles`. Where a thumbnail is
    missing (empty) or damaged, its tile has its letters and colour.
    """
    rows = -(-len(files) // PER_ROW)
    columns = min(len(files), PER_ROW)
    size = (columns * (TILE + GAP) - GAP, rows * (TILE + GAP) - GAP)
    picture = Image.new("RGB", size, _BACKGROUND)
    new: list[bytes] = []
    for index, (data, tile) in enumerate(zip(files, tiles, strict=True)):
        if tile is None:
            drawn = Image.frombytes("RGB", (TILE, TILE), data)
        else:
            drawn = _portrait(data) or _quiet_tile(tile["letters"], tuple(tile["colour"]))
            new.append(drawn.tobytes())
        _draw_number(drawn, index + 1)
        row, column = divmod(index, PER_ROW)
        picture.paste(drawn, (column * (TILE + GAP), row * (TILE + GAP)))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY)
    return Message({}, [file.getvalue(), *new])


def _portrait(thumbnail: bytes) -> Image.Image | None:
    if not thumbnail:
        return None
    try:
        with WebPImagePlugin.WebPImageFile(io.BytesIO(thumbnail)) as image:
            box = square_part(image.size)  # thumbnails were not always square
            small = image.resize((TILE, TILE), Image.Resampling.HAMMING, box)  # pyright: ignore[reportUnknownMemberType] - Pillow's, of NumPy arrays
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    if small.mode == "RGB":
        return small
    tile = Image.new("RGB", small.size, _BACKGROUND)
    tile.paste(small, mask=small)
    return tile


def _quiet_tile(letters: str, colour: tuple[int, ...]) -> Image.Image:
    tile = Image.new("RGB", (TILE, TILE), colour)
    drawable = [_drawable(each) for each in unicodedata.normalize("NFC", letters)]
    if drawable and all(drawable):
        middle = (TILE / 2, TILE / 2)
        ImageDraw.Draw(tile).text(middle, "".join(drawable), _QUIET_INK, _LETTERS, anchor="mm")
    return tile


def _drawable(letter: str) -> str:
    """The letter, or the one without its marks, if the font has it; else nothing.

    Pillow's own font has the Latin letters without marks.
    """
    for each in (letter, unicodedata.normalize("NFD", letter)[0].translate(_WITHOUT_STROKE)):
        if _pixels(each) != _pixels("\uffff"):  # what it draws for letters that it lacks
            return each
    return ""


@cache
def _pixels(letter: str) -> bytes:
    return bytes(_LETTERS.getmask(letter))  # pyright: ignore[reportArgumentType] - it has a buffer


def _draw_number(tile: Image.Image, number: int) -> None:
    draw = ImageDraw.Draw(tile)
    text = str(number)
    width = max(44, draw.textlength(text, _NUMBERS) + 20)
    draw.rounded_rectangle((-12, -12, width, 50), 12, fill=_BADGE)
    draw.text((width / 2, 24), text, _INK, _NUMBERS, anchor="mm", stroke_width=_BOLD)

"""What is drawn on each tile of a collage, and what a drawn tile is."""

import colorsys
import unicodedata
from typing import NamedTuple
from zlib import crc32

TILE = 160  # pixels; at a phone's width, a tile is shown at 65
DRAWN_BYTES = TILE * TILE * 3  # a drawn tile: its pixels as red, green and blue, row by row

_EMPTY = (47, 49, 56)
_SATURATION, _LIGHTNESS = 0.22, 0.36


class Tile(NamedTuple):
    """The letters and the colour (red, green, blue) of a tile that shows no portrait."""

    letters: str = ""
    colour: tuple[int, int, int] = _EMPTY


MISSING = Tile("?")
"""Stands for a portrait whose file is missing or can't be read."""


def tile_of(name: str) -> Tile:
    """A quiet tile for a character with this name: always the same letters and colour."""
    hue = crc32(name.encode(errors="replace")) % 360 / 360
    red, green, blue = colorsys.hls_to_rgb(hue, _LIGHTNESS, _SATURATION)
    return Tile(initials(name), (round(red * 255), round(green * 255), round(blue * 255)))


def initials(name: str) -> str:
    """The first letters of the first and the last word, each with the marks that belong to it."""
    words = [word for word in name.split() if any(map(str.isalnum, word))]
    chosen = words[:1] + words[1:][-1:]
    return "".join(_first_letter(word) for word in chosen).upper()


def _first_letter(word: str) -> str:
    """The first letter or digit, composed (NFC) with the marks above and below it."""
    start = next(index for index, each in enumerate(word) if each.isalnum())
    end = start + 1
    while end < len(word) and unicodedata.category(word[end]).startswith("M"):
        end += 1
    return unicodedata.normalize("NFC", word[start:end])

"""Draws many portraits into one image: a message takes ten files, and a lobby has 25 seats."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont, ImageOps

TILE = 160  # pixels
GAP = 8
PER_ROW = 5
_BADGE = 34
_EMPTY = (88, 101, 242)  # the colour of a tile without a portrait


def collage(thumbnails: Sequence[bytes | None]) -> bytes:
    """A WebP image with a numbered tile for each thumbnail, five in a row.

    A tile is plain where its thumbnail is missing or damaged. The thumbnails are files that
    `worker.py` made, so they may be decoded here, in the bot's own process.
    """
    rows = -(-len(thumbnails) // PER_ROW)
    columns = min(len(thumbnails), PER_ROW)
    picture = Image.new("RGBA", (columns * (TILE + GAP) - GAP, rows * (TILE + GAP) - GAP))
    font = ImageFont.load_default(20)
    for index, thumbnail in enumerate(thumbnails):
        tile = _decoded(thumbnail) or Image.new("RGBA", (TILE, TILE), _EMPTY)
        draw = ImageDraw.Draw(tile)
        draw.rounded_rectangle((6, 6, 6 + _BADGE, 6 + _BADGE), 8, fill=(0, 0, 0, 255))
        middle = (6 + _BADGE / 2, 6 + _BADGE / 2)
        draw.text(middle, str(index + 1), font=font, fill="white", anchor="mm")
        row, column = divmod(index, PER_ROW)
        picture.paste(tile, (column * (TILE + GAP), row * (TILE + GAP)))
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=85)
    return file.getvalue()


def _decoded(thumbnail: bytes | None) -> Image.Image | None:
    try:
        with Image.open(io.BytesIO(thumbnail or b""), formats=["WEBP"]) as portrait:
            return ImageOps.fit(portrait.convert("RGBA"), (TILE, TILE), Image.Resampling.LANCZOS)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None

"""Draws many portraits into one image, as a job for a worker process.

A message takes ten files, and a lobby has 25 seats.
"""

import io
from collections.abc import Sequence

from PIL import Image, ImageColor, ImageDraw, ImageFont, ImageOps, WebPImagePlugin

from characters.workers.exchange import Message

TILE = 160  # pixels
GAP = 8
PER_ROW = 5
_BADGE = 34
_FONT = ImageFont.load_default(20)
_EMPTY = (88, 101, 242)  # the colour of a tile without a portrait

# What Pillow loads when it is first needed: a worker has given up its rights by then.
Image.preinit()
_LOADED = (ImageColor,)


def make_collage(thumbnails: Sequence[bytes]) -> Message:
    """A WebP image with a numbered tile for each thumbnail, five in a row.

    A tile is plain where its thumbnail is missing (empty) or damaged.
    """
    rows = -(-len(thumbnails) // PER_ROW)
    columns = min(len(thumbnails), PER_ROW)
    picture = Image.new("RGBA", (columns * (TILE + GAP) - GAP, rows * (TILE + GAP) - GAP))
    for index, thumbnail in enumerate(thumbnails):
        tile = _decoded(thumbnail) or Image.new("RGBA", (TILE, TILE), _EMPTY)
        draw = ImageDraw.Draw(tile)
        draw.rounded_rectangle((6, 6, 6 + _BADGE, 6 + _BADGE), 8, fill=(0, 0, 0, 255))
        middle = (6 + _BADGE / 2, 6 + _BADGE / 2)
        draw.text(middle, str(index + 1), font=_FONT, fill="white", anchor="mm")
        row, column = divmod(index, PER_ROW)
        picture.paste(tile, (column * (TILE + GAP), row * (TILE + GAP)))
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=85)
    return Message({}, [file.getvalue()])


def _decoded(thumbnail: bytes) -> Image.Image | None:
    if not thumbnail:
        return None
    try:
        with WebPImagePlugin.WebPImageFile(io.BytesIO(thumbnail)) as portrait:
            return ImageOps.fit(portrait.convert("RGBA"), (TILE, TILE), Image.Resampling.LANCZOS)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None

"""Many portraits in one picture: a message takes ten files, and a lobby has up to 25 players."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont, ImageOps

TILE = 160  # pixels
GAP = 8
PER_ROW = 5
_BADGE = 34
_BEHIND = (88, 101, 242)  # where there is no portrait
_FONT_SIZE = 20


def collage(thumbnails: Sequence[bytes | None]) -> bytes:
    """A WebP with a numbered tile for each, five in a row; plain where there is no thumbnail, or a broken one.

    The thumbnails are WebP files that `characters.portraits.worker` made, so they are decoded here, in the bot's own process.
    """
    rows = -(-len(thumbnails) // PER_ROW)
    columns = min(len(thumbnails), PER_ROW)
    picture = Image.new("RGBA", (columns * (TILE + GAP) - GAP, rows * (TILE + GAP) - GAP))
    font = ImageFont.load_default(_FONT_SIZE)
    for number, thumbnail in enumerate(thumbnails):
        tile = _decoded(thumbnail) or Image.new("RGBA", (TILE, TILE), _BEHIND)
        draw = ImageDraw.Draw(tile)
        draw.rounded_rectangle((6, 6, 6 + _BADGE, 6 + _BADGE), 8, fill=(0, 0, 0, 255))
        draw.text(
            (6 + _BADGE / 2, 6 + _BADGE / 2), str(number + 1), font=font, fill="white", anchor="mm"
        )
        row, column = divmod(number, PER_ROW)
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

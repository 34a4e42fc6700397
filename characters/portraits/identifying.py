"""Identifies pictures by their pixels: a job for a worker process."""

from collections.abc import Sequence
from hashlib import sha256

from PIL import Image

from characters.portraits.decoding import guard_decoders
from characters.portraits.rendering import fitted_picture
from characters.workers.exchange import Message

PLACEHOLDER_DARKEST = 112  # the least of red, green and blue at the top of a placeholder
_COLUMNS, _ROWS = 4, 16
_TOLERANCE = 5  # of 255; lossy formats change colours a little


def identify(files: Sequence[bytes]) -> Message:
    """The job: the id of each picture, and whether it is our placeholder.

    Two images have the same id if they look the same as lossless portraits. The placeholder may
    have been scaled, and saved in any format. Raises what `open_image` raises.
    """
    guard_decoders()
    ids: list[str] = []
    placeholders: list[bool] = []
    for file in files:
        _, image, _ = fitted_picture(file)
        image = _without_unseen_colours(image)
        ids.append(sha256(f"{image.size}".encode() + image.tobytes()).hexdigest())
        placeholders.append(_is_placeholder(image))
    return Message({"ids": ids, "placeholders": placeholders})


def _is_placeholder(image: Image.Image) -> bool:
    """Whether it has one colour in each row, which falls to its half from top to bottom."""
    small = image.convert("RGB").resize((_COLUMNS, _ROWS), Image.Resampling.BOX)  # pyright: ignore[reportUnknownMemberType] - Pillow's, of NumPy arrays
    rows = [small.crop((0, row, _COLUMNS, row + 1)).tobytes() for row in range(_ROWS)]
    top, first = rows[0][:3], 1 - 0.5 / (2 * _ROWS)
    for row, pixels in enumerate(rows):
        share = (1 - (row + 0.5) / (2 * _ROWS)) / first
        expected = [share * each for each in top] * _COLUMNS
        if any(abs(a - b) > _TOLERANCE for a, b in zip(pixels, expected, strict=True)):
            return False
    return all(each / first >= PLACEHOLDER_DARKEST - _TOLERANCE for each in top)


def _without_unseen_colours(image: Image.Image) -> Image.Image:
    """As RGBA; pixels that are fully transparent are black, as WebP does not keep their colours."""
    plain = Image.new("RGBA", image.size)
    image = image.convert("RGBA")
    seen = Image.eval(image.getchannel("A"), lambda alpha: 255 if alpha else 0)
    plain.paste(image, mask=seen)
    return plain

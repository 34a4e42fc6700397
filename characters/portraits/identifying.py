"""Identifies pictures by their pixels: a job for a worker process."""

from collections.abc import Sequence
from hashlib import sha256

from PIL import Image

from characters.portraits.rendering import fitted_picture, guard_decoders
from characters.workers.message import Message


def identify(files: Sequence[bytes]) -> Message:
    """The job: the id of each picture, and the red, green and blue of its first pixel.

    Two images have the same id if they look the same as lossless portraits. Raises NotAnImage,
    TooManyPixels, TooManyScans.
    """
    guard_decoders()
    ids: list[str] = []
    corners: list[list[int]] = []
    for file in files:
        _, image = fitted_picture(file)
        image = _without_unseen_colours(image)
        ids.append(sha256(f"{image.size}".encode() + image.tobytes()).hexdigest())
        corners.append(list(image.tobytes()[:3]))
    return Message({"ids": ids, "corners": corners})


def _without_unseen_colours(image: Image.Image) -> Image.Image:
    """As RGBA; pixels that are fully transparent are black, as WebP does not keep their colours."""
    plain = Image.new("RGBA", image.size)
    image = image.convert("RGBA")
    seen = Image.eval(image.getchannel("A"), lambda alpha: 255 if alpha else 0)
    plain.paste(image, mask=seen)
    return plain

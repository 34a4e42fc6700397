"""Makes a portrait that is safe to keep and to show from the bytes of a player's image.

A worker process decodes the image, with `rendering.py`.
"""

import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

from characters.errors import (
    DamagedImage,
    ImageTooLarge,
    NotAnImage,
    PortraitUnsaved,
    TooManyPixels,
    TooManyScans,
)
from characters.workers.exchange import Message
from characters.workers.process import Job, WorkerFailed

INPUT_LIMIT = 10 * 2**20  # bytes

_MODULE = "characters.portraits.rendering"
# Bytes; the largest portrait, 4 megapixels of noise with alpha, has 16.3 MiB.
_ANSWER_LIMIT = 24 * 2**20
_MAKE_PORTRAIT = Job(_MODULE, "make_portrait", ("pillow",), _ANSWER_LIMIT)
_MAKE_PNG = Job(_MODULE, "make_png", ("pillow",), _ANSWER_LIMIT)
_IDENTIFY = Job("characters.portraits.identifying", "identify", ("pillow",), answer_limit=2**14)
_MAKE_COLLAGE = Job("characters.portraits.collage", "make_collage", ("pillow",), _ANSWER_LIMIT)

log = logging.getLogger(f"game_characters.{__name__}")


class Portrait(NamedTuple):
    """Two WebP files without metadata, fitted into squares of 2048 and 256 pixels."""

    image: bytes
    thumbnail: bytes


class Png(NamedTuple):
    """A PNG file without metadata; `whole` says that it has every pixel of the portrait."""

    data: bytes
    whole: bool


class Picture(NamedTuple):
    """An id that images share which look the same as portraits.

    `is_placeholder`: it is what we give to cards without a portrait.
    """

    pixels: str
    is_placeholder: bool


class Renderer:
    """Runs the jobs of `rendering.py`, `identifying.py` and `collage.py`."""

    async def prepare(
        self, data: bytes | bytearray | memoryview, *, lossless: bool = False
    ) -> Portrait:
        """The image as a portrait; `lossless` keeps every pixel, also of a lossy image.

        Raises:
            NotAnImage: The first bytes are not those of a PNG, JPEG, WebP or GIF.
            ImageTooLarge: It has more than `INPUT_LIMIT` bytes.
            TooManyPixels: It has more pixels than a worker decodes.
            TooManyScans: It is a JPEG of more scans than a worker decodes.
            DamagedImage: It can't be decoded within a worker's limits; the log has the reason.
            PortraitUnsaved: No worker could be started.
        """
        if memoryview(data).nbytes > INPUT_LIMIT:
            raise ImageTooLarge(INPUT_LIMIT)
        answer = await _run(_MAKE_PORTRAIT, bytes(data), lossless=lossless)
        match answer:
            case Message(_, [bytes(image), bytes(thumbnail)]) if image and thumbnail:
                return Portrait(image, thumbnail)
            case _:
                raise _damaged("an answer of an unknown kind")

    async def png(self, portrait: bytes, limit: int) -> Png:
        """A portrait as a PNG, scaled down where it would have more than `limit` bytes.

        Takes a file of any size, as only portraits are in the assets. Raises what else `prepare`
        raises.
        """
        answer = await _run(_MAKE_PNG, portrait, limit=limit)
        match answer:
            case Message({"whole": bool(whole)}, [bytes(png)]) if png:
                return Png(png, whole)
            case _:
                raise _damaged("an answer of an unknown kind")

    async def identify(self, *images: bytes) -> list[Picture]:
        """Raises what `prepare` raises, but for ImageTooLarge."""
        answer = await _run(_IDENTIFY, *images)
        match answer.content:
            case {"ids": [*ids], "placeholders": [*are]} if len(ids) == len(are) == len(images):
                return [_picture(*each) for each in zip(ids, are, strict=True)]
            case _:
                raise _damaged("an answer of an unknown kind")

    async def collage(self, thumbnails: Sequence[bytes | None]) -> bytes:
        """One WebP with a numbered tile for each thumbnail.

        Raises DamagedImage, PortraitUnsaved.
        """
        answer = await _run(_MAKE_COLLAGE, *[each or b"" for each in thumbnails])
        match answer:
            case Message(_, [bytes(image)]) if image:
                return image
            case _:
                raise _damaged("an answer of an unknown kind")


async def _run(job: Job, *files: bytes, **content: Any) -> Message:
    """The job's answer. Raises the refusal where it has one."""
    try:
        answer = await job.run(*files, **content)
    except WorkerFailed as error:
        raise _damaged(str(error)) from error
    except OSError as error:
        log.exception("The worker process for portraits could not be run")
        raise PortraitUnsaved from error
    match answer.content:
        case {"refused": "NotAnImage"}:
            raise NotAnImage
        case {
            "refused": "TooManyPixels",
            "width": int(width),
            "height": int(height),
            "limit": int(limit),
        }:
            raise TooManyPixels(width, height, limit)
        case {"refused": "TooManyScans", "limit": int(limit)}:
            raise TooManyScans(limit)
        case _:
            return answer


def _picture(pixels: object, is_placeholder: object) -> Picture:
    """Checks what a worker answered. Raises DamagedImage."""
    match pixels, is_placeholder:
        case str(), bool():
            return Picture(pixels, is_placeholder)
        case _:
            raise _damaged("an answer of an unknown kind")


def _damaged(reason: str) -> DamagedImage:
    log.warning("An image was refused as damaged: %s", reason)
    return DamagedImage()

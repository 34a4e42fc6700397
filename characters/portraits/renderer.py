"""Makes a portrait that is safe to keep and to show from the bytes of a player's image.

A worker process decodes the image, with the jobs of `image_jobs.py`.
"""

import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

from characters.errors import (
    DamagedImage,
    HeicImage,
    ImageTooComplex,
    ImageTooLarge,
    NotAnImage,
    PortraitUnsaved,
    TooManyPixels,
    TooManyScans,
)
from characters.portraits.tiles import DRAWN_BYTES, Tile
from characters.workers.exchange import Message
from characters.workers.process import Job
from characters.workers.worker import LimitReached, WorkerFailed

INPUT_LIMIT = 10 * 2**20  # bytes

_MODULE = "characters.portraits.image_jobs"
# Bytes; the largest portrait, 4 megapixels of noise with alpha, has 16.3 MiB.
_ANSWER_LIMIT = 24 * 2**20


def _job(function: str, answer_limit: int = _ANSWER_LIMIT) -> Job:
    return Job(_MODULE, function, ("pillow",), answer_limit, warm=True)


_MAKE_PORTRAIT = _job("make_portrait")
_MAKE_FOCUSED = _job("make_focused")
_MAKE_PNG = _job("make_png")
_MAKE_COLLAGE = _job("make_collage")
_IDENTIFY = _job("identify", answer_limit=2**14)

log = logging.getLogger(f"game_characters.{__name__}")


class Portrait(NamedTuple):
    """Two WebP files without metadata: the picture within 2048 × 2048, and a square of 256.

    `is_animated`: the image was an animation. `is_small`: it is pixel art, and its thumbnail is the
    whole picture in larger pixels.
    """

    image: bytes
    thumbnail: bytes
    is_animated: bool = False
    is_small: bool = False


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


class Collage(NamedTuple):
    """A JPEG file, and the tiles of it that were not drawn before, in their order."""

    image: bytes
    drawn: Sequence[bytes]


class Renderer:
    """Runs the jobs of `image_jobs.py`."""

    async def prepare(
        self, data: bytes | bytearray | memoryview, *, lossless: bool = False, focus: str = ""
    ) -> Portrait:
        """The image as a portrait; `lossless` keeps every pixel, also of a lossy image.

        `focus` is the part of it that the thumbnail shows, one of FOCUSES or empty.

        Raises:
            NotAnImage: The first bytes are not those of a PNG, JPEG, WebP, GIF or AVIF.
            HeicImage: They are those of a HEIC.
            ImageTooLarge: It has more than `INPUT_LIMIT` bytes.
            TooManyPixels: It has more pixels than a worker decodes.
            TooManyScans: It is a JPEG of more scans than a worker decodes.
            ImageTooComplex: A worker has too little memory or time for it.
            DamagedImage: It can't be decoded; the log has the reason.
            PortraitUnsaved: No worker could be started.
        """
        if memoryview(data).nbytes > INPUT_LIMIT:
            raise ImageTooLarge(INPUT_LIMIT)
        answer = await _run(_MAKE_PORTRAIT, bytes(data), lossless=lossless, focus=focus)
        match answer:
            case Message(
                {"is_animated": bool(is_animated), "is_small": bool(is_small)},
                [bytes(image), bytes(thumbnail)],
            ) if image and thumbnail:
                return Portrait(image, thumbnail, is_animated, is_small)
            case _:
                raise _damaged("an answer of an unknown kind")

    async def thumbnail(self, portrait: bytes, focus: str) -> bytes:
        """Another thumbnail of a portrait. Raises what else `prepare` raises."""
        return _only_file(await _run(_MAKE_FOCUSED, portrait, focus=focus))

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

    async def collage(self, files: Sequence[bytes], tiles: Sequence[Tile | None]) -> Collage:
        """One JPEG of numbered tiles.

        A file is a thumbnail, which may be empty, or a drawn tile where there is None in `tiles`.

        Raises DamagedImage, ImageTooComplex, PortraitUnsaved.
        """
        undrawn = [each and each._asdict() for each in tiles]
        answer = await _run(_MAKE_COLLAGE, *files, tiles=undrawn)
        image, drawn = b"".join(answer.files[:1]), answer.files[1:]
        expected = [DRAWN_BYTES] * (len(tiles) - tiles.count(None))
        if not image or [len(each) for each in drawn] != expected:
            raise _damaged("an answer of an unknown kind")
        return Collage(image, drawn)


async def _run(job: Job, *files: bytes, **content: Any) -> Message:
    """The job's answer. Raises the refusal where it has one."""
    try:
        answer = await job.run(*files, **content)
    except LimitReached as error:
        log.warning("An image was refused as too complex: %s", error)
        raise ImageTooComplex from error
    except WorkerFailed as error:
        raise _damaged(str(error)) from error
    except OSError as error:
        log.exception("The worker process for portraits could not be run")
        raise PortraitUnsaved from error
    match answer.content:
        case {"refused": "NotAnImage"}:
            raise NotAnImage
        case {"refused": "HeicImage"}:
            raise HeicImage
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


def _only_file(answer: Message) -> bytes:
    """Checks what a worker answered. Raises DamagedImage."""
    match answer.files:
        case [bytes(file)] if file:
            return file
        case _:
            raise _damaged("an answer of an unknown kind")


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

"""From the bytes of a player's image to a portrait that is safe to keep and to show.

Decoding is done by `characters/render.py` in a child process with limits of its own, so that neither a decompression
bomb nor a crash in a decoder reaches the bot, and the event loop never waits. The child is not trusted: what it
answers is bounded and checked.
"""

import asyncio
import contextlib
import json
import logging
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from characters.errors import (
    DamagedImage,
    ImageTooLarge,
    NotAnImage,
    PortraitUnsaved,
    TooManyPixels,
)

RENDER = Path(__file__).with_name("worker.py")
INPUT_LIMIT = 10 * 2**20
OUTPUT_LIMIT = 24 * 2**20  # the largest portrait, 4 megapixels of noise with alpha, has 16.3 MiB
CHILDREN = 2
WALL_SECONDS = 10.0

T = TypeVar("T")

log = logging.getLogger(__name__)


class Portrait(NamedTuple):
    """Two WebP files without metadata, fitted into squares of 2048 and 256 pixels."""

    image: bytes
    thumbnail: bytes


class Png(NamedTuple):
    """A PNG file without metadata, and whether it has every pixel of the portrait."""

    data: bytes
    whole: bool


class UnusableAnswerError(Exception):
    """The child's end or output is not that of a healthy run; the message is for the log."""


class Renderer:
    """Prepares portraits, two at a time; the others wait their turn."""

    def __init__(self) -> None:
        self._children = asyncio.Semaphore(CHILDREN)

    async def prepare(self, data: bytes, *, lossless: bool = False) -> Portrait:
        """The image as a portrait; `lossless` keeps every pixel also of an image that is lossy itself.

        Raises:
            NotAnImage: The first bytes are not those of a PNG, JPEG, WebP or GIF.
            ImageTooLarge: More than `INPUT_LIMIT` bytes.
            TooManyPixels: More than the child decodes.
            DamagedImage: It cannot be decoded, or not within the child's limits; the log has the reason.
            PortraitUnsaved: No child could be started.
        """
        if len(data) > INPUT_LIMIT:
            raise ImageTooLarge(INPUT_LIMIT)
        return await self._run(read_answer, data, "lossless" if lossless else "portrait")

    async def png(self, portrait: bytes, limit: int) -> Png:
        """A portrait as a PNG without metadata, scaled down where it would have more than `limit` bytes.

        Raises what `prepare` raises, but takes files of any size: what lies in the assets was let in once.
        """
        return await self._run(read_png, portrait, "png", str(limit))

    async def _run(self, read: Callable[[bytes], T], data: bytes, *wanted: str) -> T:
        async with self._children:
            try:
                return read(await run_child(data, *wanted))
            except (UnusableAnswerError, TimeoutError) as error:
                reason = str(error) or f"it ran for more than {WALL_SECONDS} s"
                log.warning("An image of %d bytes was refused as damaged: %s", len(data), reason)
                raise DamagedImage from error
            except OSError as error:
                log.exception("The child process for portraits could not be run")
                raise PortraitUnsaved from error


async def run_child(data: bytes, *wanted: str) -> bytes:
    """Everything the child says about this image when asked for what `render.py` describes.

    However this ends, the child has ended too.

    Raises:
        UnusableAnswerError: It crashed, was ended by its limits, or said too much.
        TimeoutError: It took longer than `WALL_SECONDS`.
    """
    async with asyncio.timeout(WALL_SECONDS):
        # Isolated, it would not see a Pillow that lies in the user's own site-packages: hence the folder.
        pillow = str(distribution("pillow").locate_file(""))
        command = (sys.executable, "-I", str(RENDER), pillow, *wanted)
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, env={}, cwd="/"
        )
        try:
            output = await exchange(process, data)
            status = await process.wait()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.communicate()  # reaps it and closes the pipes
    if status:
        raise UnusableAnswerError(
            signal.Signals(-status).name if status < 0 else f"exit status {status}"
        )
    return output


async def exchange(process: Process, data: bytes) -> bytes:
    stdin, stdout = cast(
        "tuple[asyncio.StreamWriter, asyncio.StreamReader]", (process.stdin, process.stdout)
    )
    with contextlib.suppress(
        BrokenPipeError, ConnectionResetError
    ):  # it died early: its status tells why
        stdin.write(data)
        await stdin.drain()
    stdin.close()
    output = bytearray()
    while chunk := await stdout.read(2**16):
        output += chunk
        if len(output) > OUTPUT_LIMIT:
            raise UnusableAnswerError("more output than any portrait has")
    return bytes(output)


def read_answer(output: bytes) -> Portrait:
    """The portrait in the child's answer, whose format is described in `render.py`, or the refusal raised."""
    answer, files = _read(output)
    match answer:
        case {"image": int(image), "thumbnail": int(rest)} if (
            0 < image < len(files) == image + rest
        ):
            return Portrait(files[:image], files[image:])
        case _:
            raise _refusal(answer)


def read_png(output: bytes) -> Png:
    """The PNG in the child's answer, or the refusal raised."""
    answer, png = _read(output)
    match answer:
        case {"png": int(size)} if 0 < size == len(png):
            return Png(png, whole=True)
        case {"smaller": int(size)} if 0 < size == len(png):
            return Png(png, whole=False)
        case _:
            raise _refusal(answer)


def _read(output: bytes) -> tuple[Any, bytes]:
    line, _, files = output.partition(b"\n")
    try:
        return json.loads(line), files
    except (ValueError, RecursionError) as error:
        raise UnusableAnswerError("an unreadable answer") from error


def _refusal(answer: Any) -> Exception:
    match answer:
        case {"refused": "NotAnImage"}:
            return NotAnImage()
        case {
            "refused": "TooManyPixels",
            "width": int(width),
            "height": int(height),
            "limit": int(limit),
        }:
            return TooManyPixels(width, height, limit)
        case {"refused": "DamagedImage", "reason": str(reason)}:
            return UnusableAnswerError(reason)
        case _:
            return UnusableAnswerError("an answer of an unknown kind")

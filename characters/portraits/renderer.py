"""Makes a portrait that is safe to keep and to show from the bytes of a player's image.

The image is decoded by `worker.py` in a child process with limits of its own, so that neither a
decompression bomb nor a crash in a decoder reaches the bot, and the event loop never waits. The
child is not trusted: its answer is limited and checked.
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
from typing import Any, NamedTuple, TypeVar

from characters.errors import (
    DamagedImage,
    ImageTooLarge,
    NotAnImage,
    PortraitUnsaved,
    TooManyPixels,
)
from characters.portraits.process_limit import ProcessLimit

WORKER = Path(__file__).with_name("worker.py")
INPUT_LIMIT = 10 * 2**20
OUTPUT_LIMIT = 24 * 2**20  # the largest portrait, 4 megapixels of noise with alpha, has 16.3 MiB
WALL_SECONDS = 10.0
CHILDREN = ProcessLimit(2)

T = TypeVar("T")

log = logging.getLogger(f"game_characters.{__name__}")


class Portrait(NamedTuple):
    """Two WebP files without metadata, fitted into squares of 2048 and 256 pixels."""

    image: bytes
    thumbnail: bytes


class Png(NamedTuple):
    """A PNG file without metadata; `whole` says that it has every pixel of the portrait."""

    data: bytes
    whole: bool


class UnusableAnswerError(Exception):
    """The child failed, or its answer is not valid; the message is for the log."""


class Renderer:
    """Runs the worker. All renderers of a process together run two children at a time."""

    async def prepare(
        self, data: bytes | bytearray | memoryview, *, lossless: bool = False
    ) -> Portrait:
        """The image as a portrait; `lossless` keeps every pixel, also of a lossy image.

        Raises:
            NotAnImage: The first bytes are not those of a PNG, JPEG, WebP or GIF.
            ImageTooLarge: It has more than `INPUT_LIMIT` bytes.
            TooManyPixels: It has more pixels than the child decodes.
            DamagedImage: It can't be decoded within the child's limits; the log has the reason.
            PortraitUnsaved: No child could be started.
        """
        if memoryview(data).nbytes > INPUT_LIMIT:
            raise ImageTooLarge(INPUT_LIMIT)
        return await _run(_read_portrait, bytes(data), "lossless" if lossless else "portrait")

    async def png(self, portrait: bytes, limit: int) -> Png:
        """A portrait as a PNG, scaled down where it would have more than `limit` bytes.

        Takes a file of any size, as only portraits are in the assets. Raises what else `prepare`
        raises.
        """
        return await _run(_read_png, portrait, "png", str(limit))


async def _run(read: Callable[[bytes], T], data: bytes, *wanted: str) -> T:
    """What `read` makes of the child's answer."""
    async with CHILDREN.slot():
        try:
            return read(await _run_child(data, *wanted))
        except (UnusableAnswerError, TimeoutError) as error:
            reason = str(error) or f"it ran for more than {WALL_SECONDS} s"
            log.warning("An image of %d bytes was refused as damaged: %s", len(data), reason)
            raise DamagedImage from error
        except OSError as error:
            log.exception("The child process for portraits could not be run")
            raise PortraitUnsaved from error


async def _run_child(data: bytes, *wanted: str) -> bytes:
    """The child's whole answer; `wanted` are its arguments, as `worker.py` describes them.

    However this function ends, the child has ended before.

    Raises:
        UnusableAnswerError: It crashed, was ended by its limits, or answered too much.
        TimeoutError: It took longer than `WALL_SECONDS`.
    """
    async with asyncio.timeout(WALL_SECONDS):
        # In isolated mode Python does not find a Pillow in the user's own site-packages.
        pillow = str(distribution("pillow").locate_file(""))
        command = (sys.executable, "-I", str(WORKER), pillow, *wanted)
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, env={}, cwd="/"
        )
        try:
            output = await _exchange(process, data)
            status = await process.wait()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.communicate()  # waits for its end and closes the pipes
    if status < 0:
        raise UnusableAnswerError(signal.Signals(-status).name)
    if status > 0:
        raise UnusableAnswerError(f"exit status {status}")
    return output


async def _exchange(process: Process, data: bytes) -> bytes:
    assert process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
    assert process.stdout is not None  # noqa: S101 - the same
    # A child that ended early shows the reason in its status.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(data)
        await process.stdin.drain()
    process.stdin.close()
    output = bytearray()
    while chunk := await process.stdout.read(2**16):
        output += chunk
        if len(output) > OUTPUT_LIMIT:
            raise UnusableAnswerError("more output than any portrait has")
    return bytes(output)


def _read_portrait(output: bytes) -> Portrait:
    """The portrait in the child's answer. Raises the refusal where it has one."""
    answer, files = _read(output)
    match answer:
        case {"image": int(image), "thumbnail": int(rest)} if (
            0 < image < len(files) == image + rest
        ):
            return Portrait(files[:image], files[image:])
        case _:
            raise _refusal(answer)


def _read_png(output: bytes) -> Png:
    """The PNG in the child's answer. Raises the refusal where it has one."""
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

"""Where portraits lie: objects in a store like S3, Google's or Azure's, shared by many processes."""

import asyncio
import atexit
import contextlib
import logging
import re
import secrets
import time
from collections.abc import Generator
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from characters.errors import OperatorError
from characters.model import PortraitFile
from characters.portraits.assets import OURS_OR_THUMBNAIL, START, AssetFile, thumbnail_of

if TYPE_CHECKING:
    from obstore.store import RetryConfig

WRITE_SECONDS = 10.0  # for one object, retries included
READ_SECONDS = (
    1.5  # likewise: Discord wants an answer within 3, and one without a picture is better than none
)
_RETRIES: "RetryConfig" = {
    "max_retries": 2,
    "retry_timeout": timedelta(seconds=5),
    "backoff": {
        "init_backoff": timedelta(milliseconds=50),
        "max_backoff": timedelta(milliseconds=500),
    },
}
_ATTRIBUTES = {"Content-Type": "image/webp", "Cache-Control": "public, max-age=31536000, immutable"}
_PROBE = "writable"  # an empty object; no name of ours, so that it is never taken for a portrait
# What is worth telling of an error, the best first: its whole message quotes signed URLs and the store's answer.
_REASONS = [
    re.compile(each)
    for each in (r"<Code>(\w+)", r"status code: (\d+ [\w ]+)", r"HTTP error: ([\w ]+)")
]

log = logging.getLogger(__name__)

# Threads of obstore put their last touch to a finished request; a Python that is gone by then makes them abort the
# process (PyO3/pyo3-async-runtimes#40). Seen in 8 of 75 programs that ended with a request, in none of 75 that waited.
atexit.register(time.sleep, 0.05)


class ObjectAssets:
    """Saves, reads and removes portraits under `location`, a URL like `s3://bucket/folder`.

    `url` is where that folder can be seen from outside. Credentials and endpoint come from the environment
    as obstore reads it. Raises OperatorError where that can't make a store.
    """

    def __init__(self, location: str, url: str | None = None) -> None:
        self.location = location.rstrip("/")
        self._url = url.rstrip("/") if url else None
        try:
            self._store = from_url(self.location, retry_config=_RETRIES)
        except (BaseError, ValueError):  # its message may quote credentials
            raise OperatorError(
                f"{self.location!r} makes no object store with the environment (AWS_…, GOOGLE_… or AZURE_…): "
                "correct the URL, or set what its kind of store needs."
            ) from None

    async def save(self, image: bytes, thumbnail: bytes) -> PortraitFile:
        """Returns once the store has acknowledged both objects. Raises OSError."""
        name = f"{secrets.token_hex(16)}.webp"
        await self.put(thumbnail_of(name), thumbnail)
        return await self.put(name, image)

    async def put(self, name: str, data: bytes) -> PortraitFile:
        """Writes an object under a name of ours, whole or not at all. Raises OSError."""
        with _honest(f"{self.location}/{name} could not be written"):
            async with asyncio.timeout(WRITE_SECONDS):
                # In one request: parts of an upload that never ended would stay behind, unseen.
                await obstore.put_async(
                    self._store, name, data, attributes=_ATTRIBUTES, use_multipart=False
                )
        return PortraitFile(f"{self.location}/{name}", f"{self._url}/{name}" if self._url else None)

    async def stored(self) -> list[AssetFile]:
        """All objects with names of ours; what other programs keep there is not among them.

        Takes a request for each thousand objects. Raises OSError.
        """
        with _honest(f"{self.location} could not be listed"):
            # The overload for Arrow tables is of an unknown type where pyarrow is not installed.
            found = await obstore.list_with_delimiter_async(self._store)  # pyright: ignore[reportUnknownMemberType]
        return [
            AssetFile(
                f"{self.location}/{each['path']}", each["size"], each["last_modified"].timestamp()
            )
            for each in found["objects"]
            if OURS_OR_THUMBNAIL.fullmatch(each["path"])
        ]

    async def read(self, *paths: str) -> list[bytes | None]:
        """The bytes of each object under the location; None where there is none, or it can't be read in time."""
        return await asyncio.gather(*(self._read(path) for path in paths))

    async def starts(self, *paths: str) -> list[bytes | None]:
        """The first bytes of each object under the location; None where there is none, or it can't be read."""
        return await asyncio.gather(*(self._start(path) for path in paths))

    async def modified(self, path: str) -> float | None:
        """When an object was written, as `stored` has it; None where there is none. Raises OSError."""
        if not (name := self._locate(path)):
            return None
        with (
            _honest(f"{self.location}/{name} could not be looked at"),
            contextlib.suppress(FileNotFoundError),
        ):
            async with asyncio.timeout(WRITE_SECONDS):
                return (await obstore.head_async(self._store, name))["last_modified"].timestamp()
        return None

    async def touch(self, path: str) -> None:
        """Makes an object under the location as young as if it were written now, by doing that. Raises OSError."""
        (data,) = await self.read(path)
        if data is not None and (name := self._locate(path)):
            await self.put(name, data)

    async def remove(self, path: str) -> None:
        """Removes an object under the location and its thumbnail; anything else is left alone. Raises OSError."""
        if name := self._locate(path):
            await asyncio.gather(*(self._remove(each) for each in {name, thumbnail_of(name)}))

    def normal(self, path: str) -> str:
        """The one spelling of a path: an object has no other."""
        return path

    async def clear_temporary(self) -> None:
        """Nothing to clear: an object is there whole or not at all."""

    async def check_writable(self) -> None:
        """Raises OSError where a portrait could not be saved, and leaves an empty object to find out."""
        await self.put(_PROBE, b"")

    def _locate(self, path: str) -> str | None:
        """The name under the location of what other programs may have written; None unless it lies there."""
        if not path:
            return None
        name = path.removeprefix(f"{self.location}/")
        if name != path and name.isprintable() and not {"", ".", ".."} & set(name.split("/")):
            return name
        log.warning("Leaving %r alone: it does not lie under %s", path, self.location)
        return None

    async def _read(self, path: str) -> bytes | None:
        name = self._locate(path)
        if name is None:
            return None
        try:
            with _honest("its store"):
                async with asyncio.timeout(READ_SECONDS):
                    found = await obstore.get_async(self._store, name)
                    return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except OSError as error:
            log.error("The object %r could not be read: %s", path, error)
            return None

    async def _start(self, path: str) -> bytes | None:
        if not (name := self._locate(path)):
            return None
        with contextlib.suppress(OSError), _honest("its store"):
            async with asyncio.timeout(WRITE_SECONDS):
                return bytes(
                    await obstore.get_range_async(self._store, name, start=0, length=START)
                )
        return None

    async def _remove(self, name: str) -> None:
        with (
            _honest(f"{self.location}/{name} could not be removed"),
            contextlib.suppress(FileNotFoundError),
        ):
            async with asyncio.timeout(WRITE_SECONDS):
                await obstore.delete_async(self._store, name)


@contextlib.contextmanager
def _honest(what: str) -> Generator[None, None, None]:
    """Raises what obstore raises as an OSError of one line, without what should not be in a log."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{what}: {_reason(error)}") from None
    except TimeoutError:
        raise TimeoutError(f"{what}: no answer in time") from None
    except (BaseError, OSError, ValueError) as error:
        raise OSError(f"{what}: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    found = (each.search(str(error)) for each in _REASONS)
    return next((match[1] for match in found if match), type(error).__name__)

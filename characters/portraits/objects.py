"""Portraits as objects in a store like S3, Google's or Azure's, shared by many processes."""

import asyncio
import atexit
import contextlib
import logging
import re
import secrets
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import from_url

from characters.errors import OperatorError
from characters.portrait_fields import PortraitFile
from characters.portraits.assets import (
    OURS_OR_THUMBNAIL,
    START,
    AssetFile,
    FileHead,
    thumbnail_of,
)
from characters.portraits.store_problems import explanation, plain_errors, without_account

if TYPE_CHECKING:
    from obstore.store import RetryConfig

WRITE_SECONDS = 10.0  # for one object, with retries
READ_SECONDS = 1.5  # with retries; half of what Discord allows for an answer
WRITABLE_SECONDS = 60.0  # that what was written shows, so that health checks cost little
LOAD_SECONDS = 60.0  # where no player waits: with retries, from a slow store
_AT_ONCE = 1000  # objects that are listed in one request
_MANY = 100  # objects: where none of them is sent, others would be waited for in vain
_UNREAD = FileHead(None, None)
_RETRIES: "RetryConfig" = {
    "max_retries": 2,
    "retry_timeout": timedelta(seconds=5),
    "backoff": {
        "init_backoff": timedelta(milliseconds=50),
        "max_backoff": timedelta(milliseconds=500),
    },
}
_ATTRIBUTES = {"Content-Type": "image/webp", "Cache-Control": "public, max-age=31536000, immutable"}
_IMAGE_NAME = re.compile(r"[\w-][\w. -]*\.(webp|png|jpe?g|gif|avif)", re.ASCII | re.IGNORECASE)
log = logging.getLogger(f"game_characters.{__name__}")

# Threads of obstore still work on a finished request for a moment; if Python ends before they do,
# they abort the process (PyO3/pyo3-async-runtimes#40). Measured: 8 of 75 programs that ended right
# after a request were aborted, and none of 75 that waited.
atexit.register(time.sleep, 0.05)


class ObjectAssets:
    """Portraits under `location`, a URL like `s3://bucket/folder`.

    `url` is where they are published, None for nowhere. Credentials and endpoint come from the
    environment, as obstore reads it. Raises OperatorError where those make no store.
    """

    def __init__(self, location: str, url: str | None = None) -> None:
        self.location = location.rstrip("/")
        self._url = url.rstrip("/") if url else None
        self._writable_until = 0.0
        try:
            self._store = from_url(self.location, retry_config=_RETRIES)
        except (BaseError, ValueError) as error:  # its message may quote credentials
            advice = explanation(error) or "correct the URL, or set what its store needs"
            raise OperatorError(
                f"{without_account(self.location)!r} makes no object store with the environment "
                f"(AWS_…, GOOGLE_… or AZURE_…): {advice}."
            ) from None

    async def save(self, image: bytes, thumbnail: bytes) -> PortraitFile:
        name = f"{secrets.token_hex(16)}.webp"
        puts = (self.put(name, image), self.put(thumbnail_of(name), thumbnail))
        saved, small = await asyncio.gather(*puts, return_exceptions=True)
        if isinstance(small, BaseException):
            raise small
        if isinstance(saved, BaseException):
            raise saved
        return saved

    async def put(self, name: str, data: bytes) -> PortraitFile:
        self._writable_until = 0.0  # unless this succeeds
        with plain_errors(f"{self.location}/{name} could not be written"):
            async with asyncio.timeout(WRITE_SECONDS):
                await self._put(name, data)
        self._writable_until = time.monotonic() + WRITABLE_SECONDS
        return PortraitFile(f"{self.location}/{name}", f"{self._url}/{name}" if self._url else None)

    async def create(self, name: str, data: bytes) -> bool:
        with plain_errors(f"{self.location}/{name} could not be written"):
            async with asyncio.timeout(WRITE_SECONDS):
                try:
                    await self._put(name, data, "create")
                except AlreadyExistsError:
                    return False
                except BaseError as error:
                    if "NotImplemented" not in str(error):  # of servers that know no If-None-Match
                        raise
                    await self._put(name, data)
        return True

    async def stored(self) -> AsyncIterator[AssetFile]:
        """As in `Assets`. Takes a request for each thousand objects."""
        with plain_errors(f"{self.location} could not be listed"):
            # The overload for Arrow tables is of an unknown type where pyarrow is not installed.
            chunks = obstore.list(self._store, chunk_size=_AT_ONCE)  # pyright: ignore[reportUnknownMemberType]
            async for some in chunks:
                for each in some:
                    if OURS_OR_THUMBNAIL.fullmatch(each["path"]):
                        path = f"{self.location}/{each['path']}"
                        yield AssetFile(path, each["size"], each["last_modified"].timestamp())

    async def read(self, *paths: str) -> list[bytes | None]:
        return await asyncio.gather(*(self._read(path, READ_SECONDS) for path in paths))

    async def load(self, path: str) -> bytes | None:
        if not (name := self._locate(path)):
            return None
        with (
            plain_errors(f"{self.location}/{name} could not be read"),
            contextlib.suppress(FileNotFoundError),
        ):
            return await self._get(name, LOAD_SECONDS)
        return None

    async def heads(self, *paths: str) -> list[FileHead | None]:
        found = await asyncio.gather(*map(self._head, paths))
        if len(paths) >= _MANY and all(each == _UNREAD for each in found):
            raise OSError(f"{self.location} sends none of {len(paths)} objects: the log says why")
        return found

    async def modified(self, path: str) -> float | None:
        if not (name := self._locate(path)):
            return None
        with (
            plain_errors(f"{self.location}/{name} could not be looked up"),
            contextlib.suppress(FileNotFoundError),
        ):
            async with asyncio.timeout(WRITE_SECONDS):
                return (await obstore.head_async(self._store, name))["last_modified"].timestamp()
        return None

    async def touch(self, path: str) -> None:
        """As in `Assets`. Writes the object again, as its time can't be set."""
        data = await self.load(path)
        if data is not None and (name := self._locate(path)):
            await self.put(name, data)

    async def remove(self, path: str) -> None:
        if not (name := self._locate(path)):
            return
        names = sorted({name, thumbnail_of(name)}, reverse=True)
        try:
            await self._remove(names)  # in one request, where the store can do that
        except FileNotFoundError:  # of a store that names what is missing: perhaps not of all
            for each in names:
                with contextlib.suppress(FileNotFoundError):
                    await self._remove([each])

    def normal(self, path: str) -> str:
        name = self._locate(path)
        return f"{self.location}/{name}" if name else path

    async def clear_temporary(self) -> None:
        pass  # an object is written whole or not at all

    async def check_writable(self) -> None:
        if time.monotonic() > self._writable_until:
            # An empty object, whose name is never taken for that of a portrait.
            await self.put("writable", b"")

    def _locate(self, path: str) -> str | None:
        """The name under the location that a path means; None where it means none."""
        if path.startswith(f"{self.location}/"):
            name = path.removeprefix(f"{self.location}/")
            clean = name.isprintable() and not {"", ".", ".."} & set(name.split("/"))
            return name if clean else None
        # Only the name of an image can be that of a portrait, and no URL of the web is one of ours.
        name = path.rpartition("/")[2]
        on_web = path.startswith(("http://", "https://"))
        return name if _IMAGE_NAME.fullmatch(name) and not on_web else None

    async def _put(
        self, name: str, data: bytes, mode: Literal["create", "overwrite"] = "overwrite"
    ) -> None:
        attributes = _ATTRIBUTES if _IMAGE_NAME.fullmatch(name) else None
        # In one request: the parts of an interrupted upload would be kept, and not listed.
        await obstore.put_async(
            self._store, name, data, attributes=attributes, mode=mode, use_multipart=False
        )

    async def _read(self, path: str, seconds: float) -> bytes | None:
        if not (name := self._locate(path)):
            return None
        try:
            with plain_errors("its store"):
                return await self._get(name, seconds)
        except FileNotFoundError:
            return None
        except OSError as error:
            log.error("The object %r could not be read: %s", without_account(path), error)
            return None

    async def _get(self, name: str, seconds: float) -> bytes:
        async with asyncio.timeout(seconds):
            found = await obstore.get_async(self._store, name)
            return bytes(await found.bytes_async())

    async def _head(self, path: str) -> FileHead | None:
        if not (name := self._locate(path)):
            return None
        try:
            with plain_errors("its store"):
                return await self._get_head(name)
        except FileNotFoundError:
            return None
        except OSError as error:
            log.error("The object %r could not be read: %s", without_account(path), error)
            return _UNREAD

    async def _get_head(self, name: str) -> FileHead:
        """Raises FileNotFoundError; OSError where the store fails, or refuses."""
        async with asyncio.timeout(WRITE_SECONDS):
            try:
                found = await obstore.get_async(self._store, name, options={"range": (0, START)})
                return FileHead(found.meta["size"], bytes(await found.bytes_async()))
            except BaseError:
                size = (await obstore.head_async(self._store, name))["size"]
                if size:
                    raise
                return FileHead(0, b"")  # servers refuse a range of nothing

    async def _remove(self, names: list[str]) -> None:
        with plain_errors(f"{self.location}/{names[0]} could not be removed"):
            async with asyncio.timeout(WRITE_SECONDS):
                await obstore.delete_async(self._store, names)

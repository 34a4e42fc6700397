"""Where portraits lie: files in a folder that a web server publishes, or whatever else keeps them as well."""

import asyncio
import contextlib
import logging
import os
import re
import secrets
import stat
import time
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

import aiofiles.os

from characters.model import PortraitFile

START = 12  # bytes: as long as the head of a WebP, which says how long the file should be
THUMBNAIL = "-256"  # between stem and suffix of the small picture beside a portrait
_OURS = re.compile(r"[0-9a-f]{32}\.webp")
OURS_OR_THUMBNAIL = re.compile(rf"[0-9a-f]{{32}}({THUMBNAIL})?\.webp")
_URL = re.compile(r"[!-~]+")  # RFC 3986: ASCII, without spaces
_URL_LIMIT = 2048  # characters that Discord takes
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_TEMPORARY_SECONDS = 60 * 60

log = logging.getLogger(__name__)


class AssetFile(NamedTuple):
    """A file of ours, portrait or thumbnail: its path as a record has it, bytes, and seconds since the epoch."""

    path: str
    size: int
    modified: float


class Assets(Protocol):
    """Where portraits lie, be it a folder (`FolderAssets`) or an object store (`characters.portraits.objects.ObjectAssets`)."""

    @property
    def location(self) -> str:
        """The folder or the URL under which they lie, for people to read."""
        ...

    async def save(self, image: bytes, thumbnail: bytes) -> PortraitFile: ...
    async def put(self, name: str, data: bytes) -> PortraitFile: ...
    async def stored(self) -> list[AssetFile]: ...
    async def read(self, *paths: str) -> list[bytes | None]: ...
    async def starts(self, *paths: str) -> list[bytes | None]: ...
    async def modified(self, path: str) -> float | None: ...
    async def touch(self, path: str) -> None: ...
    async def remove(self, path: str) -> None: ...
    def normal(self, path: str) -> str: ...
    async def clear_temporary(self) -> None: ...
    async def check_writable(self) -> None: ...


class FolderAssets:
    """Saves, reads and removes portraits in `root`; `url` is where that folder can be seen from outside."""

    def __init__(self, root: Path, url: str | None = None) -> None:
        self.root = Path(
            os.path.normpath(root.absolute())
        )  # one spelling, that of the paths in records
        self.location = str(self.root)
        self._url = url.rstrip("/") if url else None

    async def save(self, image: bytes, thumbnail: bytes) -> PortraitFile:
        """Returns once both files would survive a power failure. Raises OSError."""
        name = f"{secrets.token_hex(16)}.webp"
        await self.put(thumbnail_of(name), thumbnail)
        return await self.put(name, image)

    async def put(self, name: str, data: bytes) -> PortraitFile:
        """Writes a file under the root. Returns once it would survive a power failure. Raises OSError."""
        await asyncio.to_thread(self._write, name, data)
        return PortraitFile(str(self.root / name), f"{self._url}/{name}" if self._url else None)

    async def stored(self) -> list[AssetFile]:
        """All files with names of ours; what other programs keep in the same folder is not among them."""
        return await asyncio.to_thread(self._stored)

    async def read(self, *paths: str) -> list[bytes | None]:
        """The bytes of each file under the root; None where there is none, or it can't be read."""
        return await asyncio.to_thread(lambda: [self._read(path) for path in paths])

    async def starts(self, *paths: str) -> list[bytes | None]:
        """The first bytes of each file under the root; None where there is none, or it can't be read."""
        return await asyncio.to_thread(lambda: [self._start(path) for path in paths])

    async def modified(self, path: str) -> float | None:
        """When a file under the root was written, as `stored` has it; None where there is none."""
        file = await asyncio.to_thread(self._locate, path)
        with contextlib.suppress(FileNotFoundError):
            return (await aiofiles.os.stat(file)).st_mtime if file else None
        return None

    async def touch(self, path: str) -> None:
        """Makes a file under the root as young as if it were written now. Raises OSError."""
        if file := await asyncio.to_thread(self._locate, path):
            await asyncio.to_thread(os.utime, file)

    async def remove(self, path: str) -> None:
        """Removes a file under the root and its thumbnail; anything else is left alone."""
        for each in (path, thumbnail_of(path)):
            if file := await asyncio.to_thread(self._locate, each):
                with contextlib.suppress(FileNotFoundError):
                    await aiofiles.os.remove(file)

    def normal(self, path: str) -> str:
        """The one spelling of a path: other programs write relative ones, or take detours."""
        return os.path.normpath(os.path.join(self.root, path))  # noqa: PTH118 - of paths that may not exist

    async def clear_temporary(self) -> None:
        """Removes what writes that never ended left behind more than an hour ago."""
        await asyncio.to_thread(self._clear_temporary)

    async def check_writable(self) -> None:
        """Raises OSError where a portrait could not be saved."""
        await aiofiles.os.makedirs(self.root, exist_ok=True)
        if not await asyncio.to_thread(os.access, self.root, os.W_OK | os.X_OK):
            raise PermissionError(f"{self.root} is not writable")

    def _stored(self) -> list[AssetFile]:
        found: list[AssetFile] = []
        with contextlib.suppress(FileNotFoundError), os.scandir(self.root) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # it went meanwhile
                    status = entry.stat(follow_symlinks=False)
                    if OURS_OR_THUMBNAIL.fullmatch(entry.name) and stat.S_ISREG(status.st_mode):
                        found.append(AssetFile(entry.path, status.st_size, status.st_mtime))
        return found

    def _read(self, path: str) -> bytes | None:
        try:
            file = path and self._locate(path)
            return file.read_bytes() if file else None
        except OSError as error:
            log.error("The file %r could not be read: %s", path, error.strerror or error)
            return None

    def _start(self, path: str) -> bytes | None:
        with contextlib.suppress(OSError):
            if file := self._locate(path):
                with file.open("rb") as stream:
                    return stream.read(START)
        return None

    def _locate(self, path: str) -> Path | None:
        """Resolves a path that other programs may have written; None unless it is a plain file under the root."""
        file = os.path.join(self.root, path)  # noqa: PTH118 - pathlib takes three times as long, for every thumbnail
        try:
            plain = stat.S_ISREG(os.lstat(file).st_mode)
            directly = os.path.dirname(file) == str(self.root)  # noqa: PTH120 - likewise
            inside = directly or os.path.realpath(file, strict=True).startswith(
                os.path.realpath(self.root) + os.sep
            )
        except (OSError, ValueError):  # no such file, a NUL byte, a loop of links
            return None
        if plain and inside:
            return Path(file)
        log.warning("Leaving %r alone: it is no plain file in the assets folder", path)
        return None

    def _write(self, name: str, data: bytes) -> None:
        target = self.root / name
        self._make_folder(target.parent)
        temporary = (
            self.root / f".{secrets.token_hex(16)}.tmp"
        )  # a name that no killed write has left behind
        try:
            with temporary.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)

    def _make_folder(self, folder: Path) -> None:
        if not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(self.root)):
            raise PermissionError(f"{folder} is not in the assets folder")
        folder.mkdir(parents=True, exist_ok=True)

    def _clear_temporary(self) -> None:
        for file in self.root.glob(".*.tmp"):
            with contextlib.suppress(FileNotFoundError):
                if file.lstat().st_mtime < time.time() - _TEMPORARY_SECONDS:
                    file.unlink()


def is_public_url(url: str) -> bool:
    """Whether a URL looks as if strangers could fetch it: http(s), and no local name or address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if (
        parts.scheme not in {"http", "https"}
        or port == 0
        or len(url) > _URL_LIMIT
        or not _URL.fullmatch(url)
    ):
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and all(host.split(".")) and not host.endswith(_LOCAL_NAMES)


def is_ours(name: str) -> bool:
    """Whether a file of this name is a portrait that we saved; its thumbnail is none."""
    return bool(_OURS.fullmatch(name))


def thumbnail_of(path: str) -> str:
    """The path or URL of the small picture beside a portrait of ours; any other one has none but itself."""
    head, name = path.rpartition("/")[0::2]
    if not _OURS.fullmatch(name):
        return path
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - also for URLs
    return f"{head}/{stem}{THUMBNAIL}{suffix}" if head else f"{stem}{THUMBNAIL}{suffix}"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Portraits as files in a folder that a web server publishes."""

import contextlib
import errno
import logging
import os
import secrets
import stat
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path

import aiofiles
import aiofiles.os
from aiofiles.os import wrap

from characters.portrait_fields import PortraitFile
from characters.portraits.assets import OURS_OR_THUMBNAIL, START, AssetFile, FileHead, thumbnail_of
from characters.portraits.store_problems import without_account

log = logging.getLogger(f"game_characters.{__name__}")

_AT_ONCE = 1000  # files that are listed in one call of a thread
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
_Publish = Callable[[Path, Path], Awaitable[None]]
"""Gives a complete file its name."""

_sync = wrap(os.fsync)
_set_time = wrap(os.utime)


class FolderAssets:
    """Portraits in the folder `root`; `url` is where that folder is published, None for nowhere."""

    def __init__(self, root: Path, url: str | None = None) -> None:
        self.root = Path(os.path.normpath(root.absolute()))
        self.location = str(self.root)
        self._url = url.rstrip("/") if url else None

    async def save(self, image: bytes, thumbnail: bytes) -> PortraitFile:
        name = f"{secrets.token_hex(16)}.webp"
        await self.put(thumbnail_of(name), thumbnail)
        return await self.put(name, image)

    async def put(self, name: str, data: bytes) -> PortraitFile:
        await self._write(name, data, aiofiles.os.replace)
        return PortraitFile(str(self.root / name), f"{self._url}/{name}" if self._url else None)

    async def create(self, name: str, data: bytes) -> bool:
        await self._make_folder(self.root)  # its FileExistsError means something else
        try:
            await self._write(name, data, _publish_new)
        except FileExistsError:
            return False
        return True

    async def _write(self, name: str, data: bytes, publish: _Publish) -> None:
        target = self.root / name
        await self._make_folder(target.parent)
        temporary = self.root / f".{secrets.token_hex(16)}.tmp"
        try:
            async with aiofiles.open(temporary, "xb") as stream:
                await stream.write(data)
                await stream.flush()
                await _sync(stream.fileno())
            await publish(temporary, target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                await aiofiles.os.unlink(temporary)
        await _sync_folder(target.parent)

    async def stored(self) -> AsyncIterator[AssetFile]:
        files = self._stored()
        while some := await _next_of(files, _AT_ONCE):
            for file in some:
                yield file

    async def read(self, *paths: str) -> list[bytes | None]:
        return await self._read_all(paths)

    async def load(self, path: str) -> bytes | None:
        return await self._load(path)

    async def heads(self, *paths: str) -> list[FileHead | None]:
        return await self._heads(paths)

    async def modified(self, path: str) -> float | None:
        if file := await self._locate_in_thread(path):
            with contextlib.suppress(FileNotFoundError):
                return (await aiofiles.os.stat(file)).st_mtime
        return None

    async def touch(self, path: str) -> None:
        if file := await self._locate_in_thread(path):
            await _set_time(file)

    async def remove(self, path: str) -> None:
        for each in (path, thumbnail_of(path)):
            if file := await self._locate_in_thread(each):
                with contextlib.suppress(FileNotFoundError):
                    await aiofiles.os.remove(file)

    def normal(self, path: str) -> str:
        return self._path_under_root(path) or path

    async def clear_temporary(self) -> None:
        await self._clear_temporary()

    async def check_writable(self) -> None:
        await aiofiles.os.makedirs(self.root, exist_ok=True)
        if not await aiofiles.os.access(self.root, os.W_OK | os.X_OK):
            raise PermissionError(f"{self.root} is not writable")

    def _path_under_root(self, path: str) -> str | None:
        """The path itself, or that of the file of the same name in the root; None for neither."""
        if "://" in path or "\0" in path:
            return None
        # pathlib would take three times as long, and this is done for every thumbnail.
        file = os.path.normpath(os.path.join(self.location, path))  # noqa: PTH118
        if file.startswith(self.location + os.sep):
            return file
        file = os.path.join(self.location, os.path.basename(path))  # noqa: PTH118, PTH119
        return file if _is_plain(file) else None

    def _locate(self, path: str) -> str | None:
        """The plain file under the root that a path means; None where there is none."""
        file = self._path_under_root(path)
        if not file or not _is_plain(file):
            return None
        directly = os.path.dirname(file) == self.location  # noqa: PTH120 - see above
        return file if directly or self._is_inside(Path(file)) else None

    _locate_in_thread = wrap(_locate)

    def _is_inside(self, path: Path) -> bool:
        """Whether a path leads into the root when all symbolic links are followed."""
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.root))

    @wrap
    def _read_all(self, paths: tuple[str, ...]) -> list[bytes | None]:
        # All in one call: for each file, changing threads would take longer than reading it.
        return [self._read(path) for path in paths]

    @wrap
    def _heads(self, paths: tuple[str, ...]) -> list[FileHead | None]:
        return [self._head(path) for path in paths]

    def _head(self, path: str) -> FileHead | None:
        if not (file := self._locate(path)):
            return None
        try:
            with open(file, "rb", buffering=0) as stream:  # noqa: PTH123 - see _content
                return FileHead(os.fstat(stream.fileno()).st_size, stream.read(START))
        except FileNotFoundError:  # it was removed since it was located
            return None
        except OSError as error:
            self._log_unread(path, error)
            return FileHead(None, None)

    def _read(self, path: str) -> bytes | None:
        try:
            return self._content(path)
        except OSError as error:
            self._log_unread(path, error)
        return None

    def _log_unread(self, path: str, error: OSError) -> None:
        reason = error.strerror or error
        log.error("The file %r could not be read: %s", without_account(path), reason)

    @wrap
    def _load(self, path: str) -> bytes | None:
        with contextlib.suppress(FileNotFoundError):  # it was removed since it was located
            return self._content(path)
        return None

    def _content(self, path: str) -> bytes | None:
        if file := self._locate(path):
            with open(file, "rb") as stream:  # noqa: PTH123 - a str, as pathlib is slower
                return stream.read()
        return None

    def _stored(self) -> Iterator[AssetFile]:
        with contextlib.suppress(FileNotFoundError), os.scandir(self.root) as entries:
            for entry in entries:
                if not OURS_OR_THUMBNAIL.fullmatch(entry.name):
                    continue
                with contextlib.suppress(FileNotFoundError):  # it was removed since it was listed
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        yield AssetFile(entry.path, status.st_size, status.st_mtime)

    @wrap
    def _make_folder(self, folder: Path) -> None:
        if not self._is_inside(folder):
            raise PermissionError(f"{folder} is not in the assets folder")
        folder.mkdir(parents=True, exist_ok=True)

    @wrap
    def _clear_temporary(self) -> None:
        for file in self.root.glob(".*.tmp"):
            with contextlib.suppress(FileNotFoundError):
                if file.lstat().st_mtime < time.time() - 60 * 60:
                    file.unlink()


def _is_plain(file: str) -> bool:
    """Whether this is a file, and neither a folder nor a link."""
    try:
        return stat.S_ISREG(os.lstat(file).st_mode)
    except (OSError, ValueError):  # no such file, or a path that no file can have
        return False


@wrap
def _next_of(files: Iterator[AssetFile], count: int) -> list[AssetFile]:
    return list(islice(files, count))


@wrap
def _publish_new(temporary: Path, target: Path) -> None:
    """Raises FileExistsError where the name is taken."""
    try:
        target.hardlink_to(temporary)
    except OSError as error:
        if error.errno not in _NO_LINKS:  # as of FAT, or of some network drives
            raise
        target.touch(exist_ok=False)
        temporary.replace(target)


@wrap
def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

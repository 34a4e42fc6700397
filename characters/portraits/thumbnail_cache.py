"""Thumbnails that were read or written lately: each is read once, however many ask for it."""

import asyncio

from characters.portraits.assets import OURS_OR_THUMBNAIL, Assets
from characters.portraits.remembered import RememberedImages

_MIB = 2**20

_Read = dict[str, bytes | None]


class ThumbnailCache:
    """Reads files from the assets; remembers those of ours, which never change."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        # By file name, as a folder may be moved; most have 10 KiB.
        self._images = RememberedImages(512, 16 * _MIB)
        self._reading: dict[str, asyncio.Task[_Read]] = {}

    async def read(self, paths: list[str]) -> list[bytes | None]:
        """The content of each file; None where it is missing or can't be read."""
        known: _Read = {path: self._images.get(_file_name(path)) for path in paths}
        wanted = [path for path, data in known.items() if data is None]
        if new := [path for path in wanted if path not in self._reading]:
            task = asyncio.create_task(self._read(new))
            self._reading |= dict.fromkeys(new, task)
        for task in {self._reading[path] for path in wanted}:
            known |= await asyncio.shield(task)  # others wait for it too
        return [known[path] for path in paths]

    def has(self, path: str) -> bool:
        return self._images.get(_file_name(path)) is not None

    def put(self, path: str, thumbnail: bytes) -> None:
        if OURS_OR_THUMBNAIL.fullmatch(_file_name(path)):
            self._images.put(_file_name(path), thumbnail)

    def drop(self, path: str) -> None:
        self._images.drop(_file_name(path))

    async def _read(self, paths: list[str]) -> _Read:
        try:
            found = dict(zip(paths, await self._assets.read(*paths), strict=True))
        finally:
            for path in paths:
                del self._reading[path]
        for path, data in found.items():
            if data:
                self.put(path, data)
        return found


def _file_name(path: str) -> str:
    return path.rpartition("/")[2]

"""The portraits of characters: kept, read, shown and removed."""

import logging
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from characters.errors import CharacterError, PortraitRefused, PortraitUnsaved
from characters.model import Character, PortraitFile
from characters.portraits.assets import OURS_OR_THUMBNAIL, Assets, is_public_url, thumbnail_of
from characters.portraits.renderer import Picture, Png, Renderer

ImageSource = Callable[[], Awaitable[bytes]]
"""Returns the bytes of an image, or raises PortraitRefused."""

BeforeSave = Callable[[], Awaitable[None]]
"""Runs before each portrait is written; raises nothing."""

REMEMBERED = 512  # thumbnails, of about 10 KiB each

log = logging.getLogger(f"game_characters.{__name__}")


class KeptPortrait(NamedTuple):
    """The files of a portrait, or why there are none."""

    saved: PortraitFile | None = None
    refusal: CharacterError | None = None


class PortraitService:
    """Joins the assets with the renderer, and remembers thumbnails."""

    def __init__(
        self, assets: Assets, renderer: Renderer, before_save: BeforeSave | None = None
    ) -> None:
        self._assets = assets
        self._renderer = renderer
        self._before_save = before_save
        self._remembered: dict[str, bytes] = {}  # by file name, as a folder may be moved

    async def keep(self, image: ImageSource, *, lossless: bool = False) -> KeptPortrait:
        """Makes a portrait of an image and stores it, before a record refers to it.

        `lossless` keeps every pixel, for an image that was a portrait of ours before.
        """
        try:
            portrait = await self._renderer.prepare(await image(), lossless=lossless)
            if self._before_save:
                await self._before_save()
            return KeptPortrait(saved=await self._assets.save(*portrait))
        except PortraitRefused as error:
            return KeptPortrait(refusal=error)
        except OSError:
            log.exception("A portrait could not be written to %s", self._assets.location)
            return KeptPortrait(refusal=PortraitUnsaved())

    async def portrait(self, character: Character) -> bytes | None:
        """The file in the assets; None where there is none or it can't be read."""
        (data,) = await self._assets.read(character.image_path or "")
        return data

    async def png(self, portrait: bytes, limit: int) -> Png:
        """A portrait as a PNG of at most `limit` bytes, scaled down if necessary.

        Raises PortraitRefused.
        """
        return await self._renderer.png(portrait, limit)

    async def identify(self, *images: bytes) -> list[Picture]:
        """What images look like; the same for an image and a lossless portrait made of it.

        Raises PortraitRefused.
        """
        return await self._renderer.identify(*images)

    async def thumbnails(self, *characters: Character) -> list[bytes | None]:
        """A file for each character: the thumbnail (256 × 256 at most) of a portrait of ours.

        The portrait itself where it is not ours; None where there is none or it can't be read.
        """
        paths = [thumbnail_of(each.image_path or "") for each in characters]
        known: dict[str, bytes | None] = {}
        for path in paths:
            if data := self._remembered.get(_file_name(path)):
                known[path] = data
        unknown = [path for path in paths if path not in known]
        if unknown:
            known.update(zip(unknown, await self._assets.read(*unknown), strict=True))
        for path in unknown:
            # A file of ours never changes; one of another program may.
            data = known[path]
            if data and OURS_OR_THUMBNAIL.fullmatch(_file_name(path)):
                self._remembered[_file_name(path)] = data
        while len(self._remembered) > REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        return [known[path] for path in paths]

    async def collage(self, *characters: Character | None) -> bytes | None:
        """One image with a tile for each, numbered from 1; None where no portrait is ours.

        None also where it can't be drawn. The tile of a portrait that is not ours is empty.
        """
        ours = [each for each in characters if each and self.is_ours(each)]
        if not ours:
            return None
        thumbnails = await self.thumbnails(*ours)
        by_path = {each.image_path: data for each, data in zip(ours, thumbnails, strict=True)}
        tiles = [each and by_path.get(each.image_path) for each in characters]
        try:
            return await self._renderer.collage(tiles)
        except PortraitRefused:
            return None

    def is_ours(self, character: Character) -> bool:
        """Whether we made the portrait, and so its thumbnail."""
        path = character.image_path or ""
        return thumbnail_of(path) != path

    def public_url(self, character: Character, *, thumbnail: bool = False) -> str | None:
        """The portrait's URL; None where there is none or it is not public."""
        url = character.image_url
        if url is None or not is_public_url(url):
            return None
        return thumbnail_of(url) if thumbnail else url

    def files(self, paths: set[str | None]) -> set[str]:
        """The files that the `image_path` of records mean, each once, for `remove`."""
        return {self._assets.normal(path) for path in paths if path}

    async def remove(self, files: set[str]) -> None:
        """Removes portraits and their thumbnails, all that it can. Failures are logged.

        Raises OSError where some could not be removed.
        """
        failure: OSError | None = None
        for file in files:
            self._remembered.pop(_file_name(thumbnail_of(file)), None)
            try:
                await self._assets.remove(file)
            except OSError as error:
                log.exception("The portrait %r could not be removed", file)
                failure = error
        if failure:
            raise failure

    async def touch(self, path: str) -> None:
        """Makes a portrait as young as if it were stored now: no sweep removes it for an hour."""
        try:
            await self._assets.touch(path)
        except OSError:
            log.exception("The portrait %r could not be touched", path)

    async def check(self) -> None:
        """Raises OSError where portraits can't be saved."""
        await self._assets.check_writable()


def _file_name(path: str) -> str:
    return path.rpartition("/")[2]

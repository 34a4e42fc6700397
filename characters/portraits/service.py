"""The portraits of characters: kept, read, shown and removed."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from characters.errors import CharacterError, PortraitRefused, PortraitUnsaved
from characters.model import Character
from characters.portrait_fields import PortraitFile
from characters.portraits.assets import OURS_OR_THUMBNAIL, Assets, is_public_url, thumbnail_of
from characters.portraits.remembered import RememberedImages
from characters.portraits.renderer import Picture, Png, Portrait, Renderer
from characters.portraits.tiles import Tile, tile_of

ImageSource = Callable[[], Awaitable[bytes]]
"""Returns the bytes of an image, or raises PortraitRefused."""

BeforeSave = Callable[[], Awaitable[None]]
"""Runs before each portrait is written; raises nothing."""

_MIB = 2**20

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
        # By file name, as a folder may be moved; most have 10 KiB.
        self._thumbnails = RememberedImages(512, 16 * _MIB)
        # By what is drawn: some 150 KiB each, and 75 KiB, as a worker needs no decoder for them.
        self._collages = RememberedImages(64, 16 * _MIB)
        self._tiles = RememberedImages(256, 20 * _MIB)

    async def keep(
        self, image: ImageSource, *, lossless: bool = False, focus: str = ""
    ) -> KeptPortrait:
        """Makes a portrait of an image and stores it, before a record refers to it.

        `lossless` keeps every pixel, for an image that was a portrait of ours before. `focus` is
        the part that the thumbnail shows, one of FOCUSES or empty.
        """
        return await self._keep(partial(self._made, image, lossless=lossless, focus=focus), focus)

    async def keep_focused(self, character: Character, focus: str) -> KeptPortrait:
        """Stores the character's portrait again, with a thumbnail that shows another part.

        As another file: ours never change, and a former version of the character keeps its own.
        """
        return await self._keep(partial(self._focused, character, focus), focus)

    async def _keep(self, make: Callable[[], Awaitable[Portrait]], focus: str) -> KeptPortrait:
        try:
            portrait = await make()
            if self._before_save:
                await self._before_save()
            saved = await self._assets.save(portrait.image, portrait.thumbnail)
        except PortraitRefused as error:
            return KeptPortrait(refusal=error)
        except OSError:
            log.exception("A portrait could not be written to %s", self._assets.location)
            return KeptPortrait(refusal=PortraitUnsaved())
        saved = replace(saved, focus=focus, is_small=portrait.is_small)
        return KeptPortrait(saved=replace(saved, is_still=portrait.is_animated))

    async def _made(self, image: ImageSource, *, lossless: bool, focus: str) -> Portrait:
        return await self._renderer.prepare(await image(), lossless=lossless, focus=focus)

    async def _focused(self, character: Character, focus: str) -> Portrait:
        image = await self.portrait(character)
        if image is None:
            raise PortraitUnsaved
        thumbnail = await self._renderer.thumbnail(image, focus)
        return Portrait(image, thumbnail, is_small=character.has_small_portrait)

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
            if data := self._thumbnails.get(_file_name(path)):
                known[path] = data
        unknown = [path for path in paths if path not in known]
        if unknown:
            known.update(zip(unknown, await self._assets.read(*unknown), strict=True))
        for path in unknown:
            # A file of ours never changes; one of another program may.
            data = known[path]
            if data and OURS_OR_THUMBNAIL.fullmatch(_file_name(path)):
                self._thumbnails.put(_file_name(path), data)
        return [known[path] for path in paths]

    async def collage(self, *characters: Character | None) -> bytes | None:
        """One JPEG with a numbered tile for each, five in a row; None where it can't be drawn.

        A tile shows the portrait, if it is ours, or else letters of the name. It is empty for None.
        """
        ours = [each for each in characters if each and self.is_ours(each)]
        found = await self.thumbnails(*ours)
        by_path = {each.image_path: data for each, data in zip(ours, found, strict=True)}
        thumbnails = [(each and by_path.get(each.image_path)) or b"" for each in characters]
        tiles = [tile_of(each.name) if each else Tile() for each in characters]
        keys = [_drawn_from(*each) for each in zip(thumbnails, tiles, strict=True)]
        image = self._collages.get(tuple(keys))
        if image is None:
            try:
                image = await self._draw(keys, thumbnails, tiles)
            except PortraitRefused:
                return None
            self._collages.put(tuple(keys), image)
        return image

    async def _draw(
        self, keys: Sequence[bytes], thumbnails: Sequence[bytes], tiles: Sequence[Tile]
    ) -> bytes:
        """Raises PortraitRefused."""
        files: list[bytes] = []
        undrawn: list[Tile | None] = []
        for key, thumbnail, tile in zip(keys, thumbnails, tiles, strict=True):
            drawn = self._tiles.get(key)
            files.append(thumbnail if drawn is None else drawn)
            undrawn.append(tile if drawn is None else None)
        collage = await self._renderer.collage(files, undrawn)
        new = [key for key, tile in zip(keys, undrawn, strict=True) if tile]
        for key, drawn in zip(new, collage.drawn, strict=True):
            self._tiles.put(key, drawn)
        return collage.image

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
            self._thumbnails.drop(_file_name(thumbnail_of(file)))
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


def _drawn_from(thumbnail: bytes, tile: Tile) -> bytes:
    """The same for the same drawn tile: from the thumbnail, or what stands for it."""
    return sha256(thumbnail or repr(tile).encode(errors="backslashreplace")).digest()


def _file_name(path: str) -> str:
    return path.rpartition("/")[2]

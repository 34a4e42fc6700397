"""The portraits of characters: kept, read, shown and removed."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from characters.errors import CharacterError, PortraitRefused, PortraitUnsaved
from characters.json_data import HALF_SYMBOL
from characters.model import Character
from characters.portrait_fields import PortraitFile
from characters.portraits.assets import Assets, is_public_url, thumbnail_of
from characters.portraits.collages import Collages
from characters.portraits.renderer import Picture, Png, Portrait, Renderer
from characters.portraits.store_problems import without_account
from characters.portraits.thumbnail_cache import ThumbnailCache
from characters.portraits.tiles import MISSING, Tile, tile_of
from characters.workers.process_limit import ProcessLimit

ImageSource = Callable[[], Awaitable[bytes]]
"""Returns the bytes of an image, or raises PortraitRefused."""

BeforeSave = Callable[[], Awaitable[None]]
"""Runs before each portrait is written; raises nothing."""

HeavyStep = Callable[[], AbstractAsyncContextManager[None]]
"""Is held while an image is read and decoded."""

# Finished portraits that are being written, in the whole process: of up to some MiB each.
WRITES = ProcessLimit(32)

log = logging.getLogger(f"game_characters.{__name__}")


class KeptPortrait(NamedTuple):
    """The files of a portrait, or why there are none."""

    saved: PortraitFile | None = None
    refusal: CharacterError | None = None


class PortraitService:
    """Joins the assets with the renderer, and remembers thumbnails.

    `outcomes` counts the portraits that were `saved`, and by its class each refusal of others.
    """

    def __init__(
        self, assets: Assets, renderer: Renderer, before_save: BeforeSave | None = None
    ) -> None:
        self._assets = assets
        self._renderer = renderer
        self._before_save = before_save
        self.outcomes = Counter({"saved": 0, PortraitUnsaved.__name__: 0})
        self._thumbnails = ThumbnailCache(assets)
        self._collages = Collages(renderer)

    async def keep(
        self,
        image: ImageSource,
        *,
        lossless: bool = False,
        focus: str = "",
        step: HeavyStep = nullcontext,
    ) -> KeptPortrait:
        """Makes a portrait of an image, within a `step`, and stores it, before a record names it.

        `lossless` keeps every pixel, for an image that was a portrait of ours before. `focus` is
        the part that the thumbnail shows, one of FOCUSES or empty.
        """
        make = partial(self._made, image, lossless=lossless, focus=focus)
        return await self._keep(make, focus, step)

    async def keep_focused(
        self, character: Character, focus: str, *, step: HeavyStep = nullcontext
    ) -> KeptPortrait:
        """Stores the character's portrait again, with a thumbnail that shows another part.

        As another file: ours never change, and a former version of the character keeps its own.
        """
        kept = await self._keep(partial(self._focused, character, focus), focus, step)
        if kept.saved is None:
            return kept
        return kept._replace(saved=replace(kept.saved, shows_again=character.image_path or ""))

    async def _keep(
        self, make: Callable[[], Awaitable[Portrait]], focus: str, step: HeavyStep
    ) -> KeptPortrait:
        try:
            async with AsyncExitStack() as writing:
                async with step():
                    portrait = await make()
                    await writing.enter_async_context(WRITES.slot())
                # A slow store holds those who write to it, and nobody who decodes or draws.
                if self._before_save:
                    await self._before_save()
                saved = await self._assets.save(portrait.image, portrait.thumbnail)
        except PortraitRefused as error:
            self.outcomes[type(error).__name__] += 1
            return KeptPortrait(refusal=error)
        except OSError:
            log.exception("A portrait could not be written to %s", self._assets.location)
            self.outcomes[PortraitUnsaved.__name__] += 1
            return KeptPortrait(refusal=PortraitUnsaved())
        self.outcomes["saved"] += 1
        self._thumbnails.put(thumbnail_of(saved.path), portrait.thumbnail)
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
        return await self._thumbnails.read(paths)

    async def collage(self, *characters: Character | None) -> bytes | None:
        """One JPEG with a numbered tile for each, five in a row; None where it can't be drawn.

        A tile shows the portrait, if it is ours, or else letters of the name; it is MISSING where a
        portrait of ours is not there, and empty for None.
        """
        ours = [each for each in characters if each and self.is_ours(each)]
        found = await self.thumbnails(*ours)
        by_path = {each.image_path: data for each, data in zip(ours, found, strict=True)}
        thumbnails = [(each and by_path.get(each.image_path)) or b"" for each in characters]
        tiles = [self._tile(each, data) for each, data in zip(characters, thumbnails, strict=True)]
        return await self._collages.draw(thumbnails, tiles)

    def _tile(self, character: Character | None, thumbnail: bytes) -> Tile:
        if character is None:
            return Tile()
        if not thumbnail and self.is_ours(character):
            return MISSING
        return tile_of(character.name)

    def some_away(self, characters: Sequence[Character | None]) -> bool:
        """Whether a portrait of ours was not there when these were last drawn in a collage."""
        ours = (each for each in characters if each and self.is_ours(each))
        return not all(self._thumbnails.has(thumbnail_of(each.image_path or "")) for each in ours)

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
        """The files that the `image_path` of records mean, each once, for `remove`.

        A path with half a symbol means none; the store could not take it either.
        """
        named = {path for path in paths if path and not HALF_SYMBOL.search(path)}
        return {self._assets.normal(path) for path in named}

    async def remove(self, files: set[str]) -> None:
        """Removes portraits and their thumbnails, all that it can. Failures are logged.

        Raises OSError where some could not be removed.
        """
        failure: OSError | None = None
        for file in files:
            self._thumbnails.drop(thumbnail_of(file))
            try:
                await self._assets.remove(file)
            except OSError as error:
                log.exception("The portrait %r could not be removed", without_account(file))
                failure = error
        if failure:
            raise failure

    async def touch(self, path: str) -> None:
        """Makes a portrait as young as if it were stored now: no sweep removes it for an hour."""
        try:
            await self._assets.touch(path)
        except OSError:
            log.exception("The portrait %r could not be touched", without_account(path))

    async def check(self) -> None:
        """Raises OSError where portraits can't be saved."""
        await self._assets.check_writable()

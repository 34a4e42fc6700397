"""The portraits of characters: made of images, shown, and removed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from characters.errors import PortraitRefused, PortraitUnsaved
from characters.model import Character, PortraitFile
from characters.portraits.assets import Assets, is_public_url, thumbnail_of
from characters.portraits.collage import collage
from characters.portraits.renderer import Png, Renderer

ImageSource = Callable[[], Awaitable[bytes]]
"""Is asked for the bytes of an image, and may raise PortraitRefused."""

REMEMBERED = 512  # thumbnails, of some 10 KiB each

log = logging.getLogger(__name__)


class KeptPortrait(NamedTuple):
    """A portrait in the assets, or why there is none."""

    saved: PortraitFile | None = None
    refusal: PortraitRefused | None = None


class PortraitService:
    """Portraits in the assets, by the characters that show them."""

    def __init__(self, assets: Assets, renderer: Renderer) -> None:
        self._assets = assets
        self._renderer = renderer
        self._remembered: dict[str, bytes] = {}

    async def keep(self, image: ImageSource, *, lossless: bool = False) -> KeptPortrait:
        """Makes a portrait of an image and keeps it in the assets, for a character to come.

        `lossless` is for an image that was a portrait of ours before.
        """
        try:
            portrait = await self._renderer.prepare(await image(), lossless=lossless)
            return KeptPortrait(saved=await self._assets.save(*portrait))
        except PortraitRefused as error:
            return KeptPortrait(refusal=error)
        except OSError:
            log.exception("A portrait could not be written to %s", self._assets.location)
            return KeptPortrait(refusal=PortraitUnsaved())

    async def portrait(self, character: Character) -> bytes | None:
        """The portrait as it lies in the assets; None where there is none."""
        (data,) = await self._assets.read(character.image_path or "")
        return data

    async def png(self, portrait: bytes, limit: int) -> Png:
        """A portrait as a PNG of at most `limit` bytes, with fewer pixels if need be. Raises PortraitRefused."""
        return await self._renderer.png(portrait, limit)

    async def thumbnails(self, *characters: Character) -> list[bytes | None]:
        """The portraits, small (256 × 256 at most) where they are ours; None where there is none."""
        paths = [thumbnail_of(each.image_path or "") for each in characters]
        known: dict[str, bytes | None] = {
            each: self._remembered[each] for each in paths if each in self._remembered
        }
        if unknown := [path for path in paths if path not in known]:
            known |= zip(unknown, await self._assets.read(*unknown), strict=True)
            # A thumbnail of ours never changes, and each press redraws a page; other programs' files may change.
            ours = [
                path
                for path, each in zip(paths, characters, strict=True)
                if path != (each.image_path or "")
            ]
            self._remembered |= {path: data for path in ours if (data := known[path])}
        while len(self._remembered) > REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        return [known[path] for path in paths]

    async def collage(self, *characters: Character | None) -> bytes | None:
        """One picture of them all, numbered from 1. Portraits that are not ours are left out; None without any."""
        ours = [each and self.is_ours(each) for each in characters]
        if not any(ours):
            return None
        shown = [each for each, is_ours in zip(characters, ours, strict=True) if each and is_ours]
        small = iter(await self.thumbnails(*shown))
        return await asyncio.to_thread(
            collage, [next(small) if is_ours else None for is_ours in ours]
        )

    def is_ours(self, character: Character) -> bool:
        """Whether we made the portrait, and so its thumbnail."""
        path = character.image_path or ""
        return thumbnail_of(path) != path

    def public_url(self, character: Character, *, thumbnail: bool = False) -> str | None:
        """The portrait's URL where anyone can fetch it; None where there is none or only we can reach it."""
        url = character.image_url
        if url is None or not is_public_url(url):
            return None
        return thumbnail_of(url) if thumbnail else url

    def files(self, paths: set[str | None]) -> set[str]:
        """What records say of their portraits, each file in one spelling: other programs write relative paths too."""
        return {self._assets.normal(path) for path in paths if path}

    async def remove(self, files: set[str]) -> None:
        for file in files:
            self._remembered.pop(thumbnail_of(file), None)
            try:
                await self._assets.remove(file)
            except OSError:
                log.exception("The portrait %r could not be removed", file)

    async def check(self) -> None:
        """Raises OSError where portraits can't be saved."""
        await self._assets.check_writable()

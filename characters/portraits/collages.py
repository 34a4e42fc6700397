"""Collages, and the tiles that they are joined of: what was drawn once is remembered."""

from collections.abc import Sequence
from hashlib import sha256

from characters.errors import PortraitRefused
from characters.portraits.remembered import RememberedImages
from characters.portraits.renderer import Renderer
from characters.portraits.tiles import Tile

_MIB = 2**20


class Collages:
    """Draws them with the renderer."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        # By what is drawn: some 150 KiB each, and 75 KiB, as a worker needs no decoder for them.
        self._collages = RememberedImages(64, 16 * _MIB)
        self._tiles = RememberedImages(256, 20 * _MIB)

    async def draw(self, thumbnails: Sequence[bytes], tiles: Sequence[Tile]) -> bytes | None:
        """One JPEG with a tile for each thumbnail, or where it is empty, as the tile says.

        None where it can't be drawn.
        """
        keys = [_drawn_from(*each) for each in zip(thumbnails, tiles, strict=True)]
        image = self._collages.get(tuple(keys))
        if image is None:
            try:
                image = await self._join(keys, thumbnails, tiles)
            except PortraitRefused:
                return None
            self._collages.put(tuple(keys), image)
        return image

    async def _join(
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


def _drawn_from(thumbnail: bytes, tile: Tile) -> bytes:
    """The same for the same drawn tile: from the thumbnail, or what stands for it."""
    return sha256(thumbnail or repr(tile).encode(errors="backslashreplace")).digest()

"""Whether the portrait in a file is one that is known already."""

import asyncio
from collections.abc import Sequence

from characters.admission import Admission
from characters.errors import PortraitRefused
from characters.model import Character
from characters.portraits.service import PortraitService
from characters.transfer.formats.image_source import is_imported_from
from characters.transfer.formats.portable import Portable, digest

COMPARED = 20  # portraits of a file whose pixels are compared; each takes up to a second of CPU


class PortraitComparison:
    """Compares the portraits of one file with those of the characters of a user."""

    def __init__(self, portraits: PortraitService, admission: Admission, user_id: int) -> None:
        self._portraits = portraits
        self._admission = admission
        self._user_id = user_id
        self._compared = 0

    async def shows(self, character: Character, portable: Portable) -> bool:
        """Whether the character already has the portrait of the one in the file.

        Two portraits that were saved by different programs are the same if every pixel is; only of
        the first portraits of a file are the pixels compared.
        """
        if not portable.image_id or is_imported_from(character, portable.image_id):
            return True
        if portable.image_url and portable.image_url == character.image_url:
            return True
        shown = await self._portraits.portrait(character)
        if shown is None:
            return False
        if await asyncio.to_thread(digest, shown) == portable.image_id:
            return True
        if portable.image is None or self._compared == COMPARED:
            return False
        self._compared += 1
        async with self._admission.turn(self._user_id, has_begun=True):
            return await _have_same_pixels(self._portraits, shown, portable.image)


async def without_placeholders(
    portraits: PortraitService, portables: Sequence[Portable]
) -> list[Portable]:
    """Each without the picture that we give to cards without a portrait, also if saved anew.

    One worker looks at all images; at each alone where one of them is refused, or all need too much
    memory or time.
    """
    images = [each.image for each in portables if each.image is not None]
    try:
        pictures = await portraits.identify(*images) if images else []
    except PortraitRefused:
        if len(images) == 1:
            return list(portables)
        return [(await without_placeholders(portraits, [each]))[0] for each in portables]
    seen = iter(pictures)
    return [
        each.with_portrait(None) if each.image is not None and next(seen).is_placeholder else each
        for each in portables
    ]


async def _have_same_pixels(portraits: PortraitService, *images: bytes) -> bool:
    try:
        first, second = await portraits.identify(*images)
    except PortraitRefused:
        return False
    return first.pixels == second.pixels

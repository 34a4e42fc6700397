"""Portraits in messages: by URL where Discord can fetch them, else as attachments."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from typing import NamedTuple

import discord

from characters.model import Character
from characters.registry import Registry

UPLOAD_LIMIT = 8 * 1024 * 1024  # bytes; Discord takes 10 MiB in one request
# Records of other programs name all of them.
SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"}
ATTACHMENTS = 10  # files that Discord takes in one message


class Picture(NamedTuple):
    """A portrait in a message: its URL, and the file to attach if the URL refers to one."""

    url: str
    file: discord.File | None


class PortraitFile(discord.File):
    """A portrait in small; the answer replaces it by the full one while few such are sent."""

    def __init__(self, small: discord.File, read: Callable[[], Awaitable[bytes | None]]) -> None:
        super().__init__(small.fp, small.filename)
        self._read = read

    async def full(self) -> discord.File:
        """The file in full size, or this one if that can't be read or attached."""
        data = await self._read()
        if data is None or len(data) > UPLOAD_LIMIT:
            return self
        return discord.File(BytesIO(data), self.filename)


async def portrait_picture(registry: Registry, character: Character) -> Picture | None:
    """The portrait; attached, it becomes one in full size when it is sent.

    Of pixel art it is the thumbnail: the same picture in larger pixels.
    """
    is_small = character.has_small_portrait
    if url := registry.portraits.public_url(character, thumbnail=is_small):
        return Picture(url, None)
    if registry.portraits.is_ours(character):
        (data,) = await registry.portraits.thumbnails(character)
        small = _attached("portrait", character, data, UPLOAD_LIMIT)
        if small and small.file and not is_small:
            read = partial(registry.portraits.portrait, character)
            return Picture(small.url, PortraitFile(small.file, read))
        if small:
            return small
    data = await registry.portraits.portrait(character)
    if data and len(data) > UPLOAD_LIMIT:
        (data,) = await registry.portraits.thumbnails(character)
    return _attached("portrait", character, data, UPLOAD_LIMIT)


async def small_pictures(
    registry: Registry, characters: Sequence[Character | None], *, thumbnail: bool = True
) -> list[Picture | None]:
    """The portraits of at most ten characters, in their order.

    Attached ones are always small, those by URL only with `thumbnail`. Files beyond the size of
    one request are left out.
    """
    pictures: list[Picture | None] = [None] * len(characters)
    unserved: dict[int, Character] = {}
    for number, character in enumerate(characters):
        if character is None:
            continue
        if url := registry.portraits.public_url(character, thumbnail=thumbnail):
            pictures[number] = Picture(url, None)
        else:
            unserved[number] = character
    files = await registry.portraits.thumbnails(*unserved.values())
    room = UPLOAD_LIMIT
    for (number, character), data in zip(unserved.items(), files, strict=True):
        pictures[number] = _attached(f"portrait-{number}", character, data, room)
        if data and pictures[number]:
            room -= len(data)
    return pictures


async def party_pictures(
    registry: Registry, party: Sequence[Character | None]
) -> tuple[list[Picture | None], Picture | None]:
    """A picture of each character; too many attachments become a second one, numbered from 1."""
    is_attached = [
        each is not None and bool(each.image_path) and not registry.portraits.public_url(each)
        for each in party
    ]
    if is_attached.count(True) <= ATTACHMENTS:
        return await small_pictures(registry, party, thumbnail=False), None
    served = [None if attached else each for each, attached in zip(party, is_attached, strict=True)]
    pictures = await small_pictures(registry, served, thumbnail=False)
    together = await collage_picture(registry, party, "party")
    return pictures, together


async def collage_picture(
    registry: Registry, characters: Sequence[Character | None], name: str
) -> Picture | None:
    """One numbered picture of all, to attach with that name; None where it can't be drawn."""
    collage = await registry.portraits.collage(*characters)
    if collage is None:
        return None
    file = discord.File(BytesIO(collage), f"{name}.jpg")
    return Picture(f"attachment://{file.filename}", file)


def _attached(name: str, character: Character, data: bytes | None, room: int) -> Picture | None:
    suffix = PurePosixPath(character.image_path or "").suffix.lower()
    if data is None or len(data) > room or suffix not in SUFFIXES:
        return None
    file = discord.File(BytesIO(data), f"{name}{suffix}")
    return Picture(f"attachment://{file.filename}", file)

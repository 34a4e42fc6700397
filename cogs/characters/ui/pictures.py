"""Portraits in messages: by URL where Discord can fetch them, as attachments where it can't."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePosixPath
from typing import NamedTuple

import discord

from characters.model import Character
from characters.registry import Registry

UPLOAD_LIMIT = 8 * 1024 * 1024  # bytes; Discord takes 10 MiB in one request
SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".gif"}  # of other programs' files too
ATTACHMENTS = 10  # files that Discord takes in one message


class Picture(NamedTuple):
    """A portrait in a message: its URL, and the file to attach where that URL points to it."""

    url: str
    file: discord.File | None


async def portrait_picture(
    registry: Registry, character: Character, *, attach: bool = False
) -> Picture | None:
    """The portrait by URL where Discord can fetch it (unless to `attach`), else as a file; None where there is none."""
    if not attach and (url := registry.portraits.public_url(character)):
        return Picture(url, None)
    data = await registry.portraits.portrait(character)
    if data and len(data) > UPLOAD_LIMIT:
        (data,) = await registry.portraits.thumbnails(character)
    return _attached("portrait", character, data)


async def small_pictures(
    registry: Registry, characters: Sequence[Character | None], *, thumbnail: bool = True
) -> list[Picture | None]:
    """The portraits of at most ten characters, likewise: small where they are attached, or where wanted by URL too.

    Files that would be too large together are left out.
    """
    urls = [
        each and registry.portraits.public_url(each, thumbnail=thumbnail) for each in characters
    ]
    unserved = [each for each, url in zip(characters, urls, strict=True) if each and not url]
    files, room = iter(await registry.portraits.thumbnails(*unserved)), UPLOAD_LIMIT
    pictures: list[Picture | None] = []
    for number, (each, url) in enumerate(zip(characters, urls, strict=True)):
        data = next(files) if each and not url else None
        pictures.append(
            Picture(url, None)
            if url
            else each and _attached(f"portrait-{number}", each, data, room)
        )
        room -= len(data) if data and pictures[-1] else 0
    return pictures


async def party_pictures(
    registry: Registry, party: Sequence[Character | None]
) -> tuple[list[Picture | None], Picture | None]:
    """The portraits of a party, a picture each; where too many would have to be attached, those in one, numbered."""
    gallery = registry.portraits
    unserved = [
        each if each and each.image_path and not gallery.public_url(each) else None
        for each in party
    ]
    if sum(each is not None for each in unserved) <= ATTACHMENTS:
        return await small_pictures(registry, party, thumbnail=False), None
    served = [None if left else each for each, left in zip(party, unserved, strict=True)]
    pictures = await small_pictures(registry, served, thumbnail=False)
    collage = await gallery.collage(*unserved)
    if collage is None:
        return pictures, None
    return pictures, Picture(
        "attachment://party.webp", discord.File(BytesIO(collage), "party.webp")
    )


def _attached(
    name: str, character: Character, data: bytes | None, room: int = UPLOAD_LIMIT
) -> Picture | None:
    suffix = PurePosixPath(character.image_path or "").suffix.lower()
    if data is None or len(data) > room or suffix not in SUFFIXES:
        return None
    return Picture(f"attachment://{name}{suffix}", discord.File(BytesIO(data), f"{name}{suffix}"))

"""Portraits in messages: by URL where Discord can fetch them, as attachments where it can't."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePosixPath
from typing import NamedTuple

import discord

from characters.model import Character
from characters.registry import Registry

UPLOAD_LIMIT = 8 * 1024 * 1024  # bytes; Discord takes 10 MiB in one request
ATTACHMENTS = 10  # files that Discord takes in one message


class Picture(NamedTuple):
    """A portrait in a message: its URL, and the file to attach where that URL points to it."""

    url: str
    file: discord.File | None


async def portrait_picture(registry: Registry, character: Character, *, attach: bool = False) -> Picture | None:
    """The portrait by URL where Discord can fetch it (unless to `attach`), else as a file; None where there is none."""
    if not attach and (url := registry.gallery.public_url(character)):
        return Picture(url, None)
    data = await registry.gallery.portrait(character)
    if data and len(data) > UPLOAD_LIMIT:
        (data,) = await registry.gallery.thumbnails(character)
    return _attached("portrait", character, data)


async def small_pictures(
    registry: Registry, characters: Sequence[Character | None], *, thumbnail: bool = True
) -> list[Picture | None]:
    """The portraits of at most ten characters, likewise: small where they are attached, or where wanted by URL too."""
    urls = [each and registry.gallery.public_url(each, thumbnail=thumbnail) for each in characters]
    unserved = [each for each, url in zip(characters, urls, strict=True) if each and not url]
    files = iter(await registry.gallery.thumbnails(*unserved))
    return [
        Picture(url, None) if url else each and _attached(f"portrait-{number}", each, next(files))
        for number, (each, url) in enumerate(zip(characters, urls, strict=True))
    ]


async def party_pictures(registry: Registry, party: Sequence[Character | None]) -> list[Picture | None] | Picture:
    """The portraits of a party, a picture each; or where too many would have to be attached, all in one, numbered."""
    attached = [each for each in party if each and each.image_path and not registry.gallery.public_url(each)]
    if len(attached) <= ATTACHMENTS:
        return await small_pictures(registry, party, thumbnail=False)
    collage = discord.File(BytesIO(await registry.gallery.collage(*party)), "party.webp")
    return Picture("attachment://party.webp", collage)


def _attached(name: str, character: Character, data: bytes | None) -> Picture | None:
    if data is None or len(data) > UPLOAD_LIMIT:
        return None
    filename = name + PurePosixPath(character.image_path or "").suffix
    return Picture(f"attachment://{filename}", discord.File(BytesIO(data), filename))

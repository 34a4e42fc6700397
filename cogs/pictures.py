"""Portraits in messages: by URL where Discord can fetch them, as attachments where it can't."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePosixPath
from typing import NamedTuple

import discord

from characters.model import Character
from characters.registry import Registry

UPLOAD_LIMIT = 8 * 1024 * 1024  # bytes; Discord takes 10 MiB in one request


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


async def thumbnail_pictures(registry: Registry, characters: Sequence[Character]) -> list[Picture | None]:
    """The small portraits of a page, likewise."""
    urls = [registry.gallery.public_url(each, thumbnail=True) for each in characters]
    files = iter(
        await registry.gallery.thumbnails(*(each for each, url in zip(characters, urls, strict=True) if not url))
    )
    return [
        Picture(url, None) if url else _attached(f"portrait-{number}", character, next(files))
        for number, (character, url) in enumerate(zip(characters, urls, strict=True))
    ]


def _attached(name: str, character: Character, data: bytes | None) -> Picture | None:
    if data is None or len(data) > UPLOAD_LIMIT:
        return None
    filename = name + PurePosixPath(character.image_path or "").suffix
    return Picture(f"attachment://{filename}", discord.File(BytesIO(data), filename))

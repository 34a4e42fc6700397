"""Characters as files to take along: gathered with their portraits, within a limit of bytes."""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from characters.errors import PortraitRefused
from characters.formats import writing
from characters.formats.portable import Portable
from characters.formats.reading import FILE_LIMIT
from characters.formats.rosters import PLURALKIT, TUPPERBOX, RosterFormat
from characters.formats.writing import ExportedFile
from characters.gallery import Gallery
from characters.model import Character


class CardFormat(StrEnum):
    """One character as a file."""

    PNG = "png"
    JSON = "json"
    CHARX = "charx"


class CollectionFormat(StrEnum):
    """Any number of characters as a file, or several of them."""

    ARCHIVE = "archive"
    TUPPERBOX = "tupperbox"
    PLURALKIT = "pluralkit"


class Exported(NamedTuple):
    """A file, and sentences about what could not be taken along as it is."""

    file: ExportedFile
    losses: tuple[str, ...]


_ROSTERS = {CollectionFormat.TUPPERBOX: TUPPERBOX, CollectionFormat.PLURALKIT: PLURALKIT}


async def export_card(gallery: Gallery, character: Character, form: CardFormat, limit: int = FILE_LIMIT) -> Exported:
    """One character as a file of about `limit` bytes at most: its portrait loses pixels where it must."""
    bare = Portable.of(character, image_url=gallery.public_url(character))
    if form is CardFormat.JSON:
        return Exported(writing.json_card(bare), bare.losses)
    if form is CardFormat.CHARX:
        room = _room(limit, len(writing.charx(bare).data))
        portable = await _with_portrait(gallery, character, bare, room)
        return Exported(writing.charx(portable), portable.losses)
    room = _room(limit, len(writing.png_card(bare, None).data))
    portable = await _with_portrait(gallery, character, bare)
    png, losses = None, portable.losses
    if portable.image:
        try:
            png = await gallery.png(portable.image, room)
        except PortraitRefused:
            losses = (*losses, "Its portrait is damaged, and stays behind.")
    return Exported(writing.png_card(portable, png), losses)


async def export_all(
    gallery: Gallery, characters: Iterable[Character], form: CollectionFormat, limit: int = FILE_LIMIT
) -> AsyncGenerator[Exported, None]:
    """The characters in files of at most `limit` bytes, each of which can be imported alone.

    A character that is larger by itself makes a larger file. Portraits that only we can reach are not in the files of
    other bots.
    """
    parts = _archives(gallery, characters, limit) if form is CollectionFormat.ARCHIVE else None
    if parts is None:
        parts = _rosters(gallery, characters, _ROSTERS[form], limit)
    async for each in parts:
        yield each


async def _archives(gallery: Gallery, characters: Iterable[Character], limit: int) -> AsyncGenerator[Exported, None]:
    part, losses, number = writing.ArchivePart(), list[str](), 1
    for index, character in enumerate(characters, start=1):
        bare = Portable.of(character, image_url=gallery.public_url(character))
        room = _room(limit, 2 * len(writing.json_card(bare).data))
        portable = await _with_portrait(gallery, character, bare, room)
        files = writing.archive_files(portable, index)
        if not part.takes(files, limit):
            yield Exported(ExportedFile(f"characters-{number}.zip", part.data()), tuple(losses))
            part, losses, number = writing.ArchivePart(), [], number + 1
        part.add(files)
        losses += [f"{portable.name}: {loss}" for loss in portable.losses]
    yield Exported(ExportedFile(f"characters-{number}.zip", part.data()), tuple(losses))


async def _rosters(
    gallery: Gallery, characters: Iterable[Character], form: RosterFormat, limit: int
) -> AsyncGenerator[Exported, None]:
    part, size, number = list[Portable](), 0, 1

    def exported() -> Exported:
        losses = tuple(f"{each.name}: {loss}" for each in part for loss in each.losses)
        return Exported(ExportedFile(f"{form.family}-{number}.json", writing.roster(form, part)), losses)

    for character in characters:
        portable = Portable.of(character, image_url=gallery.public_url(character))
        if character.image_path and not portable.image_url:
            portable = replace(portable, losses=("Its portrait has no public link, and stays behind.",))
        alone = len(writing.roster(form, [portable]))
        if part and size + alone > limit:
            yield exported()
            part, size, number = [], 0, number + 1
        part.append(portable)
        size += alone
    yield exported()


async def _with_portrait(gallery: Gallery, character: Character, bare: Portable, room: int | None = None) -> Portable:
    """The character with its portrait, which loses pixels where it would have more than `room` bytes."""
    image = await gallery.portrait(character)
    if image is None:
        return bare
    portable = Portable.of(character, image, bare.image_url)
    if room is None or len(image) <= room:
        return portable
    try:
        smaller = await gallery.png(image, room)
    except PortraitRefused:
        return replace(bare, losses=("Its portrait is damaged, and stays behind.",))
    return replace(portable, image=smaller, losses=("Its portrait was too large for the file, and is smaller there.",))


def _room(limit: int, taken: int) -> int:
    """Bytes for a portrait in a file, beside the card."""
    return max(limit - taken - 2000, limit // 10)

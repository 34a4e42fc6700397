"""Characters as files to take along: gathered with their portraits, within a limit of bytes."""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from characters.errors import PortraitRefused
from characters.model import Character
from characters.portraits.service import PortraitService
from characters.transfer.formats import writing
from characters.transfer.formats.portable import Failure, Portable, digest
from characters.transfer.formats.reading import FILE_LIMIT
from characters.transfer.formats.rosters import PLURALKIT, TUPPERBOX, RosterFormat
from characters.transfer.formats.writing import ExportedFile


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
    """A file, and by character what could not be taken along as it is."""

    file: ExportedFile
    losses: tuple[Failure, ...]


_ROSTERS = {CollectionFormat.TUPPERBOX: TUPPERBOX, CollectionFormat.PLURALKIT: PLURALKIT}


_NO_LINK = "Its portrait has no public link, and stays behind."
_ONLY_LINK = "Its portrait is a link, which this kind of file does not hold, and stays behind."
_UNREADABLE = "Its portrait can't be read, and stays behind."
_SMALLER = "Its portrait was too large for the file, and is smaller there."


async def export_card(
    gallery: PortraitService, character: Character, form: CardFormat, limit: int = FILE_LIMIT
) -> Exported:
    """One character as a file of about `limit` bytes at most: its portrait loses pixels where it must."""
    bare = Portable.of(character, image_url=gallery.public_url(character))
    if form is CardFormat.JSON:
        bare = _linked(character, bare)
        return _exported(writing.json_card(bare), bare)
    if form is CardFormat.CHARX:
        room = _room(limit, len(writing.charx(bare).data))
        portable = await _with_portrait(gallery, character, bare, room, links=False)
        return _exported(writing.charx(portable), portable)
    room = _room(limit, len(writing.png_card(bare, None).data))
    portable = await _with_portrait(gallery, character, bare, links=False)
    if portable.image is None:
        return _exported(writing.png_card(portable, None), portable)
    try:
        png, whole = await gallery.png(portable.image, room)
    except PortraitRefused:
        portable = replace(bare, losses=(_UNREADABLE,))
        return _exported(writing.png_card(portable, None), portable)
    if not whole:
        portable = replace(portable, image_id=digest(png), losses=(_SMALLER,))
    return _exported(writing.png_card(portable, png), portable)


async def export_all(
    gallery: PortraitService,
    characters: Iterable[Character],
    form: CollectionFormat,
    limit: int = FILE_LIMIT,
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


async def _archives(
    gallery: PortraitService, characters: Iterable[Character], limit: int
) -> AsyncGenerator[Exported, None]:
    part, inside, number = writing.ArchivePart(), list[Portable](), 1
    for index, character in enumerate(characters, start=1):
        bare = Portable.of(character, image_url=gallery.public_url(character))
        room = _room(limit, 2 * len(writing.json_card(bare).data))
        portable = await _with_portrait(gallery, character, bare, room, links=True)
        files = writing.archive_files(portable, index)
        if not part.takes(files, limit):
            yield _exported(ExportedFile(f"characters-{number}.zip", part.data()), *inside)
            part, inside, number = writing.ArchivePart(), [], number + 1
        part.add(files)
        inside.append(replace(portable, image=None))
    yield _exported(ExportedFile(f"characters-{number}.zip", part.data()), *inside)


async def _rosters(
    gallery: PortraitService, characters: Iterable[Character], form: RosterFormat, limit: int
) -> AsyncGenerator[Exported, None]:
    part, size, number = list[Portable](), 0, 1

    def exported() -> Exported:
        return _exported(
            ExportedFile(f"{form.family}-{number}.json", writing.roster(form, part)), *part
        )

    for character in characters:
        portable = _linked(
            character, Portable.of(character, image_url=gallery.public_url(character))
        )
        alone = len(writing.roster(form, [portable]))
        if part and size + alone > limit:
            yield exported()
            part, size, number = [], 0, number + 1
        part.append(portable)
        size += alone
    yield exported()


def _exported(file: ExportedFile, *inside: Portable) -> Exported:
    return Exported(
        file, tuple(Failure(each.name, loss) for each in inside for loss in each.losses)
    )


def _linked(character: Character, bare: Portable) -> Portable:
    """The character in a file that holds links to portraits and nothing else of them."""
    if bare.image_url or not (character.image_path or character.image_url):
        return bare
    return replace(bare, losses=(_NO_LINK,))


async def _with_portrait(
    gallery: PortraitService,
    character: Character,
    bare: Portable,
    room: int | None = None,
    *,
    links: bool,
) -> Portable:
    """The character with its portrait, which loses pixels where it would have more than `room` bytes.

    Where the file also holds `links`, one of those will do.
    """
    image = await gallery.portrait(character)
    if image is None:
        if character.image_path:
            return bare if links and bare.image_url else replace(bare, losses=(_UNREADABLE,))
        if character.image_url and not links:
            return replace(bare, losses=(_ONLY_LINK,))
        return _linked(character, bare)
    portable = Portable.of(character, image, bare.image_url)
    if room is None or len(image) <= room:
        return portable
    try:
        smaller, _ = await gallery.png(image, room)
    except PortraitRefused:
        return replace(bare, losses=(_UNREADABLE,))
    return replace(portable, image=smaller, losses=(_SMALLER,))


def _room(limit: int, taken: int) -> int:
    """Bytes for a portrait in a file, beside the card."""
    return max(limit - taken - 2000, limit // 10)


class Exporter:
    """Characters as files to take along."""

    def __init__(self, portraits: PortraitService) -> None:
        self._portraits = portraits

    async def card(
        self, character: Character, form: CardFormat, limit: int = FILE_LIMIT
    ) -> Exported:
        return await export_card(self._portraits, character, form, limit)

    def collection(
        self, characters: Iterable[Character], form: CollectionFormat, limit: int = FILE_LIMIT
    ) -> AsyncGenerator[Exported, None]:
        return export_all(self._portraits, characters, form, limit)

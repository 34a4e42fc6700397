"""Exports characters as files, with their portraits, within a limit of bytes."""

from collections.abc import AsyncGenerator, AsyncIterable
from dataclasses import replace
from enum import StrEnum

from characters.errors import PortraitRefused
from characters.model import Character
from characters.portraits.service import PortraitService
from characters.transfer.formats.archive import ArchivePart
from characters.transfer.formats.card import write_json_card
from characters.transfer.formats.charx import write_charx
from characters.transfer.formats.losses import LossKind
from characters.transfer.formats.member_list import MemberListPart
from characters.transfer.formats.pluralkit import PLURALKIT
from characters.transfer.formats.png_card import write_png_card
from characters.transfer.formats.portable import FILE_LIMIT, ExportedFile, Portable, digest
from characters.transfer.formats.tupperbox import TUPPERBOX


class CardFormat(StrEnum):
    """One character as a file."""

    PNG = "png"
    JSON = "json"
    CHARX = "charx"


class CollectionFormat(StrEnum):
    """Any number of characters as one file or several."""

    ARCHIVE = "archive"
    TUPPERBOX = "tupperbox"
    PLURALKIT = "pluralkit"


class Exporter:
    """Of a character, what it is given with: its foreign data must have been asked for."""

    def __init__(self, portraits: PortraitService) -> None:
        self._portraits = portraits

    async def card(
        self, character: Character, form: CardFormat, limit: int = FILE_LIMIT
    ) -> ExportedFile:
        """One character as a file of about `limit` bytes: its portrait loses pixels if it must."""
        bare = self._bare(character)
        if form is CardFormat.JSON:
            return write_json_card(_with_link(character, bare))
        write = write_charx if form is CardFormat.CHARX else write_png_card
        room = _room(limit, len(write(bare, None).data))
        return write(*await self._with_png(character, bare, room))

    async def collection(
        self, characters: AsyncIterable[Character], form: CollectionFormat, limit: int = FILE_LIMIT
    ) -> AsyncGenerator[ExportedFile, None]:
        """The characters in files of at most `limit` bytes, each of which can be imported alone.

        A character that is larger by itself makes a larger file.
        """
        part, number = _new_part(form), 1
        async for character in characters:
            bare = self._bare(character)
            if form is CollectionFormat.ARCHIVE:
                portable = await self._for_archive(character, bare, limit)
            else:
                portable = _with_link(character, bare)
            if not part.add(portable, limit):
                yield part.file(number)
                part, number = _new_part(form), number + 1
                part.add(portable, limit)
        yield part.file(number)

    def archives(self, characters: AsyncIterable[Character]) -> AsyncGenerator[ExportedFile, None]:
        """A `collection` of our own archives."""
        return self.collection(characters, CollectionFormat.ARCHIVE)

    def _bare(self, character: Character) -> Portable:
        """The character with the public URL of its portrait."""
        return Portable.of(character, image_url=self._portraits.public_url(character))

    async def _with_png(
        self, character: Character, bare: Portable, room: int
    ) -> tuple[Portable, bytes | None]:
        """The character, and its portrait as a PNG of at most `room` bytes."""
        portable = await self._with_portrait(character, bare)
        if portable.image is None:
            return portable, None
        try:
            png = await self._portraits.png(portable.image, room)
        except PortraitRefused:
            return bare.with_loss(LossKind.UNREADABLE_PORTRAIT), None
        if not png.whole:
            portable = replace(portable, image_id=digest(png.data))
            portable = portable.with_loss(LossKind.SMALLER_PORTRAIT)
        return portable, png.data

    async def _for_archive(self, character: Character, bare: Portable, limit: int) -> Portable:
        """The character with its portrait, or else with the link to it."""
        room = _room(limit, 2 * len(write_json_card(bare).data))
        portable = await self._with_portrait(character, bare, room)
        if portable.image is None and bare.image_url:
            return bare
        return portable

    async def _with_portrait(
        self, character: Character, bare: Portable, room: int | None = None
    ) -> Portable:
        """The character with its portrait, of at most `room` bytes, or without, as a loss."""
        image = await self._portraits.portrait(character)
        if image is None and character.image_path:
            return bare.with_loss(LossKind.UNREADABLE_PORTRAIT)
        if image is None:
            if bare.image_url or character.image_url:
                return bare.with_loss(LossKind.LINKED_PORTRAIT)
            return bare
        portable = bare.with_portrait(image, bare.image_url)
        if room is None or len(image) <= room:
            return portable
        try:
            smaller = await self._portraits.png(image, room)
        except PortraitRefused:
            return bare.with_loss(LossKind.UNREADABLE_PORTRAIT)
        return replace(portable, image=smaller.data).with_loss(LossKind.SMALLER_PORTRAIT)


def _new_part(form: CollectionFormat) -> ArchivePart | MemberListPart:
    if form is CollectionFormat.TUPPERBOX:
        return MemberListPart(TUPPERBOX)
    if form is CollectionFormat.PLURALKIT:
        return MemberListPart(PLURALKIT)
    return ArchivePart()


def _with_link(character: Character, bare: Portable) -> Portable:
    """The character in a file that holds no portraits, only links to them."""
    if bare.image_url or not (character.image_path or character.image_url):
        return bare
    return bare.with_loss(LossKind.PRIVATE_PORTRAIT)


def _room(limit: int, taken: int) -> int:
    """Bytes for a portrait in a file, beside a card of `taken` bytes."""
    return max(limit - taken - 2000, limit // 10)

"""Our archive: a ZIP file of cards with their portraits, and a manifest that names the pairs.

Its cards hold everything that is kept of a character, for the player who made it.
"""

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.card import read_card, read_with_portrait, write_json_card
from characters.transfer.formats.card_assets import image_suffix
from characters.transfer.formats.json_text import (
    Json,
    JsonReader,
    as_list,
    as_object,
    write_json,
)
from characters.transfer.formats.losses import Loss
from characters.transfer.formats.portable import (
    OURS,
    Contents,
    ExportedFile,
    Failure,
    FileKind,
    Portable,
)
from characters.transfer.formats.zip_file import ENTRIES_LIMIT, ZipReader, pack, packed_size

MANIFEST = "manifest.json"
PART_LIMIT = (ENTRIES_LIMIT - 1) // 2  # characters: a card and a portrait each, and the manifest

_VERSION = 1
_IN_MANIFEST = 300  # bytes that a character adds to the manifest, at most


class ArchivePart:
    """An archive that is being written."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._entries: list[Json] = []
        self._losses: list[Loss] = []
        self._size = 0

    def add(self, portable: Portable, limit: int) -> bool:
        """Adds the character unless the file would pass `limit` bytes; the first always fits."""
        stem = f"{len(self._entries) + 1:03}-{portable.file_name}"
        card, portrait = f"{stem}.json", None
        files = {card: write_json_card(portable, whole=True).data}
        if portable.image:
            portrait = f"{stem}.{image_suffix(portable.image)}"
            files[portrait] = portable.image
        size = sum(packed_size(name, data) for name, data in files.items()) + _IN_MANIFEST
        manifest = packed_size(MANIFEST, self._manifest()) + _IN_MANIFEST
        fits = len(self._entries) < PART_LIMIT and self._size + size + manifest <= limit
        if self._entries and not fits:
            return False
        self._files |= files
        self._entries.append({"card": card, "portrait": portrait})
        self._losses += portable.losses
        self._size += size
        return True

    def file(self, number: int) -> ExportedFile:
        data = pack({MANIFEST: self._manifest(), **self._files})
        return ExportedFile(f"characters-{number}.zip", data, tuple(self._losses))

    def _manifest(self) -> bytes:
        return write_json({"format": OURS, "version": _VERSION, "characters": self._entries})


def read_archive(archive: ZipReader, manifest: Json, reader: JsonReader) -> Contents:
    """One card that can't be read never hides the others. Raises UnreadableFile."""
    if manifest.get("version") != _VERSION:
        raise UnreadableFile(FileProblem.NEWER_ARCHIVE)
    contents = Contents(FileKind.ARCHIVE, [])
    for entry in as_list(manifest.get("characters"))[:ENTRIES_LIMIT]:
        name = str(as_object(entry).get("card"))
        portrait = str(as_object(entry).get("portrait"))
        try:
            contents.characters.append(_read_entry(archive, name, portrait, reader))
        except UnreadableFile as error:
            contents.failures.append(Failure(name[:80], error))
    return contents


def _read_entry(archive: ZipReader, name: str, portrait: str, reader: JsonReader) -> Portable:
    if name not in archive:
        raise UnreadableFile(FileProblem.MISSING_FILE)
    card = reader.read(archive.read(name))
    if portrait in archive:
        return read_card(card, whole=True).with_portrait(archive.read(portrait))
    return read_with_portrait(card, whole=True)

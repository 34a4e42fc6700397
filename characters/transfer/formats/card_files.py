"""A ZIP file with cards, each a file of any format that holds one, or a folder with `card.json`."""

from collections.abc import Callable
from functools import partial

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.charx import CARD, read_charx
from characters.transfer.formats.collected import Collected
from characters.transfer.formats.json_text import JsonReader
from characters.transfer.formats.portable import Contents, FileKind
from characters.transfer.formats.zip_file import ZipReader, is_archive

_SUFFIXES = (".png", ".json", ".jsonl", ".jpg", ".jpeg", ".webp", ".yaml", ".yml")


def read_card_files(
    archive: ZipReader,
    reader: JsonReader,
    read: Callable[[bytes], Contents],
    *,
    is_inner: bool,
) -> Contents:
    """`read` reads one file of the archive; an archive inside of another may have one card.

    Raises UnreadableFile.
    """
    cards = [name for name in archive.names if _is_card(name)]
    if is_inner and len(cards) != 1:
        raise UnreadableFile(FileProblem.NESTED_ARCHIVE)
    folders = tuple(card[: -len(CARD)] for card in cards)
    if "" in folders:
        return _read_charx(archive, CARD, reader)
    collected = Collected(FileKind.CARDS)
    for name in archive.names:
        if name in cards:
            collected.add(partial(_read_charx, archive, name, reader), name)
        elif not name.startswith(folders) and _may_hold_card(name):
            collected.add(partial(_read_file, archive, name, read), name)
    contents = collected.contents()
    if not contents.characters and not contents.failures:
        raise UnreadableFile(FileProblem.UNKNOWN)
    return contents


def _read_charx(archive: ZipReader, card: str, reader: JsonReader) -> Contents:
    folder = card[: -len(CARD)]
    if any(name.startswith(folder) and is_archive(name) for name in archive.names):
        raise UnreadableFile(FileProblem.NESTED_ARCHIVE)
    return Contents(FileKind.CARD, [read_charx(archive, card, reader)])


def _read_file(archive: ZipReader, name: str, read: Callable[[bytes], Contents]) -> Contents:
    return read(archive.read(name))


def _is_card(name: str) -> bool:
    return name.rpartition("/")[2].lower() == CARD


def _may_hold_card(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES) or is_archive(name)

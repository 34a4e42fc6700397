"""Reads the characters in a file of any format: its first bytes and fields say which it is."""

import logging

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.archive import MANIFEST, read_archive
from characters.transfer.formats.card import read_with_portrait
from characters.transfer.formats.charx import CARD, read_charx
from characters.transfer.formats.json_text import JsonReader, as_object
from characters.transfer.formats.member_list import read_members
from characters.transfer.formats.pluralkit import PLURALKIT
from characters.transfer.formats.png_card import read_png_card
from characters.transfer.formats.png_text import SIGNATURE
from characters.transfer.formats.portable import OURS, Contents, FileKind
from characters.transfer.formats.tupperbox import TUPPERBOX
from characters.transfer.formats.zip_file import ZipReader

FILE_LIMIT = 10 * 2**20  # bytes

_ZIP = (b"PK\3\4", b"PK\5\6")
_JPEG_GIF_WEBP = (b"\xff\xd8\xff", b"GIF8", b"RIFF")

log = logging.getLogger(f"game_characters.{__name__}")


def read(data: bytes) -> Contents:
    """The characters in a file; those that can't be read are its failures.

    It may take a second of CPU. Raises UnreadableFile if nothing can be read.
    """
    if len(data) > FILE_LIMIT:
        raise UnreadableFile(FileProblem.TOO_LARGE, limit=FILE_LIMIT)
    try:
        return _read(data)
    except UnreadableFile:
        raise
    except Exception as error:  # a stranger's file must not stop more than its own import
        log.exception("A file of %d bytes could not be read", len(data))
        raise UnreadableFile(FileProblem.UNKNOWN) from error


def _read(data: bytes) -> Contents:
    reader = JsonReader()
    if data.startswith(SIGNATURE):
        return Contents(FileKind.CARD, [read_png_card(data, reader)])
    if data.startswith(_ZIP):
        return _read_zip(ZipReader(data), reader)
    if data.startswith(_JPEG_GIF_WEBP):
        raise UnreadableFile(FileProblem.NO_CARD)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        raise UnreadableFile(FileProblem.UNKNOWN)
    document = as_object(reader.read(data))
    if not str(document.get("spec")).startswith("chara_card"):
        for form in (TUPPERBOX, PLURALKIT):
            if any(field in document for field in form.recognised_by):
                return read_members(form, document)
    if "name" not in document and "data" not in document:
        raise UnreadableFile(FileProblem.UNKNOWN)
    return Contents(FileKind.CARD, [read_with_portrait(document)])


def _read_zip(archive: ZipReader, reader: JsonReader) -> Contents:
    if MANIFEST in archive:
        manifest = as_object(reader.read(archive.read(MANIFEST)))
        if manifest.get("format") == OURS:
            return read_archive(archive, manifest, reader)
    if CARD in archive:
        return Contents(FileKind.CARD, [read_charx(archive, reader)])
    raise UnreadableFile(FileProblem.UNKNOWN)

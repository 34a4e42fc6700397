"""Reads the characters in a file of any format, as a job for a worker process.

The file's first bytes and fields say which format it is.
"""

from collections.abc import Sequence

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.archive import MANIFEST, read_archive
from characters.transfer.formats.card import read_with_portrait
from characters.transfer.formats.charx import CARD, read_charx
from characters.transfer.formats.contents import pack_contents
from characters.transfer.formats.json_text import JsonReader, as_object
from characters.transfer.formats.member_list import read_members
from characters.transfer.formats.pluralkit import PLURALKIT
from characters.transfer.formats.png_card import read_png_card
from characters.transfer.formats.png_text import SIGNATURE
from characters.transfer.formats.portable import (
    FILE_LIMIT,
    OURS,
    Contents,
    FileKind,
)
from characters.transfer.formats.tupperbox import TUPPERBOX
from characters.transfer.formats.zip_file import ZipReader
from characters.workers.message import Message

_ZIP = (b"PK\3\4", b"PK\5\6")
_JPEG_GIF_WEBP = (b"\xff\xd8\xff", b"GIF8", b"RIFF")


def read_file(files: Sequence[bytes]) -> Message:
    """The job: the characters in a file, as `contents.py` packs them.

    Characters that can't be read are failures. Raises UnreadableFile if nothing can be read.
    """
    return pack_contents(read(files[0]))


def read(data: bytes) -> Contents:
    """The characters in a file; it may take seconds of CPU. Raises UnreadableFile."""
    if len(data) > FILE_LIMIT:
        raise UnreadableFile(FileProblem.TOO_LARGE, limit=FILE_LIMIT)
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

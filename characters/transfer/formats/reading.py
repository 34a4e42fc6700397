"""Reads the characters in a file of any format, as a job for a worker process.

The file's first bytes and fields say which format it is.
"""

from collections.abc import Callable, Sequence
from functools import partial

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.archive import MANIFEST, read_archive
from characters.transfer.formats.byaf import is_byaf, read_byaf
from characters.transfer.formats.card_files import read_card_files
from characters.transfer.formats.contents import pack_contents
from characters.transfer.formats.documents import read_document
from characters.transfer.formats.json_lines import is_json_lines, read_json_lines
from characters.transfer.formats.json_text import JsonReader, as_object, as_utf8
from characters.transfer.formats.picture import read_png, read_webp
from characters.transfer.formats.png_text import SIGNATURE
from characters.transfer.formats.portable import FILE_LIMIT, OURS, Contents
from characters.transfer.formats.yaml_text import looks_like_yaml, read_yaml
from characters.transfer.formats.zip_file import ZipReader
from characters.workers.exchange import Message


def read_file(files: Sequence[bytes]) -> Message:
    """The job: the characters in a file, as `contents.py` packs them.

    Characters that can't be read are failures. Raises UnreadableFile if nothing can be read.
    """
    return pack_contents(read(files[0]))


def read(data: bytes) -> Contents:
    """The characters in a file; it may take seconds of CPU. Raises UnreadableFile."""
    if len(data) > FILE_LIMIT:
        raise UnreadableFile(FileProblem.TOO_LARGE, limit=FILE_LIMIT)
    return _FileReader(JsonReader()).read(data)


class _FileReader:
    """Reads a file, or one that is in the archive `outer`, within the limits of both."""

    def __init__(self, json: JsonReader, outer: ZipReader | None = None) -> None:
        self._json = json
        self._outer = outer

    def read(self, data: bytes) -> Contents:
        by_start: dict[bytes, Callable[[bytes], Contents]] = {
            SIGNATURE: partial(read_png, reader=self._json),
            b"PK\3\4": self._read_zip,
            b"PK\5\6": self._read_zip,
            b"\xff\xd8\xff": self._read_jpeg,
            b"RIFF": partial(read_webp, reader=self._json),
            b"GIF8": _read_gif,
        }
        for start, read_format in by_start.items():
            if data.startswith(start):
                return read_format(data)
        return self._read_text(as_utf8(data))

    def _read_text(self, data: bytes) -> Contents:
        data = data.strip()
        if is_json_lines(data):
            return read_json_lines(data, self._json)
        if data.startswith((b"{", b"[")):
            return read_document(self._json.read(data))
        if looks_like_yaml(data):
            return read_document(read_yaml(data))
        raise UnreadableFile(FileProblem.UNKNOWN)

    def _read_zip(self, data: bytes) -> Contents:
        return self._read_archive(ZipReader(data, self._outer))

    def _read_archive(self, archive: ZipReader) -> Contents:
        if MANIFEST in archive:
            manifest = as_object(self._json.read(archive.read(MANIFEST)))
            if manifest.get("format") == OURS:
                return read_archive(archive, manifest, self._json)
            if is_byaf(manifest):
                return read_byaf(archive, manifest, self._json)
        inner = _FileReader(self._json, archive)
        return read_card_files(archive, self._json, inner.read, is_inner=self._outer is not None)

    def _read_jpeg(self, data: bytes) -> Contents:
        """RisuAI's JPEG, with a CHARX behind it: the portrait, unless the card has another one."""
        if b"PK\3\4" not in data or b"PK\5\6" not in data:
            raise UnreadableFile(FileProblem.NO_CARD)
        archive = ZipReader(data, self._outer)
        contents = self._read_archive(archive)
        if len(contents.characters) == 1 and not contents.characters[0].image_id:
            portable = contents.characters[0].with_portrait(data[: archive.start])
            contents.characters[:] = [portable]
        return contents


def _read_gif(_data: bytes) -> Contents:
    raise UnreadableFile(FileProblem.NO_CARD)

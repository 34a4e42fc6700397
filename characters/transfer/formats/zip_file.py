"""ZIP files: reading those of strangers within limits, and writing."""

import codecs
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping

from characters.errors import FileProblem, UnreadableFile

ENTRIES_LIMIT = 1_000
UNPACKED_LIMIT = 20 * 2**20  # bytes; portraits do not shrink, and a file has 10 MiB at most

_ENTRY = b"PK\x01\x02"  # APPNOTE 4.3.12: begins each entry of the central directory
_ENCRYPTED = 0x1
_OUTSIDE = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:|\\|\0")
_ARCHIVE = re.compile(r"\.(zip|charx|jar|7z|rar|tar|gz|tgz|bz2|xz|zst)$", re.IGNORECASE)

codecs.lookup("cp437")  # for the names in archives; a worker process can't load it later


class ZipReader:
    """Reads single files of an archive; sizes in its headers are not trusted.

    The constructor and `read` raise UnreadableFile.
    """

    def __init__(self, data: bytes) -> None:
        # Counted before zipfile reads them: each entry costs some 600 bytes of memory.
        if data.count(_ENTRY) > ENTRIES_LIMIT:
            raise UnreadableFile(FileProblem.TOO_MANY_FILES, limit=ENTRIES_LIMIT)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            raise UnreadableFile(FileProblem.DAMAGED_ARCHIVE) from None
        entries = self._zip.infolist()
        for entry in entries:
            _check(entry)
        self._entries = {entry.filename: entry for entry in entries}
        if len(self._entries) < len(entries):
            raise UnreadableFile(FileProblem.SAME_FILE_NAME)
        if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
            raise UnreadableFile(FileProblem.UNPACKED_TOO_LARGE, limit=UNPACKED_LIMIT)
        self._allowance = UNPACKED_LIMIT

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def read_if_there(self, name: str) -> bytes | None:
        return self.read(name) if name in self._entries else None

    def read(self, name: str) -> bytes:
        """The bytes of a file that is in the archive."""
        try:
            with self._zip.open(self._entries[name]) as stream:
                data = stream.read(self._allowance + 1)
        # A local header may say what the central one does not: that the file is encrypted
        # (RuntimeError) or compressed in an unknown way (NotImplementedError, which is one).
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
            raise UnreadableFile(FileProblem.DAMAGED_ARCHIVE) from None
        self._allowance -= len(data)
        if self._allowance < 0:
            raise UnreadableFile(FileProblem.UNPACKED_TOO_LARGE, limit=UNPACKED_LIMIT)
        return data


def pack(files: Mapping[str, bytes]) -> bytes:
    """A ZIP file without compression: portraits do not shrink, and it unpacks to its own size."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        for name, data in files.items():
            target.writestr(zipfile.ZipInfo(name), data)
    return archive.getvalue()


def packed_size(name: str, data: bytes) -> int:
    """The bytes that a file takes in an archive, at most."""
    return len(data) + 2 * len(name) + 200  # 200: ZIP's own two headers


def _check(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if _OUTSIDE.search(entry.orig_filename) or _OUTSIDE.search(name):
        raise UnreadableFile(FileProblem.OUTSIDE)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise UnreadableFile(FileProblem.LINKS)
    if _ARCHIVE.search(name):
        raise UnreadableFile(FileProblem.NESTED_ARCHIVE)
    if entry.flag_bits & _ENCRYPTED:
        raise UnreadableFile(FileProblem.ENCRYPTED)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFile(FileProblem.UNKNOWN_COMPRESSION)

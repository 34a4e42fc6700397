"""ZIP files of strangers: everything in them is bounded, and what headers say is never believed."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable

from characters.errors import UnreadableFile

ENTRIES_LIMIT = 1_000
UNPACKED_LIMIT = 50 * 2**20  # bytes

_ENTRY = b"PK\x01\x02"  # APPNOTE 4.3.12: begins each entry of the central directory
_ENCRYPTED = 0x1
_OUTSIDE = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:|\\|\0")
_ARCHIVE = re.compile(r"\.(zip|charx|jar|7z|rar|tar|gz|tgz|bz2|xz|zst)$", re.IGNORECASE)
_DAMAGED = "That archive is damaged or incomplete. Please export or download it again."


class Unpacker:
    """Reads single entries of an archive. Raises UnreadableFile, as do its methods."""

    def __init__(self, data: bytes) -> None:
        # Before it is parsed, for each entry costs some 600 bytes of memory.
        if data.count(_ENTRY) > ENTRIES_LIMIT:
            raise UnreadableFile(
                f"That archive has more than {ENTRIES_LIMIT:,} files. Please split it."
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            raise UnreadableFile(_DAMAGED) from None
        entries = self._zip.infolist()
        for entry in entries:
            _check(entry)
        self._entries = {entry.filename: entry for entry in entries}
        if len(self._entries) < len(entries):
            raise UnreadableFile(
                "That archive has two files of the same name. Please export it again."
            )
        if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
            raise UnreadableFile(_too_large())
        self._allowance = UNPACKED_LIMIT

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def read_if_there(self, name: str) -> bytes | None:
        return self.read(name) if name in self._entries else None

    def read(self, name: str) -> bytes:
        """The bytes of an entry that is there."""
        try:
            with self._zip.open(self._entries[name]) as stream:
                data = stream.read(self._allowance + 1)
                self._allowance -= len(data)
                if self._allowance < 0:
                    raise UnreadableFile(_too_large())
                return data
        # RuntimeError: encrypted; NotImplementedError: compressed in some other way. Both in a local header only.
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
            raise UnreadableFile(_DAMAGED) from None


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP file, stored: portraits don't shrink, and so it unpacks to no more than it is."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        for name, data in files:
            target.writestr(zipfile.ZipInfo(name), data)
    return archive.getvalue()


def packed_size(name: str, data: bytes) -> int:
    """The bytes that a file takes in an archive, at most."""
    return len(data) + 2 * len(name) + 200  # 200: ZIP's own two headers


def _check(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if _OUTSIDE.search(entry.orig_filename) or _OUTSIDE.search(name):
        raise UnreadableFile(
            "That archive has files that would land outside of it. I only take plain ones."
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise UnreadableFile("That archive has links instead of files. I only take plain ones.")
    if _ARCHIVE.search(name):
        raise UnreadableFile(
            "That archive has another archive inside. Please send the inner one by itself."
        )
    if entry.flag_bits & _ENCRYPTED:
        raise UnreadableFile("That archive is locked with a password. Please send it without one.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFile(
            "That archive is packed in a way that I can't read. Please make an ordinary ZIP of it."
        )


def _too_large() -> str:
    return f"That archive unpacks to more than {UNPACKED_LIMIT // 2**20} MiB. Please split it."

"""ZIP files: reading those of strangers within limits, and writing."""

import codecs
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from characters.errors import FileProblem, UnreadableFile

ENTRIES_LIMIT = 1_000
UNPACKED_LIMIT = 20 * 2**20  # bytes; portraits do not shrink, and a file has 10 MiB at most

_ENTRY = b"PK\x01\x02"  # APPNOTE 4.3.12: begins each entry of the central directory
_ENCRYPTED = 0x1
_OUTSIDE = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:|\0")
_ARCHIVE = re.compile(r"\.(zip|charx|byaf|jar|7z|rar|tar|gz|tgz|bz2|xz|zst)$", re.IGNORECASE)
_NAME_LIMIT = 1_000  # letters, with the folders
# OverflowError: of a position far beyond the end.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, OverflowError, RuntimeError, ValueError),
)
_BESIDE = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")  # of systems

codecs.lookup("cp437")  # for the names in archives; a worker process can't load it later


class ZipReader:
    """Reads single files of an archive; sizes in its headers are not trusted.

    Names have slashes, and begin below the one folder, if there is one, that all files are in.
    A name that no file has stands for one that is equal but for upper and lower case. Archives
    inside of it share its limits. The constructor and `read` raise UnreadableFile.
    """

    def __init__(self, data: bytes, outer: "ZipReader | None" = None) -> None:
        self.allowance = outer.allowance if outer else _Allowance()
        # Counted before zipfile reads them: each entry costs some 600 bytes of memory.
        self.allowance.entries -= data.count(_ENTRY)
        if self.allowance.entries < 0:
            raise UnreadableFile(FileProblem.TOO_MANY_FILES, limit=ENTRIES_LIMIT)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            raise UnreadableFile(FileProblem.DAMAGED_ARCHIVE) from None
        entries = self._zip.infolist()
        for entry in entries:
            _check(entry)
        if sum(entry.file_size for entry in entries) > self.allowance.unpacked:
            raise UnreadableFile(FileProblem.UNPACKED_TOO_LARGE, limit=UNPACKED_LIMIT)
        self._entries = _named(entries)
        self._lower = {name.lower(): name for name in reversed(self._entries)}
        self.start = min((entry.header_offset for entry in entries), default=0)

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return self._find(name) is not None

    def read_if_there(self, name: str) -> bytes | None:
        return self.read(name) if name in self else None

    def read(self, name: str) -> bytes:
        """The bytes of a file that is in the archive."""
        entry = self._find(name)
        if entry is None:
            raise UnreadableFile(FileProblem.MISSING_FILE)
        try:
            with self._zip.open(entry) as stream:
                data = stream.read(max(0, self.allowance.unpacked) + 1)
        # A local header may say what the central one does not: that the file is encrypted
        # (RuntimeError) or compressed in an unknown way (NotImplementedError, which is one).
        except _DAMAGE:
            raise UnreadableFile(FileProblem.DAMAGED_ARCHIVE) from None
        self.allowance.unpacked -= len(data)
        if self.allowance.unpacked < 0:
            raise UnreadableFile(FileProblem.UNPACKED_TOO_LARGE, limit=UNPACKED_LIMIT)
        return data

    def _find(self, name: str) -> zipfile.ZipInfo | None:
        name = _plain(name)
        if name not in self._entries:
            name = self._lower.get(name.lower(), "")
        return self._entries.get(name)


@dataclass(slots=True)
class _Allowance:
    """How many entries and unpacked bytes an archive may still have, with those inside of it."""

    entries: int = ENTRIES_LIMIT
    unpacked: int = UNPACKED_LIMIT


def is_archive(name: str) -> bool:
    """Whether a file with this name is an archive."""
    return bool(_ARCHIVE.search(name))


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
    for name in (entry.orig_filename, entry.filename):
        if _OUTSIDE.search(name.replace("\\", "/")):
            raise UnreadableFile(FileProblem.OUTSIDE)
    if len(entry.filename) > _NAME_LIMIT:
        raise UnreadableFile(FileProblem.DAMAGED_ARCHIVE)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise UnreadableFile(FileProblem.LINKS)
    if entry.flag_bits & _ENCRYPTED:
        raise UnreadableFile(FileProblem.ENCRYPTED)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFile(FileProblem.UNKNOWN_COMPRESSION)


def _named(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The files by their names below the folder that all of them are in."""
    files: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = _plain(entry.filename)
        if entry.filename.endswith(("/", "\\")) or _BESIDE.search(name):
            continue
        if name in files:
            raise UnreadableFile(FileProblem.SAME_FILE_NAME)
        files[name] = entry
    folders = [name.split("/")[:-1] for name in files]
    depth = 0
    for parts in zip(*folders, strict=False):  # the folders of each level
        if len(set(parts)) > 1:
            break
        depth += 1
    return {"/".join(name.split("/")[depth:]): entry for name, entry in files.items()}


def _plain(name: str) -> str:
    """With slashes, and without empty parts and `.`."""
    parts = name.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))

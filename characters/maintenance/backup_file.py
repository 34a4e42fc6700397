"""The file of a backup: a tar archive, written and read with the memory that one user takes.

In this order, all of them plain files:

    manifest.json                 {"format", "version", "base", "url"}: what stands before the names
                                  of portraits in the records' image_path and image_url
    users/<id>/portraits/<name>   the portraits of a user and their thumbnails
    users/<id>/records.jsonl      then a line for each record: ["characters", "trash" or
                                  "foreign", char_id, record], for each preference:
                                  ["preferences", field, value], and for the active mark:
                                  ["active", char_id]
    complete.json                 {"users", "sha256"}: of all bytes before this file

Texts are UTF-8 as in the store. Bytes that are not UTF-8 are written as lone surrogates (PEP 383).
"""

import hashlib
import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from characters.errors import OperatorError
from characters.maintenance.locations import Location

FORMAT, VERSION = "game-characters backup", 1
MEMBER_LIMIT = 256 * 2**20  # bytes: more than the largest roster with the longest descriptions

_FILE = re.compile(r"users/([1-9]\d{0,18})/(?:records\.jsonl|portraits/(.+))", re.DOTALL)
_DAMAGED = (tarfile.TarError, EOFError, ValueError, OverflowError, MemoryError)


class Part(NamedTuple):
    """A file of a user: a portrait or thumbnail with its name, or the records (no name)."""

    user_id: int
    name: str
    data: bytes


class Backup:
    """A complete backup. Its parts come in the order in which they are to be restored."""

    def __init__(self, file: Path, location: Location, users: int) -> None:
        self._file = file
        self.location = location
        self.users = users

    def parts(self, user_id: int | None = None) -> Iterator[Part]:
        """The parts of one user, or of all."""
        for tar, member in _members(self._file):
            match = _FILE.fullmatch(member.name)
            if match and user_id in {None, int(match[1])}:
                yield Part(int(match[1]), match[2] or "", _read(tar, member))


def open_backup(file: Path) -> Backup:
    """Reads a backup from beginning to end, to check it.

    Raises OperatorError where it is incomplete, damaged or not a backup.
    """
    try:
        return _checked(file)
    except _DAMAGED as error:
        raise OperatorError(
            f"{file} was not written by `backup`, or it is damaged ({error})."
        ) from error
    except OSError as error:
        raise OperatorError(f"{file} can't be read ({error.strerror or error}).") from error


def entries(records: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    """Kind, char_id and record for each line of a user's records.

    The kind is `characters`, `trash`, `foreign`, `preferences` (with field and value instead), or
    `active`, which has no record.

    Raises OperatorError.
    """
    for line in records.splitlines():
        match _parsed(line):
            case [
                ("characters" | "trash" | "foreign" | "preferences") as kind,
                str(char_id),
                str(record),
            ]:
                yield kind, _bytes(char_id), _bytes(record)
            case ["active", str(char_id)]:
                yield "active", _bytes(char_id), b""
            case _:
                raise OperatorError(
                    "The backup has a record that can't be read: it was changed since it was "
                    "written. Use another copy."
                )


def check_name(name: str) -> None:
    """Raises TarError where a file of this name may not be in a backup."""
    match = _FILE.fullmatch(name)
    if not match or int(match[1]) >= 2**63 or len(name) > 1000:  # noqa: PLR2004 - ids of Discord; letters
        raise tarfile.TarError(f"{name[:80]!r} does not belong there")
    folders = set((match[2] or "portrait").split("/"))
    if not name.isprintable() or "\\" in name or {"", ".", ".."} & folders:
        raise tarfile.TarError(f"{name[:80]!r} is not a name of a portrait")


def _checked(file: Path) -> Backup:
    location = complete = None
    end = 0
    for number, (tar, member) in enumerate(_members(file)):
        if complete or member.size > MEMBER_LIMIT or not member.isreg():
            raise tarfile.TarError(f"{member.name[:80]!r} does not belong there")
        if number == 0:
            manifest = _read(tar, member) if member.name == "manifest.json" else b""
            location = _location(_parsed(manifest), file)
        elif member.name == "complete.json":
            complete = _parsed(_read(tar, member))
            end = member.offset
        else:
            check_name(member.name)
    match complete:
        case {"users": int(users), "sha256": str(digest)} if location:
            if _digest(file, end) == digest:
                return Backup(file, location, users)
        case _:
            pass
    raise OperatorError(f"{file} is damaged or incomplete: use another copy of this backup.")


class _TarFile(tarfile.TarFile):
    members: list[tarfile.TarInfo]  # TarFile collects all members that it has read


def _members(file: Path) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    with _TarFile.open(file, "r:") as tar:
        while member := tar.next():
            tar.members.clear()
            yield tar, member


def _location(manifest: Any, file: Path) -> Location:
    match manifest:
        case {
            "format": str(name),
            "version": 1,
            "base": str(base),
            "url": (str() | None) as url,
        } if name == FORMAT:
            return Location(base, url)
        case {"format": str(name), "version": int(version)} if name == FORMAT:
            raise OperatorError(
                f"{file} is of version {version}, but this program reads version {VERSION}: "
                "use a newer release of it."
            )
        case _:
            raise OperatorError(f"{file} was not written by `backup`.")


def _digest(file: Path, end: int) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while end > 0 and (data := stream.read(min(end, 2**20))):
            digest.update(data)
            end -= len(data)
    return digest.hexdigest()


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member)
    data = stream.read() if stream else b""
    if len(data) != member.size:
        raise tarfile.TarError("it ends too early")
    return data


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")

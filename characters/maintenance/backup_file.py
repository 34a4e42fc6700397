"""The file of a backup: a tar archive that can be written and read in as much memory as one user takes.

In this order, all of them plain files:

    manifest.json                 {"format", "version", "base", "url"}: `base` and `url` stand before the names of
                                  portraits in the records' image_path and image_url
    users/<id>/portraits/<name>   the portraits of a user and their thumbnails, as they lay in the assets
    users/<id>/records.jsonl      then a line for each record: ["characters" or "trash", char_id, record], and
                                  for the active mark: ["active", char_id]
    complete.json                 {"users", "sha256"}: of all bytes before this file

Texts are UTF-8 as the store had it; bytes that are none are lone surrogates (PEP 383), so that nothing is lost.
"""

import errno
import glob
import hashlib
import json
import os
import re
import secrets
import tarfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from characters.errors import OperatorError
from characters.maintenance.locations import Location
from characters.maintenance.scan import UserRecords

FORMAT, VERSION = "game-characters backup", 1
MEMBER_LIMIT = 256 * 2**20  # bytes: more than the largest roster of the longest descriptions
_NAME_LIMIT = 1000
_CHUNK = 2**20
_PARTIAL_SECONDS = 60 * 60
_FILE = re.compile(r"users/([1-9]\d{0,18})/(?:records\.jsonl|portraits/(.+))", re.DOTALL)


class Part(NamedTuple):
    """A file of a backup: a portrait or thumbnail by its name, or the records (no name) of a user."""

    user_id: int
    name: str
    data: bytes


class Writer:
    """Writes the parts of a backup one after the other; a user's portraits before the records."""

    def __init__(self, stream: IO[bytes], place: Location) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._add("manifest.json", _json({"format": FORMAT, "version": VERSION} | place._asdict()))

    def portrait(self, user_id: int, name: str, data: bytes) -> bool:
        """Whether it is in the backup: False where it has a name that no backup may hold."""
        member = f"users/{user_id}/portraits/{name}"
        try:
            _check_name(member)
        except tarfile.TarError:
            return False
        self._add(member, data)
        return True

    def records(self, user_records: UserRecords) -> None:
        lines: list[tuple[bytes | str, ...]] = list(user_records.records())
        if user_records.active is not None:
            lines.append(("active", user_records.active))
        texts = (
            [part if isinstance(part, str) else _text(part) for part in line] for line in lines
        )
        self._add(
            f"users/{user_records.user_id}/records.jsonl", b"".join(_json(line) for line in texts)
        )

    def complete(self, users: int) -> None:
        self._add("complete.json", _json({"users": users, "sha256": self._digest.hexdigest()}))
        self._write(bytes(2 * tarfile.BLOCKSIZE))

    def _add(self, name: str, data: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        member.mode = 0o600
        self._write(member.tobuf(tarfile.PAX_FORMAT))
        self._write(data + bytes(-len(data) % tarfile.BLOCKSIZE))

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._stream.write(data)


@contextmanager
def created(file: Path, *, replace: bool) -> Generator[IO[bytes], None, None]:
    """A stream whose content becomes the file when all of it is there and durable, and else leaves no trace.

    Raises OperatorError where the file exists already, unless it is to be replaced, or can't be written.
    """
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}.partial")
    if file.exists() and not replace:
        raise OperatorError(f"{file} exists already: choose another name, or add --replace.")
    try:
        _clear_partial(file)
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:  # noqa: PTH123 - as private as a password
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    except OSError as error:
        room = "make room, or " if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else ""
        raise OperatorError(
            f"{file} could not be written ({error.strerror}): {room}choose another place."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def _clear_partial(file: Path) -> None:
    """Removes what killed exports to the same name left behind; one that still runs has written within the hour."""
    for partial in file.parent.glob(f".{glob.escape(file.name)}.*.partial"):
        with suppress(FileNotFoundError):
            if partial.lstat().st_mtime < time.time() - _PARTIAL_SECONDS:
                partial.unlink()


class Reader:
    """A backup that was read once and found whole; the parts come in the order in which they can be restored."""

    def __init__(self, file: Path, place: Location, users: int) -> None:
        self._file = file
        self.place = place
        self.users = users

    def parts(self, user_id: int | None = None) -> Iterator[Part]:
        """The parts of one user, or of all."""
        for tar, member in _members(self._file):
            match = _FILE.fullmatch(member.name)
            if match and user_id in {None, int(match[1])}:
                yield Part(int(match[1]), match[2] or "", _read(tar, member))


def open_backup(file: Path) -> Reader:
    """Reads a backup from beginning to end before anything is done with it.

    Raises OperatorError where it is not whole, or none that we can restore.
    """
    try:
        return _checked(file)
    except (
        tarfile.TarError,
        EOFError,
        ValueError,
        OverflowError,
        MemoryError,
    ) as error:  # what tarfile raises
        raise OperatorError(
            f"{file} is no backup that `export` has written, or it is damaged ({error})."
        ) from error
    except OSError as error:
        raise OperatorError(f"{file} can't be read ({error.strerror or error}).") from error


def entries(records: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    """Location, char_id and record for each line of a user's records; the place of the active mark is `active`.

    Raises OperatorError where a line is none that `export` writes.
    """
    for line in records.splitlines():
        match _parsed(line):
            case [("characters" | "trash") as place, str(char_id), str(record)]:
                yield place, _bytes(char_id), _bytes(record)
            case ["active", str(char_id)]:
                yield "active", _bytes(char_id), b""
            case _:
                raise OperatorError(
                    "The backup has a record that can't be read: it was changed since its export."
                )


def _checked(file: Path) -> Reader:
    place = complete = None
    for number, (tar, member) in enumerate(_members(file)):
        if complete or member.size > MEMBER_LIMIT or not member.isreg():
            raise tarfile.TarError(f"{member.name[:80]!r} does not belong there")
        if number == 0:
            place = _manifest(
                _parsed(_read(tar, member)) if member.name == "manifest.json" else None, file
            )
        elif member.name == "complete.json":
            complete = (member.offset, _parsed(_read(tar, member)))
        else:
            _check_name(member.name)
    match complete:
        case (int(end), {"users": int(users), "sha256": str(digest)}) if (
            place and _digest(file, end) == digest
        ):
            return Reader(file, place, users)
        case _:
            raise OperatorError(
                f"{file} is damaged or ends too early: use another copy of this backup."
            )


class _Forgetful(tarfile.TarFile):
    members: list[tarfile.TarInfo]  # of TarFile, which remembers them all until the end


def _members(file: Path) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    with _Forgetful.open(file, "r:") as tar:
        while member := tar.next():
            tar.members.clear()
            yield tar, member


def _manifest(manifest: Any, file: Path) -> Location:
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
                f"{file} is of version {version}, and this program knows {VERSION}: use a newer one."
            )
        case _:
            raise OperatorError(f"{file} is no backup that `export` has written.")


def _check_name(name: str) -> None:
    match = _FILE.fullmatch(name)
    portrait = match[2] if match else ""
    if (
        not match
        or int(match[1]) >= 2**63
        or len(name) > _NAME_LIMIT
        or not name.isprintable()
        or "\\" in name
    ):
        raise tarfile.TarError(f"{name[:80]!r} does not belong there")
    if portrait and {"", ".", ".."} & set(portrait.split("/")):
        raise tarfile.TarError(f"{name[:80]!r} leads out of the assets")


def _digest(file: Path, end: int) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while end > 0 and (data := stream.read(min(end, _CHUNK))):
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


def _json(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _text(data: bytes) -> str:
    return data.decode(errors="surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")

"""Writes the file of a backup, in the format of `characters.maintenance.backup_file`."""

import errno
import glob
import hashlib
import json
import os
import secrets
import tarfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from characters.errors import OperatorError
from characters.maintenance.backup_file import FORMAT, VERSION, check_name
from characters.maintenance.locations import Location
from characters.store.user_records import UserRecords

_PARTIAL_SECONDS = 60 * 60


class BackupWriter:
    """Writes one part after the other: the portraits of a user, then the user's records."""

    def __init__(self, stream: IO[bytes], location: Location) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        manifest = {"format": FORMAT, "version": VERSION} | location._asdict()
        self._add("manifest.json", _json(manifest))

    def portrait(self, user_id: int, name: str, data: bytes) -> bool:
        """Returns False, and writes nothing, where no backup may hold a file of this name."""
        member = f"users/{user_id}/portraits/{name}"
        try:
            check_name(member)
        except tarfile.TarError:
            return False
        self._add(member, data)
        return True

    def records(self, records: UserRecords) -> None:
        foreign = [("foreign", *item) for item in records.foreign.items()]
        preferences = [("preferences", *item) for item in records.preferences.items()]
        lines = [
            _json([kind, _text(char_id), _text(record)])
            for kind, char_id, record in (*records.records(), *foreign, *preferences)
        ]
        if records.active is not None:
            lines.append(_json(["active", _text(records.active)]))
        self._add(f"users/{records.user_id}/records.jsonl", b"".join(lines))

    def complete(self, users: int) -> None:
        """Writes the end; `users` is how many have records in the backup."""
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
def new_file(file: Path, *, replace: bool) -> Generator[IO[bytes], None, None]:
    """A stream that becomes the file once it is complete and durable; else it leaves no file.

    Raises OperatorError where the file can't be written, or exists and is not to be replaced.
    """
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}.partial")
    if file.exists() and not replace:
        raise OperatorError(f"{file} exists already: choose another name, or add --replace.")
    try:
        _clear_partial(file)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - pathlib can't make a private file
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        advice = "free some space, or choose another folder" if full else "choose another folder"
        raise OperatorError(f"{file} could not be written ({error.strerror}): {advice}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def _clear_partial(file: Path) -> None:
    """Removes the remains of backups to the same name that were killed more than an hour ago."""
    for partial in file.parent.glob(f".{glob.escape(file.name)}.*.partial"):
        with suppress(FileNotFoundError):
            if partial.lstat().st_mtime < time.time() - _PARTIAL_SECONDS:
                partial.unlink()


def _json(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _text(data: bytes) -> str:
    return data.decode(errors="surrogateescape")

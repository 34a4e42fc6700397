"""Writes a backup of one user, or of all, beside running bots."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from characters.errors import OperatorError
from characters.maintenance.backup_file import MEMBER_LIMIT
from characters.maintenance.backup_writer import BackupWriter, new_file
from characters.maintenance.locations import Location, name_in, paths_in, with_thumbnail
from characters.maintenance.scan import find_users, records_of_users
from characters.maintenance.workspace import Workspace
from characters.portraits.assets import OURS_OR_THUMBNAIL, Assets
from characters.portraits.store_problems import without_account
from characters.store.user_records import UserRecords, user_records

_ATTEMPTS = 4  # to read the portraits of a user whose characters change meanwhile
_READ = 16  # portraits and thumbnails at the same time


class BackupResult(NamedTuple):
    """How much is in the backup, and what is not.

    `missing` are paths of portraits that have no file under the assets, and keys of another type.
    """

    users: int
    records: int
    files: int
    missing: list[str]


async def backup(
    workspace: Workspace, file: Path, *, user_id: int | None = None, replace: bool = False
) -> BackupResult:
    """Backs up records and portraits, byte for byte. Raises OperatorError, StorageUnavailable."""
    client = workspace.client
    users = records = files = 0
    missing: list[str] = []
    with new_file(file, replace=replace) as stream:
        writer = BackupWriter(stream, Location.of(workspace.assets, workspace.assets_url))
        ids = [user_id] if user_id else sorted((await find_users(client)).ids)
        async for found in records_of_users(client, ids, workspace.progress):
            each, written, lost = await _write_portraits(workspace, writer, found)
            missing += lost
            if not written and not each.characters and not each.trash and each.active is None:
                continue
            writer.records(each)
            users += 1
            files += written
            records += len(each.characters) + len(each.trash)
        if user_id and not users:
            raise OperatorError(f"User {user_id} has no characters, so there is no backup.")
        writer.complete(users)
    return BackupResult(users, records, files, [without_account(each) for each in missing])


async def _write_portraits(
    workspace: Workspace, writer: BackupWriter, records: UserRecords
) -> tuple[UserRecords, int, list[str]]:
    """Writes the portraits of a user as they are at one moment.

    Where a portrait is missing, its record may have been removed too, so the records are read
    again. Returns them, the number of files written, and what is missing.
    """
    base = Location.of(workspace.assets).base
    written: set[str] = set()
    attempts = 0
    while True:
        attempts += 1
        paths = dict.fromkeys(paths_in(records, drafts=False))
        names = {path: name_in(workspace.assets, path) for path in paths}
        found = dict.fromkeys(name for name in names.values() if name)
        parts = [part for name in found for part in with_thumbnail(name) if part not in written]
        written |= await _write_files(workspace, writer, records.user_id, parts)
        missing = [path for path, name in names.items() if name is None]
        missing += [base + name for name in found if name not in written]
        now = await user_records(workspace.client, records.user_id) if missing else records
        if now == records or attempts == _ATTEMPTS:
            return records, len(written), missing + records.others
        records = now


async def _write_files(
    workspace: Workspace, writer: BackupWriter, user_id: int, names: list[str]
) -> set[str]:
    """Writes these files; returns the names of those that exist and may be in a backup."""
    base = Location.of(workspace.assets).base
    written: set[str] = set()
    for group in _groups(names):
        contents = await workspace.assets.read(*(base + name for name in group))
        for name, read in zip(group, contents, strict=True):
            data = read or await _patiently_read(workspace.assets, base + name)
            if data is not None and len(data) > MEMBER_LIMIT:
                raise OperatorError(
                    f"{base}{name} is too large for a backup: replace it by a smaller image."
                )
            if data is not None and writer.portrait(user_id, name, data):
                written.add(name)
    return written


async def _patiently_read(assets: Assets, path: str) -> bytes | None:
    """None where the file is missing or can't be read: it is then named as not in the backup."""
    try:
        return await assets.load(path)
    except OSError:  # `read` has logged it
        return None


def _groups(names: list[str]) -> Iterator[list[str]]:
    """The files to read at the same time: some of ours, which are small, or one of others."""
    ours = iter([name for name in names if OURS_OR_THUMBNAIL.fullmatch(name)])
    while group := list(islice(ours, _READ)):
        yield group
    yield from ([name] for name in names if not OURS_OR_THUMBNAIL.fullmatch(name))

"""Restores a backup: the portraits of a user first, then all the records in one step."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from characters.errors import OperatorError
from characters.maintenance.backup_file import Backup, Part, entries
from characters.maintenance.locations import Location, moved_record, path_in
from characters.maintenance.ownership import log_problem, note_store
from characters.maintenance.workspace import Workspace
from characters.store.keys import user_keys
from characters.store.lease import lease

_BATCH_PARTS, _BATCH_BYTES = 200, 32 * 2**20  # are written at the same time


class Skipped(NamedTuple):
    """A record or file that was left as it is, because it differs from the backup."""

    user_id: int
    what: str


class RestoreResult(NamedTuple):
    """Numbers of records and active marks, and of files: new, same, replaced, differs."""

    users: int
    records: dict[str, int]
    files: dict[str, int]
    skipped: list[Skipped]


async def restore(
    workspace: Workspace, backup: Backup, *, user_id: int | None = None, replace: bool = False
) -> RestoreResult:
    """Restores all users, or one. After an interruption, repeat it.

    Records are equal to the bytes in the backup, except for the path and URL of a portrait where
    the assets lie elsewhere now. What exists and differs is overwritten only with `replace`.

    Raises OperatorError, StorageUnavailable, OSError.
    """
    work = _Restore(workspace, backup.location, replace=replace)
    total = backup.users if user_id is None else 1
    async with lease(workspace.client, "restore"):  # a sweep would remove files without records
        log_problem(await note_store(workspace.client, workspace.assets))
        for batch in _batches(backup.parts(user_id)):
            await work.write(batch)
            if workspace.progress:
                workspace.progress(work.users, total)
    if user_id is not None and not work.users:
        raise OperatorError(f"User {user_id} is not in this backup.")
    return RestoreResult(work.users, dict(work.records), dict(work.files), work.skipped)


class _Restore:
    def __init__(self, workspace: Workspace, old: Location, *, replace: bool) -> None:
        self._client = workspace.client
        self._assets = workspace.assets
        self._old = old
        self._new = Location.of(workspace.assets, workspace.assets_url)
        self._replace = replace
        self.users = 0
        self.records = Counter[str](new=0, same=0, replaced=0, differs=0)
        self.files = Counter[str](new=0, same=0, replaced=0, differs=0)
        self.skipped: list[Skipped] = []

    async def write(self, parts: list[Part]) -> None:
        """Writes portraits before records, so that no record is without its portrait."""
        portraits = [part for part in parts if part.name]
        await asyncio.gather(*map(self._write_portrait, portraits))
        names: dict[int, set[str]] = {}
        for part in portraits:
            names.setdefault(part.user_id, set()).add(part.name)
        records = [part for part in parts if not part.name]
        await asyncio.gather(
            *(self._write_records(part, names.get(part.user_id, set())) for part in records)
        )

    async def _write_portrait(self, part: Part) -> None:
        path = self._new.base + part.name
        before = await self._assets.load(path)
        if before == part.data:
            outcome = "same"
        elif before is None:
            outcome = "new"
        else:
            outcome = "replaced" if self._replace else "differs"
        self.files[outcome] += 1
        if outcome == "differs":
            self.skipped.append(Skipped(part.user_id, path))
        elif outcome != "same":
            await self._assets.put(part.name, part.data)

    async def _write_records(self, part: Part, portraits: set[str]) -> None:
        """`portraits` are the names of the user's portraits in the backup."""
        keys = user_keys(part.user_id, cluster=self._client.is_cluster)
        active = b""
        names: list[str] = []
        arguments: list[str | bytes] = []
        for kind, char_id, record in entries(part.data):
            if kind == "active":
                active = char_id
            else:
                names.append(f"{kind} {char_id.decode(errors='backslashreplace')}")
                if kind in {"characters", "trash"}:
                    record = self._moved(record, portraits)  # noqa: PLW2901 - where it is now
                arguments += (kind, char_id, record)
        outcomes = await self._client.run(
            "restore_backup", keys, int(self._replace), active, *arguments
        )
        for name, outcome in zip([*names, "the active mark"], outcomes, strict=False):
            self.records[outcome.decode()] += 1
            if outcome == b"differs":
                self.skipped.append(Skipped(part.user_id, name))
        self.users += 1

    def _moved(self, record: bytes, portraits: set[str]) -> bytes:
        """The record as it must be where the assets lie now."""
        if self._old == self._new:
            return record
        path = path_in(record) or ""
        name = self._old.name(path)
        for portrait in portraits:
            if path.endswith(f"/{portrait}"):  # an outdated path, or one that led here over links
                name = name or portrait
        if name is None:
            return record
        new = self._new if self._new.url != self._old.url else self._new._replace(url=None)
        return moved_record(record, name, new)


def _batches(parts: Iterator[Part]) -> Iterator[list[Part]]:
    """Some users at a time, each with all of its parts."""
    batch: list[Part] = []
    size = 0
    for part in parts:
        batch.append(part)
        size += len(part.data)
        if not part.name and (len(batch) >= _BATCH_PARTS or size >= _BATCH_BYTES):
            yield batch
            batch, size = [], 0
    yield batch

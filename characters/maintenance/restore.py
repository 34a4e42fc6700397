"""Restores a backup: a user's portraits first, then the records in one step. Overwrites only where it is told to."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from characters.errors import OperatorError
from characters.maintenance.backup_file import Part, Reader, entries
from characters.maintenance.locations import Location, path_in, rehomed
from characters.maintenance.scan import ProgressCallback
from characters.model import TRASH_SECONDS
from characters.portraits.assets import Assets
from characters.store.client import StoreClient
from characters.store.keys import user_keys
from characters.store.lease import lease

_BATCH_PARTS, _BATCH_BYTES = 200, 32 * 2**20  # what is written at the same time


class Skipped(NamedTuple):
    """What was left as it is because the store or the assets have something else there."""

    user_id: int
    what: str


class Imported(NamedTuple):
    """Counts of records and active marks by outcome (new, same, replaced, differs), of files, and what was skipped."""

    users: int
    records: dict[str, int]
    files: dict[str, int]
    skipped: list[Skipped]


class _Restore:
    def __init__(
        self, client: StoreClient, assets: Assets, old: Location, new: Location, *, replace: bool
    ) -> None:
        self._client, self._assets = client, assets
        self._old, self._new = old, new
        self._replace = replace
        self.users = 0
        self.records = Counter[str](new=0, same=0, replaced=0, differs=0)
        self.files = Counter[str](new=0, same=0, replaced=0, differs=0)
        self.skipped: list[Skipped] = []

    async def write(self, parts: list[Part]) -> None:
        """Portraits before records: neither a crash nor a sweep meanwhile leaves a record without its portrait."""
        portraits = [part for part in parts if part.name]
        outcomes = await asyncio.gather(*(self._portrait(part) for part in portraits))
        known: dict[int, set[str]] = {}
        for part in portraits:
            known.setdefault(part.user_id, set()).add(part.name)
        records = (part for part in parts if not part.name)
        await asyncio.gather(
            *(self._records(part, known.get(part.user_id, set())) for part in records)
        )
        # A file that was there already may have been old and nobody's until now, and swept a moment ago.
        there = [
            part for part, outcome in zip(portraits, outcomes, strict=True) if outcome == "same"
        ]
        await asyncio.gather(*(self._portrait(part) for part in there))
        self.files.update(outcomes)
        self.skipped += (
            Skipped(part.user_id, self._new.base + part.name)
            for part, outcome in zip(portraits, outcomes, strict=True)
            if outcome == "differs"
        )

    async def _portrait(self, part: Part) -> str:
        (before,) = await self._assets.read(self._new.base + part.name)
        outcome = _outcome(before, part.data, replace=self._replace)
        if outcome in {"new", "replaced"}:
            await self._assets.put(part.name, part.data)
        return outcome

    async def _records(self, part: Part, portraits: set[str]) -> None:
        keys = user_keys(part.user_id, cluster=self._client.is_cluster)
        found = list(entries(part.data))
        active = next((char_id for place, char_id, _ in found if place == "active"), b"")
        records = [
            (place, char_id, self._rehomed(record, portraits))
            for place, char_id, record in found
            if place != "active"
        ]
        flat = [each for entry in records for each in entry]
        outcomes = await self._client.run(
            "restore_backup", keys, int(self._replace), TRASH_SECONDS, active, *flat
        )
        names = [
            f"{place} {char_id.decode(errors='backslashreplace')}" for place, char_id, _ in records
        ]
        for name, outcome in zip([*names, "the active mark"], outcomes, strict=False):
            self.records[outcome.decode()] += 1
            if outcome == b"differs":
                self.skipped.append(Skipped(part.user_id, name))
        self.users += 1

    def _rehomed(self, record: bytes, portraits: set[str]) -> bytes:
        if self._old == self._new and self._new.name(path_in(record) or ""):
            return record
        return rehomed(record, self._old, self._new, portraits)


async def import_backup(
    client: StoreClient,
    assets: Assets,
    backup: Reader,
    *,
    url: str | None = None,
    user_id: int | None = None,
    replace: bool = False,
    progress: ProgressCallback | None = None,
) -> Imported:
    """Restores everybody, or one user; repeated after an interruption, it completes what is there.

    Records are equal to the bytes of the backup, but for the path and URL of a portrait where `assets` lie
    elsewhere now. Raises OperatorError, StorageUnavailable, OSError.
    """
    restore = _Restore(client, assets, backup.place, Location.of(assets, url), replace=replace)
    total = backup.users if user_id is None else 1
    async with lease(client, "import"):  # or a sweep would take old files that are nobody's yet
        for batch in _batches(backup.parts(user_id)):
            await restore.write(batch)
            if progress:
                progress(restore.users, total)
    if user_id is not None and not restore.users:
        raise OperatorError(f"User {user_id} is not in this backup.")
    return Imported(restore.users, dict(restore.records), dict(restore.files), restore.skipped)


def _batches(parts: Iterator[Part]) -> Iterator[list[Part]]:
    """Users with all that is theirs, a few at a time."""
    batch, size = list[Part](), 0
    for part in parts:
        batch.append(part)
        size += len(part.data)
        if not part.name and (len(batch) >= _BATCH_PARTS or size >= _BATCH_BYTES):
            yield batch
            batch, size = [], 0
    yield batch


def _outcome(before: bytes | None, after: bytes, *, replace: bool) -> str:
    if before is None:
        return "new"
    if before == after:
        return "same"
    return "replaced" if replace else "differs"

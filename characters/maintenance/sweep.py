"""Removes outdated trash, files that no record names, and the remains of interrupted writes."""

import logging
import time
from contextlib import nullcontext
from typing import NamedTuple

from characters.errors import OperatorError
from characters.maintenance import trashed_files
from characters.maintenance.locations import Location, path_in
from characters.maintenance.old_files import GRACE, OldFiles
from characters.maintenance.ownership import note_store, ownership
from characters.maintenance.scan import Users, find_users, records_of_users
from characters.maintenance.size_count import SizeCount
from characters.maintenance.workspace import Workspace
from characters.model import TRASH_SECONDS, Character
from characters.portraits.assets import AssetFile, Assets, thumbnail_of
from characters.store.client import StoreClient
from characters.store.keys import SWEEP, user_keys
from characters.store.lease import Busy, lease
from characters.store.size_store import write_sizes
from characters.store.user_records import UserRecords

_DAY = 24 * 60 * 60  # seconds from one daily sweep to the next
_RETRY = 50 * 60  # seconds until another sweep is tried where one failed
_REFUSAL = "No file was removed"
_FEW = 20  # so many unnamed files are no sign of a wrong store

log = logging.getLogger(f"game_characters.{__name__}")


class SweepResult(NamedTuple):
    """What was removed, or would be: the number of records in the trash, and files."""

    trash: int
    files: list[AssetFile]

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return sum(file.size for file in self.files)


async def sweep(
    workspace: Workspace, *, dry_run: bool = False, age: float = GRACE, force: bool = False
) -> SweepResult:
    """Removes trash older than seven days and, if older than `age` seconds, unnamed files.

    Those are files with names of ours, and the files of other programs that deleted characters
    named. Raises StorageUnavailable; OSError; Busy; OperatorError where another store keeps
    portraits in the assets, where keys have names for another kind of server, or where so many
    files would go (unless it is a dry run, or with `force`) that this is probably not their store.
    """
    async with nullcontext() if dry_run else lease(workspace.client, "sweep"):
        result = await _Sweep(workspace, dry_run=dry_run).run(time.time() - age, force=force)
    if not dry_run:
        log.info("Removed %s records from the trash, %s files", result.trash, len(result.files))
    return result


async def sweep_daily(workspace: Workspace) -> SweepResult | None:
    """Sweeps unless a process did so within a day: call it every hour.

    None where no sweep was due, or another process works on the store. Raises what `sweep` raises;
    the call an hour later tries again.
    """
    client = workspace.client
    if not await client.execute("SET", SWEEP, time.time(), "NX", "EX", _RETRY):
        return None
    try:
        result = await sweep(workspace)
    except Busy:
        return None
    await client.execute("SET", SWEEP, time.time(), "EX", _DAY - _RETRY)
    return result


class _Sweep:
    """Scans all users twice: to clear the trash, and to see which files are named after that."""

    def __init__(self, workspace: Workspace, *, dry_run: bool) -> None:
        self._client, self._assets = workspace.client, workspace.assets
        self._progress = workspace.progress
        self._dry_run = dry_run
        self._purged_before = time.time() - TRASH_SECONDS
        self._stay_noted: set[str] = set()

    async def run(self, before: float, *, force: bool) -> SweepResult:
        old = await OldFiles.find(self._assets, before)
        if self._dry_run:
            (await ownership(self._client, self._assets)).refuse_shared(_REFUSAL)
        else:
            await note_store(self._client, self._assets)
        foreign = await trashed_files.noted_files(self._client)
        users = await _users(self._client)
        count = SizeCount()
        trash = 0
        purged: set[str] = set()
        async for records in records_of_users(self._client, users.ids, self._progress):
            kept = self._without_outdated(records)
            count.add(kept)
            if len(kept.trash) < len(records.trash):
                purged |= await records.stems() - await kept.stems()
            names = trashed_files.foreign_names(self._assets, map(path_in, records.trash.values()))
            foreign |= names
            trash += await self._purge(records, kept, names)
            await old.leave_out(kept)
        unused: list[AssetFile] = []
        if old.stems or foreign:  # a character may have been made or restored since
            unused = await self._unused(old, foreign, before)
        files = await old.files()
        if not self._dry_run:
            (await note_store(self._client, self._assets)).refuse_shared(_REFUSAL)
            if not force:
                unnamed = sum(len(found) for stem, found in files.items() if stem not in purged)
                _refuse_doubtful(self._assets, old.count, unnamed, empty=not users.ids)
            files = {stem: found for stem, found in files.items() if await self._remove(found)}
            for file in unused:
                await self._assets.remove(file.path)
            await trashed_files.drop_notes(self._client, foreign - self._stay_noted)
            await self._assets.clear_temporary()
            gone = _flat(files)
            left = old.count - len(gone), old.size - sum(file.size for file in gone)
            await write_sizes(self._client, count.sizes(*left))
        return SweepResult(trash, _flat(files) + unused)

    def _without_outdated(self, records: UserRecords) -> UserRecords:
        """The records without trash of more than seven days ago; what can't be read stays."""
        trash: dict[bytes, bytes] = {}
        for char_id, record in records.trash.items():
            try:
                at = Character.from_json(char_id.decode(), record).trashed_at
            except ValueError:
                at = 0
            if not 0 < at < self._purged_before:
                trash[char_id] = record
        return records._replace(trash=trash)

    async def _purge(self, records: UserRecords, kept: UserRecords, foreign: set[str]) -> int:
        """Removes the records that are not kept, unless it is a dry run; returns how many."""
        outdated = {
            char_id: records.trash[char_id] for char_id in records.trash.keys() - kept.trash
        }
        if self._dry_run:
            return len(outdated)
        await trashed_files.note_files(self._client, foreign)
        keys = user_keys(records.user_id, cluster=self._client.is_cluster)
        removed = 0
        for char_id, record in outdated.items():
            removed += await self._client.run("swap_field", keys.trash, char_id, record)
        if gone := records.foreign.keys() - kept.characters.keys() - kept.trash.keys():
            await self._client.run("drop_foreign", keys, *gone)
        return removed

    async def _unused(self, old: OldFiles, foreign: set[str], before: float) -> list[AssetFile]:
        """Takes out of `old` what is named now, and returns the unnamed ones of `foreign`."""
        used: set[str] = set()
        in_trash: set[str] = set()
        users = await _users(self._client)
        async for records in records_of_users(self._client, users.ids):
            kept = self._without_outdated(records) if self._dry_run else records
            await old.leave_out(kept)
            used |= trashed_files.names_used(self._assets, kept, foreign)
            in_trash |= trashed_files.foreign_names(self._assets, map(path_in, kept.trash.values()))
        self._stay_noted = used & in_trash
        unused: list[AssetFile] = []
        for name in sorted(foreign - used):
            path = Location.of(self._assets).base + name
            modified = await self._assets.modified(path)
            if modified is not None and modified > before:
                self._stay_noted.add(name)  # perhaps another program has just written it again
            elif modified is not None:
                (data,) = await self._assets.read(path)
                unused.append(AssetFile(path, len(data or b""), modified))
        return unused

    async def _remove(self, found: list[AssetFile]) -> bool:
        """Removes a portrait and its thumbnail, unless one was written again since the listing."""
        portraits = [file for file in found if thumbnail_of(file.path) != file.path]
        for file in portraits or found:  # who writes one of the two writes the portrait
            if await self._assets.modified(file.path) != file.modified:
                return False
            await self._assets.remove(file.path)  # with its thumbnail
        return True


async def _users(client: StoreClient) -> Users:
    """Raises OperatorError where keys have names for another kind of server."""
    users = await find_users(client)
    if users.misnamed:
        raise OperatorError(
            f"{_REFUSAL}: {users.misnamed} keys have names for another kind of server, so "
            "their portraits would seem unused. Run `python -m characters retag` first."
        )
    return users


def _refuse_doubtful(assets: Assets, stored: int, unnamed: int, *, empty: bool) -> None:
    """Raises OperatorError where so many files are unnamed that the store is probably wrong."""
    if not unnamed or not (empty or unnamed > max(_FEW, stored / 2)):
        return
    store = "the store is empty, and " if empty else ""
    raise OperatorError(
        f"{_REFUSAL}: {store}no record names {unnamed:,} of the {stored:,} files in "
        f"{assets.location}. Is this the right store? `python -m characters sweep --dry-run` lists "
        "them. If they are to be removed, run `python -m characters sweep --force`."
    )


def _flat(files: dict[str, list[AssetFile]]) -> list[AssetFile]:
    return [file for found in files.values() for file in found]

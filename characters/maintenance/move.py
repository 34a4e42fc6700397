"""Moves portraits: copies and compares them, changes the records, then removes the old files."""

import asyncio
import logging
import os
import secrets
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from characters.errors import OperatorError
from characters.maintenance.locations import (
    Location,
    moved_record,
    name_in,
    path_in,
    paths_in,
    with_thumbnail,
)
from characters.maintenance.ownership import drop_store, note_store, ownership
from characters.maintenance.scan import find_users, records_of_users
from characters.maintenance.workspace import Workspace
from characters.portraits.assets import Assets, stem_of
from characters.portraits.store_problems import without_account
from characters.store.client import StoreClient
from characters.store.drafts import Draft
from characters.store.keys import user_keys
from characters.store.lease import lease
from characters.store.user_records import UserRecords

log = logging.getLogger(f"game_characters.{__name__}")

_AT_ONCE = 16  # users whose portraits are copied at the same time
_PASSES = 4  # a bot may make portraits in the old location while we work


class MoveResult(NamedTuple):
    """Numbers of files copied, records and drafts changed, and old portraits removed.

    `left` are the paths of portraits that were not moved, because there is no such file or the new
    location has another file of that name. Their records were not changed.
    """

    copied: int
    changed: int
    removed: int
    left: list[str]


async def move_assets(
    workspace: Workspace,
    source: Assets,
    target: Assets,
    *,
    url: str | None = None,
    keep: bool = False,
) -> MoveResult:
    """Moves the portraits that records, trash and drafts name from `source` to `target`.

    These may be equal: then outdated paths, and URLs, are corrected. `url` is where the target can
    be seen from outside; without it, the records keep their URLs. With `keep` the old files stay,
    and where another store keeps portraits in the source; those of other programs always do. May be
    interrupted and repeated.

    Raises StorageUnavailable, OSError, OperatorError.
    """
    move = _Move(workspace, source, target, url)
    _refuse_nested(move.old.base, move.new.base)
    async with lease(workspace.client, "move-assets"):
        await _refuse_owned(workspace.client, target)
        separate = move.old.base != move.new.base and await move.is_separate()
        for _ in range(_PASSES):
            before = move.changed
            await move.move_users()
            if move.changed == before:
                break
        removed = 0
        if separate and not keep:
            if (await ownership(workspace.client, source)).is_shared:
                log.warning("Another store has portraits in %s: the old files stay", move.old.base)
            else:
                removed = await move.remove_old()
            if not move.left:
                await drop_store(workspace.client, source)
    left = sorted(map(without_account, move.left))
    return MoveResult(move.copied, move.changed, removed, left)


class _Move:
    def __init__(
        self, workspace: Workspace, source: Assets, target: Assets, url: str | None
    ) -> None:
        self._client = workspace.client
        self._progress = workspace.progress
        self._source = source
        self._target = target
        self.old = Location.of(source)
        self.new = Location.of(target, url)
        self.copied = 0
        self.changed = 0
        self.left: set[str] = set()

    async def is_separate(self) -> bool:
        """Whether the locations are not one folder or bucket under two names."""
        name = f"{secrets.token_hex(16)}.webp"
        await self._target.put(name, b"Written to find out whether two locations are one.")
        seen = await self._source.load(self.old.base + name)
        await self._target.remove(self.new.base + name)
        return seen is None

    async def move_users(self) -> None:
        users = await find_users(self._client)
        batch: list[UserRecords] = []
        async for records in records_of_users(self._client, sorted(users.ids), self._progress):
            batch.append(records)
            if len(batch) == _AT_ONCE:
                await asyncio.gather(*map(self._move_user, batch))
                batch.clear()
        await asyncio.gather(*map(self._move_user, batch))

    async def remove_old(self) -> int:
        """Removes old files of ours that are equal in the new location and not named any more."""
        files = {stem_of(file.path) async for file in self._source.stored()}
        users = await find_users(self._client)
        async for records in records_of_users(self._client, users.ids):
            names = {self.new.name(path) or "" for path in paths_in(records, drafts=True)}
            files -= await records.stems() - {stem_of(name) for name in names}
        removed = 0
        stems = iter(files)
        while batch := list(islice(stems, _AT_ONCE)):
            removed += sum(await asyncio.gather(*(self._remove(f"{stem}.webp") for stem in batch)))
        return removed

    async def _move_user(self, records: UserRecords) -> None:
        names: dict[str, str] = {}  # path → name in the new location
        for path in set(paths_in(records, drafts=True)):
            if name := await self._moved(path):
                names[path] = name
            else:
                self.left.add(path)
        keys = user_keys(records.user_id, cluster=self._client.is_cluster)
        for kind, char_id, record in records.records():
            if name := names.get(path_in(record) or ""):
                moved = moved_record(record, name, self.new)
                await self._swap(getattr(keys, kind), char_id, record, moved)
        for draft_id, data in records.drafts.items():
            draft = Draft.from_json(data)
            name = draft and draft.portrait and names.get(draft.portrait.path)
            if draft and draft.portrait and name:
                saved, kept = self.new.saved(name), draft.portrait
                portrait = replace(kept, path=saved.path, url=saved.url or kept.url)
                moved_draft = replace(draft, portrait=portrait)
                if moved_draft != draft:
                    await self._swap(keys.drafts, draft_id, data, moved_draft.to_json().encode())

    async def _moved(self, path: str) -> str | None:
        """The name of a portrait in the new location, where it now is; None where it is not."""
        name = self.new.name(path)
        if name and path.startswith(self.new.base) and await self._is_there(name):
            return name
        if name := name_in(self._source, path):
            return name if await self._copy(name) else None
        name = name_in(self._target, path)
        return name if name and await self._is_there(name) else None

    async def _is_there(self, name: str) -> bool:
        return await self._target.modified(self.new.base + name) is not None

    async def _copy(self, name: str) -> bool:
        """Whether the portrait is in the new location, equal to the old one if that is there."""
        for part in with_thumbnail(name):
            data = await self._source.load(self.old.base + part)
            there = await self._target.load(self.new.base + part)
            if data is not None and there is None:
                await self._target.put(part, data)
                if await self._target.load(self.new.base + part) != data:
                    raise OperatorError(
                        f"{self.new.base}{part} was not written correctly: check the disk or the "
                        "store of the new location, and run the same command again."
                    )
                self.copied += 1
            elif part == name and (there is None or data not in {None, there}):
                return False
        return True

    async def _swap(self, key: str, field: bytes, before: bytes, after: bytes) -> None:
        # A record that was changed since it was read is read again in the next pass.
        if after != before and await self._client.run("swap_field", key, field, before, after):
            self.changed += 1

    async def _remove(self, name: str) -> bool:
        parts = with_thumbnail(name)
        old = [await self._source.load(self.old.base + part) for part in parts]
        new = [await self._target.load(self.new.base + part) for part in parts]
        pairs = zip(old, new, strict=True)
        if set(old) == {None} or not all(data in {None, copy} for data, copy in pairs):
            return False
        await self._source.remove(self.old.base + name)
        return True


async def _refuse_owned(client: StoreClient, target: Assets) -> None:
    """Raises OperatorError where the target belongs to another store; else notes this one there."""
    found = await ownership(client, target)
    if not found.is_of_another:
        found = await note_store(client, target)
    if found.is_of_another:
        found.refuse_shared("No portrait was moved")


def _refuse_nested(old: str, new: str) -> None:
    """Raises OperatorError where one location is inside the other, links followed."""
    bases = [
        base if "://" in base else os.path.realpath(base).rstrip("/") + "/" for base in (old, new)
    ]
    if bases[0] != bases[1] and any(one.startswith(other) for one, other in (bases, bases[::-1])):
        raise OperatorError(
            f"{new.rstrip('/')} and {old.rstrip('/')} lie one inside the other: choose another "
            "location."
        )

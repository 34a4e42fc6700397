"""Moves the portraits to another folder or store: copied and compared, then the records, then the old files go."""

import asyncio
import os
import secrets
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from characters.errors import OperatorError
from characters.maintenance.locations import (
    Location,
    elsewhere,
    names_in,
    path_in,
    rehomed,
    with_thumbnail,
)
from characters.maintenance.scan import AT_ONCE, ProgressCallback, UserRecords, scan_users
from characters.maintenance.sweep import stem_of
from characters.portraits.assets import Assets
from characters.store.client import StoreClient
from characters.store.drafts import Draft
from characters.store.keys import user_keys
from characters.store.lease import lease

_PASSES = 4  # a living bot may make portraits in the old place meanwhile


class Moved(NamedTuple):
    """Files copied, records (drafts too) rewritten, old files removed.

    `left` are the paths of portraits that could not be moved: there is no such file, another one under that
    name in the new place, or the path leads into neither place. Their records are as they were.
    """

    copied: int
    rewritten: int
    removed: int
    left: list[str]


async def move_assets(
    client: StoreClient,
    source: Assets,
    target: Assets,
    *,
    url: str | None = None,
    keep: bool = False,
    progress: ProgressCallback | None = None,
) -> Moved:
    """Moves the portraits that records, trash and drafts have in `source`; only URLs change where `target` is the same.

    `url` is where the target can be seen from outside; without one, image_url stays as it is. With `keep` the old
    files stay. May be stopped at any time and repeated. Raises StorageUnavailable, OSError, OperatorError.
    """
    move = _Move(client, source, target, url)
    _refuse_nested(move.old.base, move.new.base)
    async with lease(client, "move-assets"):
        apart = move.old.base != move.new.base and await _are_apart(
            source, move.old, target, move.new
        )
        for _ in range(_PASSES):
            before = move.rewritten
            await move.everybody(progress)
            if move.rewritten == before:
                break
        removed = await move.clear() if apart and not keep else 0
    return Moved(move.copied, move.rewritten, removed, sorted(move.left))


class _Move:
    def __init__(
        self, client: StoreClient, source: Assets, target: Assets, url: str | None
    ) -> None:
        self._client, self._source, self._target = client, source, target
        self.old, self.new = Location.of(source, None), Location.of(target, url)
        self.rewritten = 0
        self.copied = 0
        self.left: set[str] = set()

    async def everybody(self, progress: ProgressCallback | None) -> None:
        async with scan_users(self._client, progress) as (_, everyone):
            batch: list[UserRecords] = []
            async for each in everyone:
                batch.append(each)
                if len(batch) == AT_ONCE:
                    await asyncio.gather(*map(self.user, batch))
                    batch.clear()
            await asyncio.gather(*map(self.user, batch))

    async def user(self, user_records: UserRecords) -> None:
        names = set(names_in(user_records, self.old, drafts=True))
        there = {name for name in names if self.old.base == self.new.base or await self._copy(name)}
        self.left |= {self.old.base + name for name in names - there} | set(
            elsewhere(user_records, self.old, self.new)
        )
        keys = user_keys(user_records.user_id, cluster=self._client.is_cluster)
        for place, char_id, record in user_records.records():
            await self._swap(getattr(keys, place), char_id, record, self._moved(record, there))
        for draft_id, data in user_records.drafts.items():
            draft = Draft.from_json(data)
            name = self.old.name(draft.portrait.path) if draft and draft.portrait else None
            if draft and draft.portrait and name in there:
                saved = self.new.saved(name)
                moved = replace(draft, portrait=replace(saved, url=saved.url or draft.portrait.url))
                if moved != draft:
                    await self._swap(keys.drafts, draft_id, data, moved.to_json().encode())

    async def clear(self) -> int:
        """Removes the old files of ours that are the same in the new place, but for those still referred to."""
        files = {stem_of(file.path): file.path for file in await self._source.stored()}
        async with scan_users(self._client) as (_, everyone):
            async for each in everyone:
                for stem in each.stems() - {
                    stem_of(name) for name in names_in(each, self.new, drafts=True)
                }:
                    files.pop(stem, None)
        paths, removed = iter(files), 0
        while batch := list(islice(paths, AT_ONCE)):
            removed += sum(await asyncio.gather(*(self._remove(f"{stem}.webp") for stem in batch)))
        return removed

    def _moved(self, record: bytes, there: set[str]) -> bytes:
        if self.old.name(path_in(record) or "") in there:
            record = rehomed(record, self.old, self.new)
        return rehomed(record, self.new._replace(url=None), self.new)

    async def _copy(self, name: str) -> bool:
        """Whether the portrait is in the new place, as it is in the old one."""
        for part in with_thumbnail(name):
            (data,) = await self._source.read(self.old.base + part)
            (there,) = await self._target.read(self.new.base + part)
            if data is None or there is not None:
                if part == name and (there is None or data not in {None, there}):
                    return False
                continue
            await self._target.put(part, data)
            (there,) = await self._target.read(self.new.base + part)
            if there != data:
                raise OperatorError(
                    f"{self.new.base}{part} does not read as it was written: check the new place."
                )
            self.copied += 1
        return True

    async def _swap(self, key: str, field: bytes, before: bytes, after: bytes) -> None:
        # Where the record has changed meanwhile, the next pass sees it.
        if after != before and await self._client.run("swap_field", key, field, before, after):
            self.rewritten += 1

    async def _remove(self, name: str) -> bool:
        names = with_thumbnail(name)
        old = await self._source.read(*(self.old.base + part for part in names))
        new = await self._target.read(*(self.new.base + part for part in names))
        same = old[-1] is not None and all(
            data in {None, copy} for data, copy in zip(old, new, strict=True)
        )
        if same:
            await self._source.remove(self.old.base + name)
        return same


def _refuse_nested(old: str, new: str) -> None:
    """What is copied into a part of itself would never end. Links count as where they lead to."""
    bases = [
        base if "://" in base else os.path.realpath(base).rstrip("/") + "/" for base in (old, new)
    ]
    if bases[0] != bases[1] and any(one.startswith(other) for one, other in (bases, bases[::-1])):
        raise OperatorError(
            f"{new.rstrip('/')} and {old.rstrip('/')} lie one inside the other: choose another place."
        )


async def _are_apart(source: Assets, old: Location, target: Assets, new: Location) -> bool:
    """Whether what is written in one place does not appear in the other: two names may lead to one folder or bucket."""
    name = f"{secrets.token_hex(16)}.webp"
    await target.put(name, b"Written to find out whether two places are one.")
    (seen,) = await source.read(old.base + name)
    await target.remove(new.base + name)
    return seen is None

"""Counts users, characters, files and bytes."""

import asyncio
from typing import NamedTuple

from characters.maintenance.locations import Location, paths_in
from characters.maintenance.scan import find_users, records_of_users
from characters.maintenance.trashed_files import foreign_names
from characters.maintenance.workspace import Workspace
from characters.portraits.assets import THUMBNAIL

STEPS = (1, 2, 5, 10, 25, 50, 100, 1000)  # upper limits of the histogram's ranges


class Statistics(NamedTuple):
    """Users are those with a character; sizes are in bytes, with foreign data that of records.

    `portraits` and `thumbnails` are files with names of ours, `foreign_portraits` those of other
    programs that records name. `histogram`: a range of characters per user → how many users.
    """

    users: int
    characters: int
    trash: int
    record_bytes: int
    portraits: int
    portrait_bytes: int
    thumbnails: int
    thumbnail_bytes: int
    foreign_portraits: int
    histogram: dict[str, int]


async def stats(workspace: Workspace) -> Statistics:
    """Raises StorageUnavailable, OSError."""
    client, assets = workspace.client, workspace.assets
    users = characters = trash = size = 0
    foreign: set[str] = set()
    histogram = dict.fromkeys(map(_label, range(len(STEPS) + 1)), 0)
    ids = (await find_users(client)).ids
    async for each in records_of_users(client, ids, workspace.progress):
        users += bool(each.characters)
        characters += len(each.characters)
        trash += len(each.trash)
        size += sum(len(record) for _, _, record in each.records())
        size += sum(map(len, each.foreign.values()))
        if count := len(each.characters):
            histogram[_label(sum(step < count for step in STEPS))] += 1
        names = foreign_names(assets, paths_in(each, drafts=False)) - foreign
        paths = [Location.of(assets).base + name for name in names]
        times = await asyncio.gather(*map(assets.modified, paths))
        foreign |= {name for name, time in zip(names, times, strict=True) if time is not None}
    portraits = portrait_bytes = thumbnails = thumbnail_bytes = 0
    async for file in assets.stored():
        if file.path.endswith(f"{THUMBNAIL}.webp"):
            thumbnails, thumbnail_bytes = thumbnails + 1, thumbnail_bytes + file.size
        else:
            portraits, portrait_bytes = portraits + 1, portrait_bytes + file.size
    return Statistics(
        users,
        characters,
        trash,
        size,
        portraits=portraits,
        portrait_bytes=portrait_bytes,
        thumbnails=thumbnails,
        thumbnail_bytes=thumbnail_bytes,
        foreign_portraits=len(foreign),
        histogram=histogram,
    )


def _label(step: int) -> str:
    if step == len(STEPS):
        return f"over {STEPS[-1]}"
    first = STEPS[step - 1] + 1 if step else 1
    return str(first) if first == STEPS[step] else f"{first}–{STEPS[step]}"

"""How much there is: users, characters, bytes."""

from typing import NamedTuple

from characters.maintenance.scan import ProgressCallback, scan_users
from characters.portraits.assets import THUMBNAIL, Assets
from characters.store.client import StoreClient

STEPS = (
    1,
    2,
    5,
    10,
    25,
    50,
    100,
    1000,
)  # the most characters that a user has in each part of the histogram


class Statistics(NamedTuple):
    """Users are those with a character; sizes are in bytes. `histogram` has characters per user → users."""

    users: int
    characters: int
    trash: int
    record_bytes: int
    portraits: int
    portrait_bytes: int
    thumbnails: int
    thumbnail_bytes: int
    histogram: dict[str, int]


async def figures(
    client: StoreClient, assets: Assets, progress: ProgressCallback | None = None
) -> Statistics:
    """Raises StorageUnavailable, OSError."""
    users = characters = trash = size = 0
    histogram = dict.fromkeys(map(_label, range(len(STEPS) + 1)), 0)
    async with scan_users(client, progress) as (_, everyone):
        async for each in everyone:
            users += bool(each.characters)
            characters += len(each.characters)
            trash += len(each.trash)
            size += sum(len(record) for _, _, record in each.records())
            if count := len(each.characters):
                histogram[_label(sum(step < count for step in STEPS))] += 1
    stored = await assets.stored()
    small = [file.size for file in stored if file.path.endswith(f"{THUMBNAIL}.webp")]
    return Statistics(
        users,
        characters,
        trash,
        size,
        portraits=len(stored) - len(small),
        portrait_bytes=sum(file.size for file in stored) - sum(small),
        thumbnails=len(small),
        thumbnail_bytes=sum(small),
        histogram=histogram,
    )


def _label(step: int) -> str:
    if step == len(STEPS):
        return f"over {STEPS[-1]}"
    first, last = (STEPS[step - 1] + 1 if step else 1), STEPS[step]
    return str(last) if first == last else f"{first}–{last}"

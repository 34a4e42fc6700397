"""A scan over all users of the store: their ids, and what the store keeps of each."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from characters.store.client import StoreClient
from characters.store.keys import OwnedKey, parse_user_key
from characters.store.user_records import UserRecords, records_of

ProgressCallback = Callable[[int, int], None]
"""Is called with how many users are done, and how many there are."""

SHORT_LIVED = {"rates", "lobbies", "removal", "turn", "importing", "forgotten"}  # kinds of keys
MOST, FEWEST = 16, 2  # users that are read in one request
AHEAD = 4  # requests at the same time, of which the answers wait in the buffers of sockets
_LARGE = 2**16  # bytes of a user, on average, after which a request reads the fewest users
_WORK = 0.005  # seconds after which other tasks get their turn


@dataclass(frozen=True, slots=True)
class Users:
    """The ids of all users, and how many keys have names for the other kind of server.

    The ids have no order: to sort a hundred thousand would hold the event loop.
    """

    ids: list[int]
    misnamed: int


async def owned_keys(client: StoreClient) -> AsyncGenerator[OwnedKey, None]:
    """The keys of all users, some perhaps twice, with names of either kind.

    Raises StorageUnavailable.
    """
    async for names in client.keys("game:*"):
        for key in filter(None, map(parse_user_key, names)):
            yield key


async def find_users(client: StoreClient) -> Users:
    """Of whom the store keeps more than short-lived notes. Raises StorageUnavailable."""
    ids: set[int] = set()
    misnamed: set[str] = set()
    async for key in owned_keys(client):
        if key.braces != client.is_cluster:
            misnamed.add(key.key)
        elif key.kind not in SHORT_LIVED:
            ids.add(key.user_id)
    return Users(list(ids), len(misnamed))


async def records_of_users(
    client: StoreClient, user_ids: Sequence[int], progress: ProgressCallback | None = None
) -> AsyncGenerator[UserRecords, None]:
    """What the store keeps of each of these users, in their order. Raises StorageUnavailable."""
    async with aclosing(batches_of_users(client, user_ids, progress)) as batches:
        async for batch in batches:
            due = time.monotonic() + _WORK
            for records in batch:
                yield records
                if time.monotonic() > due:
                    await asyncio.sleep(0)
                    due = time.monotonic() + _WORK


async def batches_of_users(
    client: StoreClient, user_ids: Sequence[int], progress: ProgressCallback | None = None
) -> AsyncGenerator[list[UserRecords], None]:
    """As `records_of_users`, of several users at a time.

    The server reads the next ones while these are worked on.
    """
    reading: deque[asyncio.Task[list[UserRecords]]] = deque()
    begun = done = 0
    at_once = FEWEST
    try:
        while done < len(user_ids):
            while len(reading) < AHEAD and begun < len(user_ids):
                some = user_ids[begun : begun + at_once]
                reading.append(asyncio.create_task(records_of(client, some)))
                begun += len(some)
            batch = await reading.popleft()
            done += len(batch)
            at_once = FEWEST if _size(batch) > _LARGE * len(batch) else MOST
            yield batch
            if progress:
                progress(done, len(user_ids))
    finally:
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)


def _size(batch: Sequence[UserRecords]) -> int:
    """Bytes of what may be large."""
    hashes = [
        kept for each in batch for kept in (each.characters, each.trash, each.drafts, each.foreign)
    ]
    return sum(len(value) for kept in hashes for value in kept.values())

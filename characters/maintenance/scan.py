"""A scan over all users of the store: their ids, and what the store keeps of each."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass

from characters.store.client import StoreClient
from characters.store.keys import OwnedKey, parse_user_key
from characters.store.user_records import UserRecords, records_of

ProgressCallback = Callable[[int, int], None]
"""Is called with how many users are done, and how many there are."""

SHORT_LIVED = {"rates", "lobbies", "removal", "turn", "importing", "forgotten"}  # kinds of keys
AT_ONCE = 16  # users that are read in one request


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
    async for name in client.keys("game:*"):
        if key := parse_user_key(name):
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
    for start in range(0, len(user_ids), AT_ONCE):
        batch = user_ids[start : start + AT_ONCE]
        for records in await records_of(client, batch):
            yield records
            await asyncio.sleep(0)
        if progress:
            progress(start + len(batch), len(user_ids))

"""A scan over all users of the store: their ids, and what the store keeps of each."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from characters.store.client import StoreClient
from characters.store.keys import OwnedKey, parse_user_key, user_keys

ProgressCallback = Callable[[int, int], None]
"""Is called with how many users are done, and how many there are."""

AT_ONCE = 16  # users that are read at the same time

_LARGE = 2**14  # bytes of a record, beyond which it is worth a pause

_ESCAPED = re.compile(rb"\\u00([2-7][0-9a-fA-F])")  # JSON may write any letter so
_STEM = re.compile(rb"[0-9a-f]{32}(?=(?:-256)?\.webp)")


class UserRecords(NamedTuple):
    """What the store keeps of one user at one moment, as bytes, corrupt records too.

    `others` are keys of a type that is not ours; they read as empty.
    """

    user_id: int
    characters: dict[bytes, bytes]
    active: bytes | None
    trash: dict[bytes, bytes]
    drafts: dict[bytes, bytes]
    foreign: dict[bytes, bytes]
    others: list[str]

    def records(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Each record with its place (`characters` or `trash`) and char_id."""
        for char_id, record in self.characters.items():
            yield "characters", char_id, record
        for char_id, record in self.trash.items():
            yield "trash", char_id, record

    async def stems(self) -> set[str]:
        """The stems of our portraits' names that occur anywhere in records and drafts.

        They may have 20 MiB, so other tasks run between them.
        """
        found: set[str] = set()
        for values in (self.characters, self.trash, self.drafts):
            for value in values.values():
                plain = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), value)
                found.update(stem.decode() for stem in _STEM.findall(plain))
                if len(value) > _LARGE:
                    await asyncio.sleep(0)
        return found


@dataclass(frozen=True, slots=True)
class Users:
    """The ids of all users in order, and how many keys have names for the other kind of server."""

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
    """Who has anything in the store, but for rates. Raises StorageUnavailable."""
    ids: set[int] = set()
    misnamed: set[str] = set()
    async for key in owned_keys(client):
        if key.braces != client.is_cluster:
            misnamed.add(key.key)
        elif key.kind != "rates":
            ids.add(key.user_id)
    return Users(sorted(ids), len(misnamed))


async def user_records(client: StoreClient, user_id: int) -> UserRecords:
    """What the store keeps of a user. Raises StorageUnavailable."""
    keys = user_keys(user_id, cluster=client.is_cluster)
    found = await client.run("user_records", keys)
    characters, active, trash, drafts, foreign, others = found
    return UserRecords(
        user_id,
        _hash(characters),
        active,
        _hash(trash),
        _hash(drafts),
        _hash(foreign),
        [key.decode() for key in others],
    )


async def records_of_users(
    client: StoreClient, user_ids: Sequence[int], progress: ProgressCallback | None = None
) -> AsyncGenerator[UserRecords, None]:
    """What the store keeps of each of these users, in their order. Raises StorageUnavailable."""
    for start in range(0, len(user_ids), AT_ONCE):
        batch = user_ids[start : start + AT_ONCE]
        for records in await asyncio.gather(*(user_records(client, each) for each in batch)):
            yield records
            await asyncio.sleep(0)
        if progress:
            progress(start + len(batch), len(user_ids))


def _hash(entries: list[bytes]) -> dict[bytes, bytes]:
    return dict(zip(entries[::2], entries[1::2], strict=True))

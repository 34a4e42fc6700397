"""Everybody in the store, one after the other, in as much memory as one user takes."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, closing
from itertools import islice
from typing import NamedTuple

from characters.store import scripts as lua
from characters.store.characters import Keys
from characters.store.client import StoreClient

Progress = Callable[[int, int], None]
"""Is told how much is done, and how much there is to do."""

AT_ONCE = 16  # users that are read at the same time

_KINDS = tuple(key.split(":")[1] for key in Keys.of(0, cluster=False))
_KEY = re.compile(rf"game:({'|'.join(_KINDS)}):(?:([1-9]\d{{0,18}})|\{{([1-9]\d{{0,18}})\}})")
_ESCAPED = re.compile(
    rb"\\u00([2-7][0-9a-fA-F])"
)  # as JSON may have any letter, for instance of a name
_STEM = re.compile(rb"[0-9a-f]{32}(?=(?:-256)?\.webp)")


class Owned(NamedTuple):
    """A key of a user: which of `Keys` it is, whose, and whether its name is one for a cluster."""

    key: str
    kind: str
    user_id: int
    braces: bool

    def renamed(self, *, braces: bool) -> str:
        """The same key under the name that it has on a cluster (with braces), or on one server."""
        return Keys.of(self.user_id, cluster=braces)[_KINDS.index(self.kind)]


class UserRecords(NamedTuple):
    """What the store keeps of one user, at one moment; everything as bytes, corrupt records too."""

    user_id: int
    characters: dict[bytes, bytes]
    active: bytes | None
    trash: dict[bytes, bytes]
    drafts: dict[bytes, bytes]
    foreign: list[str]
    """Keys of another type than ours, which read as empty."""

    def records(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Each record with its place (`characters` or `trash`) and char_id."""
        for place, records in (("characters", self.characters), ("trash", self.trash)):
            yield from ((place, char_id, record) for char_id, record in records.items())

    def stems(self) -> set[str]:
        """The portraits of ours that are named anywhere: in records, corrupt ones too, and in drafts of any release."""
        values = (
            value
            for values in (self.characters, self.trash, self.drafts)
            for value in values.values()
        )
        plain = (_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), value) for value in values)
        return {stem.decode() for value in plain for stem in _STEM.findall(value)}


class Everybody:
    """The ids of all users, each once and in order; they lie on the disk, in a file that goes with the process."""

    def __init__(self, ids: sqlite3.Connection) -> None:
        self._ids = ids
        self.misnamed = (
            0  # keys with names for the other kind of server, which no bot on this one sees
        )

    def __len__(self) -> int:
        return self._ids.execute("SELECT count(*) FROM ids").fetchone()[0]

    def __iter__(self) -> Iterator[int]:
        return (user_id for (user_id,) in self._ids.execute("SELECT id FROM ids ORDER BY id"))

    def add(self, user_ids: Iterable[int]) -> None:
        self._ids.executemany(
            "INSERT OR IGNORE INTO ids VALUES (?)", ((each,) for each in user_ids)
        )


async def owned_keys(client: StoreClient) -> AsyncGenerator[Owned, None]:
    """The keys of all users, some perhaps twice, under either kind of name. Raises StorageUnavailable."""
    async for key in client.keys("game:*"):
        if match := _KEY.fullmatch(key):
            kind, plain, braced = match.groups()
            user_id = int(plain or braced)
            if user_id < 2**63:
                yield Owned(key, kind, user_id, braces=bool(braced))


@asynccontextmanager
async def everybody(client: StoreClient) -> AsyncGenerator[Everybody, None]:
    """Who has anything in the store. Raises StorageUnavailable."""
    with closing(sqlite3.connect("", isolation_level=None)) as ids:
        ids.executescript("CREATE TABLE ids (id INTEGER PRIMARY KEY); BEGIN")
        found, batch = Everybody(ids), list[int]()
        async for each in owned_keys(client):
            if each.braces != client.is_cluster:
                found.misnamed += 1
            elif each.kind != "rates":
                batch.append(each.user_id)
            if len(batch) >= 1000:  # noqa: PLR2004 - as many as a step of the scan brings
                found.add(batch)
                batch.clear()
        found.add(batch)
        yield found


async def user_records(client: StoreClient, user_id: int) -> UserRecords:
    """What the store keeps of a user. Raises StorageUnavailable."""
    keys = Keys.of(user_id, cluster=client.is_cluster)
    characters, active, trash, drafts, foreign = await client.run(lua.HOLDING, keys[:4])
    return UserRecords(
        user_id,
        _hash(characters),
        active,
        _hash(trash),
        _hash(drafts),
        [key.decode() for key in foreign],
    )


async def records_of_users(
    client: StoreClient, users: Iterable[int], progress: Progress | None = None, total: int = 0
) -> AsyncGenerator[UserRecords, None]:
    """What the store keeps of each of these users, in their order. Raises StorageUnavailable."""
    waiting, done = iter(users), 0
    while batch := list(islice(waiting, AT_ONCE)):
        for each in await asyncio.gather(*(user_records(client, user_id) for user_id in batch)):
            yield each
        done += len(batch)
        if progress:
            progress(done, total)


@asynccontextmanager
async def scan_users(
    client: StoreClient, progress: Progress | None = None
) -> AsyncGenerator[tuple[Everybody, AsyncGenerator[UserRecords, None]], None]:
    """Who is in the store, and what it keeps of each. Raises StorageUnavailable."""
    async with everybody(client) as found:
        yield found, records_of_users(client, found, progress, len(found))


def _hash(entries: list[bytes]) -> dict[bytes, bytes]:
    return dict(zip(entries[::2], entries[1::2], strict=True))

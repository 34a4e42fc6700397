"""The slot of a user moves to another node, one key after the other, while the user plays."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from redis import Redis
from redis.asyncio import RedisCluster
from redis.exceptions import MovedError

from characters.errors import StorageUnavailable
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.connecting import connected
from characters.store.keys import UserKeys
from characters.store.user_records import records_of
from tests.store.test_tracking import tracking, until

USER = 42
SPLIT_SECONDS = 0.1  # in which a node has only some of the keys


@pytest.fixture
async def client(cluster_url: str) -> AsyncGenerator[Any, None]:
    async with connected(cluster_url) as client:
        yield client


class Slot:
    """That of a user, which moves between the node that has it and another one."""

    def __init__(self, client: RedisCluster, keys: UserKeys) -> None:
        self._key = keys.characters
        self._slot = client.keyslot(self._key)
        home = client.get_node_from_key(self._key)
        assert home
        self._ports = [int(node.port) for node in client.get_primaries()]
        self._ports.sort(key=lambda port: port != int(home.port))

    def ask(self, node: int, *command: Any) -> Any:
        with Redis(port=self._ports[node]) as client:
            return client.execute_command(*command)

    def begin(self) -> None:
        here, there = (self.ask(node, "CLUSTER MYID") for node in (0, 1))
        self.ask(1, "CLUSTER SETSLOT", self._slot, "IMPORTING", here)
        self.ask(0, "CLUSTER SETSLOT", self._slot, "MIGRATING", there)

    def move(self, *keys: str) -> None:
        place = ("127.0.0.1", self._ports[1], "", 0, 5000)
        self.ask(0, "MIGRATE", *place, "KEYS", *keys)

    def end(self) -> None:
        if rest := self.ask(0, "CLUSTER GETKEYSINSLOT", self._slot, 100):
            self.move(*rest)
        new = self.ask(1, "CLUSTER MYID")
        for node in (1, 0, *range(2, len(self._ports))):
            self.ask(node, "CLUSTER SETSLOT", self._slot, "NODE", new)
        self._ports[:2] = reversed(self._ports[:2])

    async def travel(self, first: str) -> None:
        """To the other node; for a while that one has only this key."""
        self.begin()
        self.move(first)
        await asyncio.sleep(SPLIT_SECONDS)
        self.end()

    async def migrate(self) -> None:
        there = self.ask(1, "CLUSTER MYID")
        self.ask(0, "CLUSTER MIGRATESLOTS", "SLOTSRANGE", self._slot, self._slot, "NODE", there)
        await until(lambda: not self._is_elsewhere(), 10)
        self._ports[:2] = reversed(self._ports[:2])

    def _is_elsewhere(self) -> bool:
        try:
            self.ask(1, "EXISTS", self._key)
        except MovedError:
            return True
        return False


async def fill(store: CharacterStore) -> None:
    """Ana is active, but Bob was used more recently; Cy is in the trash."""
    for number, name in enumerate(("Ana", "Bob", "Cy")):
        await store.create(USER, Character(name, {"name": name, "last_used": 1.5 + number}), 9)
    await store.delete(USER, "Cy")
    await store.client.execute("SET", store.keys(USER).active, "Ana")


async def name_of_active(store: CharacterStore) -> str:
    active = await store.active(USER)
    return active.name if active else ""


async def name_in_party(store: CharacterStore) -> str:
    (active,) = await store.party([USER])
    return active.name if active else ""


async def active_id(store: CharacterStore) -> str | None:
    return (await store.roster(USER)).active_id


async def active_in_backup(store: CharacterStore) -> str:
    (records,) = await records_of(store.client, [USER])
    return (records.active or b"").decode()


@pytest.mark.parametrize("first", ["characters", "active"])
@pytest.mark.parametrize("read", [name_of_active, name_in_party, active_id, active_in_backup])
async def test_who_is_active_is_never_read_wrong(
    client: Any, first: str, read: Callable[[CharacterStore], Awaitable[Any]]
) -> None:
    """A node that has only one of two keys would answer with the latest character instead."""
    store = CharacterStore(client)
    await fill(store)
    slot, key = Slot(client, store.keys(USER)), getattr(store.keys(USER), first)
    slot.begin()
    slot.move(key)
    try:
        with pytest.raises(StorageUnavailable):
            await read(store)
    finally:
        slot.end()
    assert await read(store) == "Ana"
    await slot.travel(key)  # and is back where it was
    assert await read(store) == "Ana"


@pytest.mark.parametrize("first", ["characters", "active", "trash", "all at once"])
async def test_nothing_is_wrong_or_lost_while_players_play(client: Any, first: str) -> None:
    """Requests may be refused; not where Valkey 9 moves the whole slot at one moment."""
    async with tracking(client) as store:
        await fill(store)
        slot = Slot(client, store.keys(USER))
        found: set[str] = set()
        refused = 0
        moving = True

        async def try_until_moved(*requests: Callable[[], Awaitable[Any]]) -> None:
            nonlocal refused
            while moving:
                for request in requests:
                    try:
                        found.add(str(await request()))
                    except StorageUnavailable:
                        refused += 1
                    store.near_cache.drop(USER)
                    await asyncio.sleep(0.001)

        async def change() -> str:
            await store.restore(USER, "Cy", 9)
            await store.delete(USER, "Cy")
            return "Ana"

        look = (partial(name_of_active, store), partial(name_in_party, store))
        playing = asyncio.gather(try_until_moved(*look), try_until_moved(change))
        for _ in range(4):
            await asyncio.sleep(0.05)
            if first == "all at once":
                await slot.migrate()
            else:
                await slot.travel(getattr(store.keys(USER), first))
        moving = False
        await playing
        assert found == {"Ana"}
        assert refused == 0 or first != "all at once"
        if await store.get(USER, "Cy"):
            await store.delete(USER, "Cy")
        assert {each.name for each in (await store.roster(USER)).characters} == {"Ana", "Bob"}
        assert [each.name for each in await store.trash(USER)] == ["Cy"]

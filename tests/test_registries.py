"""The near cache of the drop-in functions, from the first call to the end of client and loop."""

import asyncio
import gc
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis, RedisCluster

import game_characters
from characters.store.remembered_characters import RememberedCharacter
from game_characters import registries
from tests.clusters import SLOTS, Cluster

USER = 42
PROGRAM = """
import asyncio, sys, threading
from redis.asyncio import Redis
import game_characters
from game_characters.registries import near_cache_of

async def session(close=True):
    client = Redis.from_url(sys.argv[1])
    if not await game_characters.get_active_character(42, client):
        await game_characters.create_character(42, "Ana", "", client)
    async with asyncio.timeout(10):
        while not near_cache_of(client).active.recall(42):
            await game_characters.get_active_character(42, client)
    char = await game_characters.get_active_character(42, client)
    assert char["name"] == "Ana"
    if close:
        await client.aclose()
    return client
"""


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    registries._settings.cache_clear()
    registries.assets.cache_clear()
    yield
    registries._settings.cache_clear()
    registries.assets.cache_clear()


def recalled(redis: Redis | RedisCluster, user_id: int = USER) -> RememberedCharacter | None:
    near_cache = registries.near_cache_of(redis)
    return near_cache.active.recall(user_id) if near_cache else None


async def remembered(redis: Redis | RedisCluster) -> dict[str, Any] | None:
    async with asyncio.timeout(10):
        while not (found := recalled(redis)):
            await game_characters.get_active_character(USER, redis)
    return found.to_dict()


async def remembered_list(redis: Redis | RedisCluster) -> list[dict[str, Any]]:
    async with asyncio.timeout(10):
        while True:
            near_cache = registries.near_cache_of(redis)
            if near_cache and (found := near_cache.lists.recall(USER)):
                return found.to_dicts()
            await game_characters.list_characters(USER, redis)


async def test_the_active_character_is_remembered(valkey: Redis) -> None:
    char = await game_characters.create_character(USER, "Ana", "", valkey)
    assert await remembered(valkey) == char
    got = await game_characters.get_active_character(USER, valkey)
    assert got == char
    got["name"] = "Bob"
    assert await game_characters.get_active_character(USER, valkey) == char


async def test_the_list_is_remembered(
    valkey: Redis, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chars = [await game_characters.create_character(USER, name, "", valkey) for name in "ab"]
    latest_first = chars[::-1]
    assert await remembered_list(valkey) == latest_first
    with monkeypatch.context() as without_registry:
        without_registry.setattr(game_characters, "registry_of", None)
        assert await game_characters.list_characters(USER, valkey) == latest_first
    stats: Any = await valkey.info("commandstats")
    got = await game_characters.list_characters(USER, valkey)
    assert got == latest_first
    got.pop()["name"] = "Bob"
    got[0]["name"] = "Bob"
    assert await game_characters.list_characters(USER, valkey) == latest_first
    stats_after: Any = await valkey.info("commandstats")
    assert stats_after["cmdstat_hgetall"]["calls"] == stats["cmdstat_hgetall"]["calls"]
    async with Redis.from_url(valkey_url) as other:
        for char in (*chars, *chars):
            await remembered_list(valkey)
            await remembered_list(other)
            await game_characters.set_active_character(USER, char["char_id"], other)
            for client in (valkey, other):
                assert (await game_characters.list_characters(USER, client))[0]["char_id"] == (
                    char["char_id"]
                )
        await game_characters.delete_character(USER, chars[0]["char_id"], other)
        assert len(await game_characters.list_characters(USER, valkey)) == 1


async def test_an_own_change_is_seen_at_once_by_each_client(valkey: Redis, valkey_url: str) -> None:
    async with Redis.from_url(valkey_url) as other:
        ana = await game_characters.create_character(USER, "Ana", "", valkey)
        bob = await game_characters.create_character(USER, "Bob", "", other)
        for char in (ana, bob, ana):
            await remembered(valkey)
            await remembered(other)
            await game_characters.set_active_character(USER, char["char_id"], other)
            for client in (valkey, other):
                active = await game_characters.get_active_character(USER, client)
                assert active
                assert active["char_id"] == char["char_id"]


async def test_bad_arguments_are_no_remembered_users(valkey: Redis) -> None:
    await game_characters.create_character(1, "Ana", "", valkey)
    async with asyncio.timeout(10):
        while not recalled(valkey, 1):
            await game_characters.get_active_character(1, valkey)
    near_cache = registries.near_cache_of(valkey)
    assert near_cache
    async with asyncio.timeout(10):
        while not near_cache.lists.recall(1):
            await game_characters.list_characters(1, valkey)
    wrong: Any = True  # equals 1
    assert await game_characters.get_active_character(wrong, valkey) is None
    digits: Any = "1"
    assert await game_characters.get_active_character(digits, valkey)
    assert await game_characters.list_characters(1, valkey)
    assert await game_characters.list_characters(wrong, valkey) == []
    assert await game_characters.list_characters(digits, valkey)


async def test_it_ends_with_the_client(valkey: Redis, valkey_url: str) -> None:
    tasks, clients = asyncio.all_tasks(), len(await valkey.client_list())
    async with Redis.from_url(valkey_url) as client:
        await remembered(client)
    del client
    gc.collect()
    await asyncio.sleep(0.1)
    assert asyncio.all_tasks() == tasks
    assert len(await valkey.client_list()) == clients
    assert not [use for use in registries._latest_uses.values() if use.client() is None]


async def test_it_ends_where_the_client_is_closed_and_begins_anew_with_the_next_use(
    valkey: Redis, valkey_url: str
) -> None:
    tasks, clients = asyncio.all_tasks(), len(await valkey.client_list())
    client = Redis.from_url(valkey_url)
    for _ in range(2):
        await remembered(client)
        await client.aclose()
        assert asyncio.all_tasks() == tasks
        await asyncio.sleep(0.1)
        assert len(await valkey.client_list()) == clients
        assert recalled(client) is None


async def test_a_setting_turns_it_off(valkey: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEAR_CACHE", "false")
    clients = len(await valkey.client_list())
    for _ in range(3):
        await game_characters.get_active_character(USER, valkey)
        await asyncio.sleep(0.02)
    assert recalled(valkey) is None
    assert len(await valkey.client_list()) == clients


@pytest.mark.parametrize(
    "use",
    [
        pytest.param("for _ in range(3): asyncio.run(session())", id="loops"),
        pytest.param("for _ in range(3): asyncio.run(session(close=False))", id="open clients"),
        pytest.param("clients = [asyncio.run(session()) for _ in range(3)]", id="kept clients"),
        pytest.param(
            "threads = [threading.Thread(target=asyncio.run, args=[session()]) for _ in range(3)]\n"
            "for each in threads: each.start()\n"
            "for each in threads: each.join()",
            id="threads",
        ),
        pytest.param(
            "loop = asyncio.new_event_loop()\nloop.run_until_complete(session())\nloop.close()",
            id="a closed loop",
        ),
        pytest.param("asyncio.new_event_loop().run_until_complete(session())", id="an open loop"),
    ],
)
def test_loops_end_without_a_word(use: str, valkey_url: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM + use)
    leaves_open = "close=False" in use or "new_event_loop().run" in use
    options = [] if leaves_open else ["-W", "error"]
    done = subprocess.run(
        [sys.executable, *options, program, valkey_url], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture(params=["valkey", "cluster"])
async def closed_client(request: pytest.FixtureRequest) -> AsyncGenerator[Any, None]:
    """A client that the test closes."""
    if request.param == "valkey":
        client: Any = Redis.from_url(request.getfixturevalue("valkey_url"))
    else:
        client = RedisCluster(host="127.0.0.1", port=request.getfixturevalue("cluster_port"))
    yield client
    await client.aclose()


async def test_a_call_while_the_client_is_being_closed_begins_nothing_anew(
    closed_client: Any,
) -> None:
    tasks = asyncio.all_tasks()
    await remembered(closed_client)
    closing = asyncio.create_task(closed_client.aclose())
    await asyncio.sleep(0)
    await game_characters.get_active_character(USER + 1, closed_client)
    await closing
    assert asyncio.all_tasks() == tasks


@pytest.mark.parametrize("turns", range(1, 4))
async def test_it_ends_where_the_closing_is_given_up(valkey_url: str, turns: int) -> None:
    tasks, client = asyncio.all_tasks(), Redis.from_url(valkey_url)
    await remembered(client)
    closing = asyncio.create_task(client.aclose())
    for _ in range(turns):
        await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait([closing])
    assert asyncio.all_tasks() == tasks
    assert recalled(client) is None
    await client.aclose()


async def test_it_ends_where_the_closing_fails(valkey_url: str) -> None:
    class Failing(Redis):
        async def aclose(self, close_connection_pool: bool | None = None) -> None:  # noqa: FBT001 - as in redis-py
            await super().aclose(close_connection_pool)
            raise ConnectionError

    tasks = asyncio.all_tasks()
    client = Failing.from_url(valkey_url)
    await remembered(client)
    with pytest.raises(ConnectionError):
        await client.aclose()
    assert asyncio.all_tasks() == tasks


def primaries(slots: dict[int, list[Any]]) -> list[int]:
    """The port of the primary of each slot."""
    return [slots[slot][0].port for slot in range(SLOTS)]


async def test_the_closing_ends_also_what_swallows_its_end(valkey_url: str) -> None:
    """As redis-py's client may do while it connects."""
    client = Redis.from_url(valkey_url)
    await remembered(client)

    async def swallow() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    task = asyncio.create_task(swallow())
    registries._tracking[client].add(task)
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await client.aclose()
    assert task.cancelled()


async def test_after_redis_py_closed_a_cluster_client_to_read_its_slots_it_is_tracked_again(
    shared_cluster: Cluster, cluster_url: str
) -> None:
    del cluster_url
    port, tasks = shared_cluster.servers[0].port, asyncio.all_tasks()
    async with RedisCluster(host="127.0.0.1", port=port, reinitialize_steps=2) as client:
        await remembered(client)
        before = asyncio.all_tasks()
        nodes: Any = client.nodes_manager
        slots, ports = nodes.slots_cache, primaries(nodes.slots_cache)
        nodes.slots_cache = {slot: slots[SLOTS - 1 - slot] for slot in slots}
        for key in "ab":  # at the wrong server first
            assert await client.get(key) is None
        await client.get("a")
        assert primaries(nodes.slots_cache) == ports
        await remembered(client)
        assert len(asyncio.all_tasks()) == len(before)
    assert asyncio.all_tasks() == tasks

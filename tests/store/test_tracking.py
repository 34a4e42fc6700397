"""The near cache over real servers: what they say that changed, and how they are lost."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis, UnixDomainSocketConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import MasterDownError, NoPermissionError, ResponseError

from characters.errors import StorageUnavailable
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from characters.store.near_cache import NearCache
from characters.store.tracking import Tracking, _is_final, track, tracked
from tests.servers import Server, free_port, redis_binary
from tests.slow_proxy import SlowProxy
from tests.soak import trials

USER = 7


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - nobody says when
            await asyncio.sleep(0.005)


@asynccontextmanager
async def tracking(redis: Any) -> AsyncGenerator[CharacterStore, None]:
    """A store whose near cache is in use."""
    store = CharacterStore(redis)
    async with tracked(redis, store.near_cache):
        await until(lambda: remembers(store))
        yield store


def remembers(store: CharacterStore) -> bool:
    """Whether the cache may be asked."""
    active, lists = store.near_cache.active, store.near_cache.lists
    active.end_read(0, active.begin_read(0), None)
    lists.end_read(0, lists.begin_read(0), [])
    is_active = active.recall(0) is not None
    assert is_active is (lists.recall(0) is not None)
    return is_active


async def remember(store: CharacterStore) -> Character | None:
    """The active character, remembered; the server may still have to say that it changed."""
    async with asyncio.timeout(10):
        while not (remembered := store.near_cache.active.recall(USER)):
            await store.active(USER)
        return remembered.character()


async def remember_list(store: CharacterStore) -> list[str]:
    """The names of the list, remembered; the server may still have to say that it changed."""
    async with asyncio.timeout(10):
        while not (remembered := store.near_cache.lists.recall(USER)):
            await store.dicts(USER)
        return [each["name"] for each in remembered.to_dicts()]


async def requests(redis: Redis) -> int:
    """How often the server was asked for characters, or ran a script."""
    stats: Any = await redis.info("commandstats")
    return sum(each["calls"] for name, each in stats.items() if "eval" in name or "hget" in name)


@pytest.fixture(params=["plain", "decoding", "RESP2", "timeout", "redis 7.0"])
async def client(request: pytest.FixtureRequest, valkey_url: str) -> AsyncGenerator[Redis, None]:
    options: dict[str, Any] = {
        "decoding": {"decode_responses": True},
        "RESP2": {"protocol": 2},
        "timeout": {"socket_timeout": 1, "health_check_interval": 1, "retry_on_timeout": True},
    }.get(request.param, {})
    url = request.getfixturevalue("redis_url") if request.param == "redis 7.0" else valkey_url
    async with Redis.from_url(url, **options) as redis:
        yield redis
        await redis.flushall()


async def test_a_remembered_character_is_no_request(client: Redis) -> None:
    async with tracking(client) as store:
        ana = await store.create(USER, Character.new("Ana", ""), 10)
        assert await remember(store) == ana
        assert await remember_list(store) == ["Ana"]
        before = await requests(client)
        for _ in range(10):
            assert await store.active(USER) == ana
            assert await store.dicts(USER) == [ana.to_dict()]
        assert await requests(client) == before


async def test_of_lists_that_are_asked_for_at_once_one_is_read(client: Redis) -> None:
    async with tracking(client) as store:
        ana = await store.create(USER, Character.new("Ana", ""), 10)
        await remember_list(store)
        store.near_cache.drop(USER)
        before = await requests(client)
        found = await asyncio.gather(*(store.dicts(USER) for _ in range(10)))
        assert found == [[ana.to_dict()]] * 10
        assert await requests(client) <= before + 2  # the server may still say that it changed
        found[0][0]["name"] = "Bob"
        assert found[1][0]["name"] == "Ana"


@pytest.mark.parametrize("method", ["connect", "read_response"])
@pytest.mark.parametrize("cancelled_again", [False, True])
async def test_it_ends_where_redis_py_swallows_a_cancellation(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch, method: str, *, cancelled_again: bool
) -> None:
    """Once; also where nobody cancels it again, as where a host closes its client."""
    whole, swallowed = getattr(UnixDomainSocketConnection, method), asyncio.Event()
    is_used = asyncio.Event()

    async def swallows(self: Any, *arguments: Any, **options: Any) -> Any:
        try:
            is_used.set()
            if not swallowed.is_set():
                await asyncio.sleep(0.1)
            return await whole(self, *arguments, **options)
        except asyncio.CancelledError:
            if swallowed.is_set():
                raise
            swallowed.set()
            return await whole(self, *arguments, **options)

    monkeypatch.setattr(UnixDomainSocketConnection, method, swallows)
    async with Redis.from_url(valkey_url) as redis, asyncio.timeout(10):
        if cancelled_again:
            async with tracked(redis, NearCache()):
                await is_used.wait()
        else:
            task = track(redis, NearCache())
            await is_used.wait()
            task.cancel()
            await asyncio.wait([task])
    assert swallowed.is_set()


async def test_it_ends_where_a_cancellation_is_swallowed_and_the_server_is_gone(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_asked = asyncio.Event()

    async def fails(_: Any) -> None:
        is_asked.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(10)
        raise RedisConnectionError

    monkeypatch.setattr(UnixDomainSocketConnection, "connect", fails)
    async with Redis.from_url(valkey_url) as redis, asyncio.timeout(10):
        task = track(redis, NearCache())
        await is_asked.wait()
        task.cancel()
        await asyncio.wait([task])


async def test_a_list_that_changes_while_it_is_read_is_not_remembered(
    valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tracking(valkey) as store:
        await store.create(USER, Character.new("Ana", ""), 10)
        await remember_list(store)
        await asyncio.sleep(0.1)  # the server has said all
        store.near_cache.drop(USER)
        execute = store.client.execute

        async def late(*command: Any) -> Any:
            answer = await execute(*command)
            store.near_cache.drop(USER)
            return answer

        monkeypatch.setattr(store.client, "execute", late)
        assert len(await store.dicts(USER)) == 1
        assert store.near_cache.lists.recall(USER) is None


@pytest.mark.parametrize("read", ["active", "dicts"])
@pytest.mark.parametrize("turns", range(1, 5))
async def test_a_read_that_is_given_up_leaves_nothing(valkey: Redis, turns: int, read: str) -> None:
    async with tracking(valkey) as store:
        task: asyncio.Task[Any] = asyncio.create_task(getattr(store, read)(USER))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert not store.near_cache.active._reads
        assert not store.near_cache.lists._reads


async def test_a_party_asks_only_for_those_who_are_not_remembered(client: Redis) -> None:
    async with tracking(client) as store:
        ana = await store.create(USER, Character.new("Ana", ""), 10)
        bob = await store.create(8, Character.new("Bob", ""), 10)
        await remember(store)
        for users in ([USER, 8, 9], [9, 8, USER, 8]):
            expected = {USER: ana, 8: bob, 9: None}
            assert await store.party(users) == [expected[each] for each in users]
        async with asyncio.timeout(10):
            while not (store.near_cache.active.recall(8) and store.near_cache.active.recall(9)):
                await store.party([USER, 8, 9])
        before = await requests(client)
        assert await store.party([USER, 8, 9]) == [ana, bob, None]
        assert await requests(client) == before
        assert await store.party([]) == []


async def test_what_another_program_writes_is_seen(client: Redis) -> None:
    async with tracking(client) as store:
        ana = await store.create(USER, Character.new("Ana", ""), 10)
        bob = await store.create(USER, Character.new("Bob", ""), 10)
        assert await remember(store) == bob
        assert await remember_list(store) == ["Bob", "Ana"]
        await client.set(f"game:active_char:{USER}", ana.char_id)
        await until(lambda: store.near_cache.active.recall(USER) is None)
        assert await remember(store) == ana
        await remember_list(store)
        await client.execute_command("HDEL", f"game:characters:{USER}", ana.char_id)
        await until(lambda: store.near_cache.active.recall(USER) is None)
        assert await remember(store) == bob
        assert await remember_list(store) == ["Bob"]


@pytest.mark.parametrize("command", ["FLUSHALL", "FLUSHDB"])
async def test_what_empties_the_store_empties_the_cache(valkey: Redis, command: str) -> None:
    async with tracking(valkey) as store:
        await store.create(USER, Character.new("Ana", ""), 10)
        await remember(store)
        await remember_list(store)
        await valkey.execute_command(command)
        await until(lambda: store.near_cache.active.recall(USER) is None)
        await until(lambda: store.near_cache.lists.recall(USER) is None)
        assert await store.active(USER) is None
        assert await store.dicts(USER) == []


async def test_what_the_server_does_not_say_is_seen_after_a_while(
    valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("characters.store.tracking.OLDEST_SECONDS", 0.5)
    async with tracking(valkey) as store:
        await store.create(USER, Character.new("Ana", ""), 10)
        await remember(store)
        await remember_list(store)
        await valkey.execute_command("SWAPDB", 0, 1)
        await until(lambda: store.near_cache.active.recall(USER) is None)
        assert await store.active(USER) is None
        assert await store.dicts(USER) == []


async def test_a_lost_connection_empties_the_cache_until_there_is_another(
    valkey: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with tracking(valkey) as store:
        ana = await store.create(USER, Character.new("Ana", ""), 10)
        await remember(store)
        await valkey.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await until(lambda: not remembers(store))
        assert await store.active(USER) == ana
        await until(lambda: remembers(store))
        assert await remember(store) == ana
    assert "The near cache is empty until the store answers" in caplog.text


async def test_a_server_that_stalls_is_not_believed(tmp_path: Path) -> None:
    async with embedded_valkey(tmp_path) as url, Redis.from_url(url) as redis:
        server: int = (await redis.info("server"))["process_id"]
        async with tracking(redis) as store:
            await remember(store)
            os.kill(server, signal.SIGSTOP)
            try:
                await asyncio.sleep(1.05)
                assert store.near_cache.active.recall(USER) is None
                await asyncio.sleep(0.5)  # it counts as lost
                assert not store.near_cache.active._entries
                assert not store.near_cache.lists._entries
            finally:
                os.kill(server, signal.SIGCONT)
            await until(lambda: remembers(store))


async def test_a_network_that_swallows_everything_is_not_believed(valkey_url: str) -> None:
    async with (
        SlowProxy(valkey_url).running() as proxy,
        Redis.from_url(proxy.url) as redis,
        tracking(redis) as store,
    ):
        proxy.delay = None
        await until(lambda: not remembers(store))
        proxy.cut()
        proxy.delay = 0
        await until(lambda: remembers(store))


async def test_a_server_that_was_restarted_is_tracked_anew(tmp_path: Path) -> None:
    server = Server(redis_binary(), tmp_path, port=free_port())
    server.start()
    try:
        async with Redis.from_url(server.url) as redis, tracking(redis) as store:
            await remember(store)
            server.restart()
            await until(lambda: not remembers(store))
            await until(lambda: remembers(store))
            assert store.near_cache.active.recall(USER) is None
    finally:
        server.kill()


async def test_without_the_right_to_track_it_is_one_line_in_the_log(
    valkey: Redis, valkey_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    rules = ("+@all", "-client|tracking", "~game:*", "on", ">secret")
    await valkey.execute_command("ACL", "SETUSER", "ana", *rules)
    async with Redis.from_url(valkey_url, username="ana", password="secret") as client:
        store = CharacterStore(client)
        await Tracking(client, store.near_cache).run()
        ana = await store.create(USER, Character.new("Ana", ""), 10)
        assert await store.active(USER) == ana
        assert store.near_cache.active.recall(USER) is None
    await valkey.execute_command("ACL", "DELUSER", "ana")
    (line,) = [each for each in caplog.records if each.name.endswith("tracking")]
    assert line.levelname == "INFO"
    assert "it can't track changes" in line.message


@pytest.mark.parametrize("kind", ["fakeredis", "other"])
async def test_a_client_that_can_not_track_is_one_line_in_the_log(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client: Any = FakeAsyncRedis() if kind == "fakeredis" else object()
    await Tracking(client, CharacterStore(client).near_cache).run()
    assert "it can't track changes" in caplog.text
    if kind != "other":
        await client.aclose()


async def test_its_connection_and_task_end_with_it(valkey: Redis) -> None:
    tasks, clients = asyncio.all_tasks(), len(await valkey.client_list())
    async with tracking(valkey):
        assert len(await valkey.client_list()) == clients + 1
    assert asyncio.all_tasks() == tasks
    await asyncio.sleep(0.05)
    assert len(await valkey.client_list()) == clients


@pytest.mark.soak
async def test_nothing_is_stale_after_an_own_write_with_reads_in_flight(valkey_url: str) -> None:
    async with (
        Redis.from_url(valkey_url) as first,
        Redis.from_url(valkey_url) as second,
        tracking(first) as store,
        tracking(second) as other,
    ):
        ids = [(await store.create(USER, Character.new(name, ""), 10)).char_id for name in "abc"]
        stop = asyncio.Event()

        async def read(reader: CharacterStore) -> None:
            while not stop.is_set():
                with suppress(StorageUnavailable):
                    await reader.active(USER)
                    await reader.dicts(USER)
                await asyncio.sleep(0)

        readers = [asyncio.create_task(read(each)) for each in (store, other) for _ in range(4)]
        stale = 0
        for number in range(trials(500, 10_000)):
            char_id = ids[number % 3]
            await (store, other)[number % 2].activate(USER, char_id)
            for reader in (store, other):
                active, chars = await reader.active(USER), await reader.dicts(USER)
                stale += active is None or active.char_id != char_id
                stale += chars[0]["char_id"] != char_id
        stop.set()
        await asyncio.gather(*readers)
        assert stale == 0


@pytest.mark.soak
async def test_the_write_of_another_program_is_seen_in_the_end(valkey: Redis) -> None:
    """What is remembered is never older than what the server said last."""
    async with tracking(valkey) as store:
        ids = [(await store.create(USER, Character.new(name, ""), 10)).char_id for name in "abc"]
        for number in range(trials(300, 5_000)):
            reads = [asyncio.create_task(store.active(USER)) for _ in range(number % 4)]
            await valkey.set(f"game:active_char:{USER}", ids[number % 3])
            await asyncio.gather(*reads)
            async with asyncio.timeout(10):
                active = await store.active(USER)
                while active is None or active.char_id != ids[number % 3]:
                    await asyncio.sleep(0)  # the server's word is read in another task
                    active = await store.active(USER)


@pytest.mark.parametrize(
    ("error", "is_final"),
    [
        (ResponseError("unknown command 'CLIENT|TRACKING'"), True),
        (NoPermissionError("this user has no permissions"), True),
        (ResponseError("MISCONF Errors writing to the AOF file: No space left on device"), False),
        (ResponseError("BUSY Redis is busy running a script."), False),
        (MasterDownError("Link with MASTER is down"), False),
    ],
)
def test_a_refusal_that_passes_does_not_end_the_near_cache(
    error: Exception,
    is_final: bool,  # noqa: FBT001 - a case of the test
) -> None:
    assert _is_final(error) is is_final

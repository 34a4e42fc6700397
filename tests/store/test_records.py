"""Large rosters are read in small steps, one of a user at a time."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from characters.errors import StorageUnavailable
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.records import CHUNK, read_records

USER = 42


def entries(number: int, size: int) -> list[tuple[bytes, bytes]]:
    record = Character("c", {"name": "Ana", "text": "x" * size}).to_json().encode()
    return [(f"c{each}".encode(), record) for each in range(number)]


async def turns_of_others(reading: asyncio.Task[list[Character]]) -> int:
    """How often another task runs until the reading is done."""
    turns = 0
    while not reading.done():
        await asyncio.sleep(0)
        turns += 1
    return turns


async def test_other_tasks_run_between_two_chunks_of_records() -> None:
    reading = asyncio.create_task(read_records(USER, entries(40, CHUNK // 4)))
    assert await turns_of_others(reading) >= 10
    assert len(reading.result()) == 40


async def test_a_small_roster_is_read_at_once() -> None:
    reading = asyncio.create_task(read_records(USER, entries(40, 10)))
    assert await turns_of_others(reading) <= 2


async def test_the_rosters_of_one_user_are_read_one_after_the_other(valkey: Redis) -> None:
    """Each may take 30 MiB while it is read: it needs one connection, and one answer in memory."""
    store = CharacterStore(valkey)
    for number in range(5):
        await store.create(USER, Character(f"c{number}", {"name": "Ana"}), 100)
    before = (await valkey.info("stats"))["total_connections_received"]
    rosters = await asyncio.gather(*(store.roster(USER) for _ in range(30)))
    assert {len(each.characters) for each in rosters} == {5}
    assert (await valkey.info("stats"))["total_connections_received"] - before <= 1


async def test_no_user_waits_for_the_roster_of_another(valkey: Redis) -> None:
    store = CharacterStore(valkey)

    async def during(_: int) -> None:
        async with asyncio.timeout(5):
            assert (await store.roster(USER + 1)).characters == []

    await store._turns.take(USER, during)
    assert not store._turns._turns


async def test_all_that_wait_hear_of_a_stalled_store_within_one_deadline(valkey: Redis) -> None:
    store = CharacterStore(valkey, deadline=0.2)
    await store.roster(USER)
    await valkey.client_pause(5000)
    start = time.monotonic()
    results = await asyncio.gather(*(store.roster(USER) for _ in range(50)), return_exceptions=True)
    assert all(isinstance(each, StorageUnavailable) for each in results)
    assert time.monotonic() - start < 4  # one after the other it would be 10
    await store.client.close()


@pytest.mark.parametrize("mark", ["gone", None])
async def test_a_large_roster_without_a_mark_is_read_in_chunks_too(
    valkey: Redis, mark: str | None
) -> None:
    """Other programs ask for the active character for every message."""
    store = CharacterStore(valkey)
    for char_id, record in entries(8, CHUNK):
        await valkey.hset(f"game:characters:{USER}", char_id.decode(), record)
    if mark:
        await valkey.set(f"game:active_char:{USER}", mark)
    reading = asyncio.create_task(store.active(USER))
    turns = 0
    while not reading.done():
        await asyncio.sleep(0)
        turns += 1
    assert reading.result()
    assert turns > 8

"""Turns that hold in all processes: each SharedTurn here could be of another one."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.store import shared_turn
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from characters.store.shared_turn import SharedTurn

USER = 42


@pytest.fixture
def key(redis: Any) -> str:
    return CharacterStore(redis).keys(USER).turn


@pytest.fixture
def three(redis: Any, key: str) -> list[SharedTurn]:
    return [SharedTurn(StoreClient(redis), key) for _ in range(3)]


async def test_the_first_who_asked_comes_first(three: list[SharedTurn]) -> None:
    first, second, third = three
    assert await first.has_come()
    assert not await second.has_come()
    assert not await third.has_come()
    assert await first.has_come(), "asked again, as after a lost answer"
    await first.end()
    assert not await third.has_come()
    assert await second.has_come()
    await second.end()
    assert await third.has_come()
    await third.end()


async def test_who_has_a_turn_is_seen_without_asking_for_one(three: list[SharedTurn]) -> None:
    first, second, third = three
    assert await second.is_free()
    assert await first.has_come()
    assert not await second.is_free()
    await first.end()
    assert await third.has_come()
    await third.end()


async def test_nothing_is_left(redis: Any, key: str, three: list[SharedTurn]) -> None:
    for each in three:
        await each.has_come()
    assert 0 < await redis.ttl(key) <= shared_turn.SECONDS
    for each in three:
        await each.end()
    assert not await redis.exists(key)


async def test_a_turn_is_renewed_and_that_of_a_killed_process_ends(
    valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_turn, "SECONDS", 2)
    killed, alive, waiting = (SharedTurn(StoreClient(valkey), "game:turn:42") for _ in range(3))
    assert await killed.has_come()
    assert killed._timer
    killed._timer.cancel()
    async with asyncio.timeout(10):
        await alive.wait()
    await asyncio.sleep(3)
    assert not await waiting.has_come()
    await alive.end()
    assert await waiting.has_come()
    await waiting.end()


async def test_a_renewal_that_comes_late_takes_no_turn(
    three: list[SharedTurn], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = three
    monkeypatch.setattr(shared_turn, "RENEWALS", 1000)
    assert await first.has_come()
    await asyncio.sleep(0.05)
    await first.end()
    await asyncio.sleep(0.05)
    assert await second.has_come()
    await second.end()

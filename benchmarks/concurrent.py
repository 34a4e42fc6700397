"""Active characters that many tasks read at once, none of them remembered: reads in a second."""

import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from redis.asyncio import Redis

import game_characters
from benchmarks.active import DESCRIPTION
from benchmarks.race import Claim, a_second
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey

TASKS, READS, ROUNDS = 64, 50, 21
RATE = 20_000  # reads in a second
# A user of the server who may not track changes, so that nothing is remembered.
UNTRACKED = ("ACL", "SETUSER", "untracked", "on", "nopass", "~*", "&*", "+@all", "-client|tracking")

Read = Callable[[int], Awaitable[object]]


async def measure() -> list[Claim]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ASSETS_DIR"] = folder
        async with embedded_valkey(Path(folder)) as url:
            async with Redis.from_url(url) as redis:
                await redis.execute_command(*UNTRACKED)
            async with Redis.from_url(url, username="untracked", password="any") as redis:  # noqa: S106 - takes any
                return await _measure(redis)


async def _measure(redis: Redis) -> list[Claim]:
    store = CharacterStore(redis)
    for user in range(1, TASKS + 1):
        await store.create(user, Character.new("Ana", DESCRIPTION), 5)

    async def drop_in(user: int) -> object:
        return await game_characters.get_active_character(user, redis)

    async def bare(user: int) -> object:
        return await redis.hget(f"game:characters:{user}", "x")

    contenders: list[tuple[Read, list[float]]] = [(store.active, []), (drop_in, []), (bare, [])]
    rates = [found for _, found in contenders]
    for _ in range(ROUNDS):
        random.shuffle(contenders)
        for read, found in contenders:
            found.append(await _rate(read))
    beside = f"HGET: {statistics.median(rates[2]):,.0f} a second"
    return [
        a_second(RATE, "the registry: active characters of 64 tasks at once", rates[0], beside),
        a_second(RATE, "get_active_character of 64 tasks at once", rates[1], beside),
    ]


async def _rate(read: Read) -> float:
    async def some(user: int) -> None:
        for _ in range(READS):
            await read(user)

    start = time.perf_counter()
    await asyncio.gather(*map(some, range(1, TASKS + 1)))
    return TASKS * READS / (time.perf_counter() - start)

"""`get_active_character`, which a main bot calls for every message."""

import asyncio
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

import game_characters
from benchmarks.race import Claim, at_least, at_most, below, race
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from characters.store.tracking import tracked
from game_characters.registries import near_cache_of

USERS = 50
DESCRIPTION = "A retired pirate with one glass eye, who hums when she lies. " * 10
WRITES = 1_000  # of another program
OWN_WRITES, READERS = 10_000, 2
REMEMBERED = 1e-6  # seconds
SEEN = 0.010  # seconds until a write of another program is seen, at the 99th percentile


async def measure() -> list[Claim]:
    """Beside a bare HGET of the same payload, and beside plain GET, HGET and json."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ASSETS_DIR"] = folder
        async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
            ids: dict[int, str] = {}
            for user in range(1, USERS + 1):
                char = await game_characters.create_character(user, "Ana", DESCRIPTION, redis)
                ids[user] = char["char_id"]
            claims = await _read(redis, ids) + await _remembered(redis)
            return claims + await _seen(redis) + await _stale(redis, ids[1])


async def _read(redis: Redis, ids: dict[int, str]) -> list[Claim]:
    """From the store: a registry without tracking."""
    store = CharacterStore(redis)
    users = iter(range(10**9))

    def user() -> int:
        return next(users) % USERS + 1

    async def ours() -> object:
        character = await store.active(user())
        return character and character.to_dict()

    async def bare() -> object:
        user_id = user()
        return await redis.hget(f"game:characters:{user_id}", ids[user_id])

    async def plain() -> object:
        user_id = user()
        char_id: Any = await redis.get(f"game:active_char:{user_id}")
        record = await redis.hget(f"game:characters:{user_id}", char_id.decode())
        return json.loads(record or "null")

    our_time, bare_time, plain_time = await race(ours, bare, plain)
    return [
        at_most(1.35, "an active character read, beside a bare HGET", our_time, bare_time),
        at_most(0.70, "an active character read, beside GET, HGET and json", our_time, plain_time),
    ]


async def _remembered(redis: Redis) -> list[Claim]:
    while not ((cache := near_cache_of(redis)) and cache.active.recall(1)):
        await game_characters.get_active_character(1, redis)

    async def ours() -> object:
        return await game_characters.get_active_character(1, redis)

    async def bare() -> object:
        return await redis.hget("game:characters:1", "x")

    our_time, bare_time = await race(ours, bare)
    return [
        at_least(50, "a remembered active character beside a bare HGET", our_time, bare_time),
        # As timeit advises: what else the computer does makes some rounds slower.
        below(REMEMBERED, "a remembered active character, in the fastest round", min(our_time)),
    ]


async def _seen(redis: Redis) -> list[Claim]:
    """Until the process no longer returns what another program has replaced."""
    store = CharacterStore(redis)
    seconds: list[float] = []
    async with tracked(redis, store.near_cache):
        for _ in range(WRITES):
            while not store.near_cache.active.recall(1):
                await store.active(1)
                await asyncio.sleep(0)
            start = time.perf_counter()
            await redis.set("game:active_char:1", "x")
            while store.near_cache.active.recall(1):  # noqa: ASYNC110 - the server says when
                await asyncio.sleep(0)
            seconds.append(time.perf_counter() - start)
    late = sorted(seconds)[int(WRITES * 0.99)]
    return [below(SEEN, "until a write of another program is seen, at p99", late)]


async def _stale(redis: Redis, char_id: str) -> list[Claim]:
    """Answers that were older than this process's own write, while others read all the time."""
    await redis.config_set("appendfsync", "no")  # 10,000 writes to a disk would take a minute
    store = CharacterStore(redis)
    ids = [char_id, (await store.create(1, Character.new("Bob", ""), 10)).char_id]
    stale = reads = 0
    async with tracked(redis, store.near_cache):
        done = asyncio.Event()

        async def read() -> None:
            nonlocal reads
            while not done.is_set():
                reads += 1
                await store.active(1)
                await asyncio.sleep(0)

        readers = [asyncio.create_task(read()) for _ in range(READERS)]
        for number in range(OWN_WRITES):
            await store.activate(1, ids[number % 2])
            active = await store.active(1)
            stale += active is None or active.char_id != ids[number % 2]
        done.set()
        await asyncio.gather(*readers)
    what = f"stale answers after {OWN_WRITES:,} own writes, with {reads:,} reads beside"
    return [Claim(what, stale == 0, str(stale), limit="0")]

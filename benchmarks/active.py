"""`get_active_character`, which a main bot calls for every message."""

import asyncio
import json
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

import game_characters
from benchmarks.race import Claim, at_least, at_most, race
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from characters.store.tracking import tracked
from game_characters.registries import remembered_active

USERS = 50
DESCRIPTION = "A retired pirate with one glass eye, who hums when she lies. " * 10
WRITES = 300  # of another program
REMEMBERED = 1e-6  # seconds; the fastest round counts, as the others were interrupted
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
            return claims + await _seen(redis)


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
    while not remembered_active(1, redis):
        await game_characters.get_active_character(1, redis)

    async def ours() -> object:
        return await game_characters.get_active_character(1, redis)

    async def bare() -> object:
        return await redis.hget("game:characters:1", "x")

    our_time, bare_time = await race(ours, bare)
    fastest = min(our_time)
    return [
        at_least(50, "a remembered active character beside a bare HGET", our_time, bare_time),
        Claim(
            "a remembered active character takes at most 1 µs",
            fastest <= REMEMBERED,
            f"{fastest * 1e6:.2f} µs (median {statistics.median(our_time) * 1e6:.2f} µs)",
        ),
    ]


async def _seen(redis: Redis) -> list[Claim]:
    """Until the process no longer returns what another program has replaced."""
    store = CharacterStore(redis)
    seconds: list[float] = []
    async with tracked(redis, store.near_cache):
        for _ in range(WRITES):
            while not store.near_cache.recall(1):
                await store.active(1)
                await asyncio.sleep(0)
            start = time.perf_counter()
            await redis.set("game:active_char:1", "x")
            while store.near_cache.recall(1):  # noqa: ASYNC110 - the server says when
                await asyncio.sleep(0)
            seconds.append(time.perf_counter() - start)
    late = statistics.quantiles(seconds, n=100)[98]
    return [
        Claim(
            "a write of another program is seen within 10 ms (99 of 100), its own time included",
            late <= SEEN,
            f"{late * 1e3:.1f} ms (median {statistics.median(seconds) * 1e3:.1f} ms)",
        )
    ]

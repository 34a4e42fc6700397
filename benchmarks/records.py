"""Lists of characters, and changes of one, beside one plain request to the store."""

import json
import os
import statistics
import tempfile
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

import game_characters
from benchmarks.active import DESCRIPTION
from benchmarks.race import Claim, Rounds, at_least, at_most, race
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from game_characters.registries import near_cache_of

LIMITS = {1: 1.25, 10: 1.5, 100: 2.5}  # beside HGETALL, by the number of characters
PLAIN = {1: 1.05, 10: 1.0, 100: 1.0}  # beside the reference: HGETALL, json, sort
REMEMBERED = 10  # times as fast as the reference
CHANGE = 1.35  # beside one write; both wait for the disk
SERVERS = 15


async def measure() -> list[Claim]:
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
            os.environ["ASSETS_DIR"] = folder
            store = CharacterStore(redis)  # without tracking
            claims: list[Claim] = []
            for count in LIMITS:
                claims += await _lists(redis, store, count)
    return claims + await _changes()


async def _lists(redis: Redis, store: CharacterStore, count: int) -> list[Claim]:
    """As `list_characters` reads and remembers them; the number is the user id too."""
    for number in range(count):
        await store.create(count, Character.new(f"Ana {number}", DESCRIPTION), count)

    async def ours() -> object:
        return await store.dicts(count)

    async def remembered() -> object:
        return await game_characters.list_characters(count, redis)

    async def bare() -> Any:
        return await redis.hgetall(f"game:characters:{count}")

    async def plain() -> object:
        found = [
            json.loads(record) | {"char_id": char_id.decode()}
            for char_id, record in (await bare()).items()
        ]
        return sorted(found, key=lambda each: each["last_used"], reverse=True)

    while not ((cache := near_cache_of(redis)) and cache.lists.recall(count)):
        await remembered()
    contenders = (ours, bare, plain, remembered)
    read, hgetall, reference, recalled = await race(*contenders, turns=30)
    beside = "beside HGETALL and json"
    return [
        at_most(LIMITS[count], f"a list of {count} read, beside HGETALL", read, hgetall),
        at_most(PLAIN[count], f"a list of {count} read, {beside}", read, reference),
        at_least(REMEMBERED, f"a remembered list of {count} {beside}", recalled, reference),
    ]


async def _changes() -> list[Claim]:
    """On several servers one after the other; the medians of each count as one round.

    Servers differ in disk and memory more than the rounds on one of them do.
    """
    times: list[Rounds] = [[], [], [], []]
    for _ in range(SERVERS):
        with tempfile.TemporaryDirectory() as folder:
            async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
                for found, more in zip(times, await _change(redis), strict=True):
                    found.append(statistics.median(more))
    one, activated, two, moved = times
    return [
        at_most(CHANGE, "set_active beside one write", activated, one),
        at_most(CHANGE, "delete and restore beside two writes", moved, two),
    ]


async def _change(redis: Redis) -> list[Rounds]:
    store = CharacterStore(redis)
    ana = await store.create(2, Character.new("Ana", DESCRIPTION), 10)
    record = ana.to_json()

    async def write() -> object:
        return await redis.hset("game:characters:3", ana.char_id, record)

    async def activate() -> object:
        return await store.activate(2, ana.char_id)

    async def delete_and_restore() -> object:
        await store.delete(2, ana.char_id)
        return await store.restore(2, ana.char_id, 10)

    async def two_writes() -> object:
        await write()
        return await write()

    contenders = (write, activate, two_writes, delete_and_restore)
    return await race(*contenders, rounds=15, turns=10)

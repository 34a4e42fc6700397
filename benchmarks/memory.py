"""Memory of the store for a character: its record and its part of the user's keys.

It is divided by the JSON of the record as the store holds it, without spaces. All of it is what
Valkey says that it uses, without what it uses while it is empty.
"""

import tempfile
from itertools import cycle
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.race import Claim, room
from characters.model import Character
from characters.store.embedded import embedded_valkey

SENTENCE = "A retired pirate with one glass eye, who hums when she lies. "
SHORTEST, LONGEST = 100, 1500  # letters of a description
# How many characters a user has → how many of a hundred users.
USERS = {1: 40, 3: 30, 10: 20, 30: 9, 100: 1}
LIMIT = 1.15
ALONE = 1.30  # of users with one character: their two keys take some 200 bytes
OTHER_LIMIT = 1.20  # of a server whose hashes are compact only where all values have 64 bytes


async def measure() -> list[Claim]:
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
            await redis.config_set("appendonly", "no")
            claims = [
                _claim("memory of a character beside its JSON", LIMIT, await _mixed(redis)),
                *[
                    _claim(
                        f"… of a user with {each}",
                        ALONE if each == 1 else LIMIT,
                        await _ratio(redis, [each] * 300),
                    )
                    for each in USERS
                ],
            ]
            await redis.config_set("hash-max-listpack-value", 64)
            what = "… in a server with the usual limits of hashes"
            return [*claims, _claim(what, OTHER_LIMIT, await _mixed(redis))]


async def _mixed(redis: Redis) -> float:
    return await _ratio(redis, [each for each, users in USERS.items() for _ in range(10 * users)])


async def _ratio(redis: Redis, counts: list[int]) -> float:
    """Of users with so many characters each."""
    lengths = cycle(range(SHORTEST, LONGEST, 37))
    await redis.execute_command("FLUSHALL", "SYNC")
    before = (await redis.info("memory"))["used_memory"]
    size = 0
    for user, count in enumerate(counts, 80351110224678912):
        characters = [
            Character.new(f"Ana {number}", (SENTENCE * 40)[: next(lengths)])
            for number in range(count)
        ]
        records = {each.char_id: each.to_json() for each in characters}
        size += sum(len(each.encode()) for each in records.values())
        await redis.hset(f"game:characters:{user}", mapping=records)
        await redis.set(f"game:active_char:{user}", characters[0].char_id)
    return ((await redis.info("memory"))["used_memory"] - before) / size


def _claim(what: str, limit: float, ratio: float) -> Claim:
    return Claim(
        what, ratio <= limit, f"{ratio:.2f} ×", limit=f"≤ {limit:.2f} ({room(ratio, limit)})"
    )

"""How fast this machine is, beside the one on which limits in seconds were set.

A ratio within one run says the same on every machine; a limit in seconds does not.
"""

import statistics
import tempfile
import time
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.active import DESCRIPTION
from characters.store.embedded import embedded_valkey

HGET_SECONDS = 107e-6  # a bare HGET of a character, on that machine
ROUNDS, TURNS = 101, 100


async def slowness() -> float:
    """How many times as long a bare HGET takes here."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
            await redis.hset("game:characters:1", "ana", DESCRIPTION)
            seconds: list[float] = []
            for _ in range(ROUNDS):
                start = time.perf_counter()
                for _ in range(TURNS):
                    await redis.hget("game:characters:1", "ana")
                seconds.append((time.perf_counter() - start) / TURNS)
    return statistics.median(seconds) / HGET_SECONDS

"""Maintenance over a whole store, and how long it keeps the event loop busy at a stretch."""

import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.race import Claim, below, room
from benchmarks.rosters import longest_stop
from characters.maintenance.check import check
from characters.maintenance.stats import stats
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.model import Character
from characters.portraits.folder import FolderAssets
from characters.store.client import StoreClient
from characters.store.embedded import embedded_valkey

USERS, EACH = 3_000, 10
DESCRIPTION = "A retired pirate with one glass eye, who hums when she lies. " * 5
RATE = 30_000  # characters a second
STOP = 0.020  # seconds of this thread


async def measure() -> list[Claim]:
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
            await _fill(redis)
            workspace = Workspace(StoreClient(redis), FolderAssets(Path(folder) / "assets"))
            claims: list[Claim] = []
            for command in (check, stats, sweep):
                claims += await _measure(command, workspace)
            return claims


async def _fill(redis: Redis) -> None:
    for user in range(1, USERS + 1):
        characters = [Character.new(f"Ana {number}", DESCRIPTION) for number in range(EACH)]
        records = {each.char_id: each.to_json() for each in characters}
        await redis.hset(f"game:characters:{user}", mapping=records)


async def _measure(
    command: Callable[[Workspace], Awaitable[object]], workspace: Workspace
) -> list[Claim]:
    start = time.perf_counter()
    await command(workspace)
    rate = USERS * EACH / (time.perf_counter() - start)
    async with longest_stop() as stops:  # it keeps this thread busy itself
        await command(workspace)
    name = command.__name__
    limit = f"≥ {RATE:,} ({room(RATE, rate)})"
    return [
        Claim(f"characters that {name} reads a second", rate >= RATE, f"{rate:,.0f}", limit=limit),
        below(STOP, f"longest stop of the event loop by {name}", max(stops)),
    ]

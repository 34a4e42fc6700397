"""Maintenance over a million characters: how fast, how much memory, how long it stops the loop."""

import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.race import Claim, a_second, below, room
from benchmarks.rosters import longest_stop
from characters.maintenance.check import check
from characters.maintenance.stats import stats
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.model import Character
from characters.portraits.folder import FolderAssets
from characters.store.client import StoreClient
from characters.store.embedded import embedded_valkey

USERS, EACH = 100_000, 10
AT_ONCE = 500  # users that are written in one request
DESCRIPTION = "A retired pirate with one glass eye, who hums when she lies. " * 5
RATE = 30_000  # characters a second
STOP = 0.020  # seconds of this thread
MEMORY = 100  # MiB more than before


async def measure() -> list[Claim]:
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
            await _fill(redis)
            workspace = Workspace(StoreClient(redis), FolderAssets(Path(folder) / "assets"))
            before = _peak()
            claims = [await _measure(command, workspace) for command in (check, stats, sweep)]
            async with longest_stop() as stops:  # it keeps this thread busy itself
                await sweep(workspace)
            stopped = below(STOP, "longest stop of the event loop by sweep", max(stops))
            more = _peak() - before
            what = "more memory of the process for a million characters"
            limit = f"≤ {MEMORY} MiB ({room(more, MEMORY)})"
            return [*claims, stopped, Claim(what, more <= MEMORY, f"{more:.0f} MiB", limit=limit)]


async def _fill(redis: Redis) -> None:
    """As other programs may write; nothing of it on the disk, which would take minutes."""
    await redis.config_set("appendonly", "no")
    record = Character.new("Ana", DESCRIPTION).to_json()
    for start in range(1, USERS + 1, AT_ONCE):
        pipeline = redis.pipeline(transaction=False)
        for user in range(start, start + AT_ONCE):
            records = {f"{user:024x}{number:08x}": record for number in range(EACH)}
            pipeline.hset(f"game:characters:{user}", mapping=records)
        await pipeline.execute()


async def _measure(
    command: Callable[[Workspace], Awaitable[object]], workspace: Workspace
) -> Claim:
    start = time.perf_counter()
    await command(workspace)
    rate = USERS * EACH / (time.perf_counter() - start)
    return a_second(RATE, f"characters that {command.__name__} reads", [rate])


def _peak() -> float:
    """MiB that the process has used at most."""
    unit = 1 if sys.platform == "darwin" else 2**10  # of ru_maxrss, in bytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20

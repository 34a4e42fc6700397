"""How late the event loop wakes a task while some work is done."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from benchmarks.race import Claim, duration, room

Lags = list[float]
"""Seconds by which a task was woken too late."""


async def watched(work: Callable[[], Awaitable[object]], lags: Lags) -> float:
    """How many seconds the work takes; how late a task is woken meanwhile is added to `lags`."""
    done = asyncio.Event()

    async def watch() -> None:
        while not done.is_set():
            start = time.perf_counter()
            await asyncio.sleep(0.001)
            lags.append(time.perf_counter() - start - 0.001)

    watcher = asyncio.create_task(watch())
    await asyncio.sleep(0)
    start = time.perf_counter()
    await work()
    seconds = time.perf_counter() - start
    done.set()
    await watcher
    return seconds


def lag(limit: float, what: str, busy: Lags, idle: Lags) -> Claim:
    """Claims that 95 of 100 times, the loop is at most that much later than without work."""
    late, before = _p95(busy), _p95(idle)
    more = max(0.0, late - before)
    return Claim(
        what,
        more <= limit,
        f"{duration(more)} at p95",
        limit=f"≤ {duration(limit)} ({room(more, limit)})",
        detail=f"{duration(late)} : {duration(before)}",
    )


def _p95(values: Lags) -> float:
    return sorted(values)[int(len(values) * 0.95)]

"""Measures contenders side by side: short turns, one after the other, many rounds.

What is claimed is the median of the ratios within each round, which a machine that slows down and
speeds up again disturbs least.
"""

import statistics
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

Contender = Callable[[], Awaitable[object]]
Rounds = list[float]
"""Seconds for one call, in each round."""


class Claim(NamedTuple):
    """What a benchmark says, whether it held, and the figures."""

    what: str
    holds: bool
    measured: str


async def race(*contenders: Contender, rounds: int = 101, turns: int = 100) -> list[Rounds]:
    """Lets each contender run for `turns` calls in each round."""
    seconds: list[Rounds] = [[] for _ in contenders]
    for _ in range(rounds):
        for contender, times in zip(contenders, seconds, strict=True):
            start = time.perf_counter()
            for _ in range(turns):
                await contender()
            times.append((time.perf_counter() - start) / turns)
    return seconds


def at_most(limit: float, what: str, ours: Rounds, theirs: Rounds) -> Claim:
    """Claims that ours takes at most `limit` times as long as theirs."""
    ratio = statistics.median(our / their for our, their in zip(ours, theirs, strict=True))
    return Claim(
        what, ratio <= limit, f"{ratio:.2f} times (at most {limit:.2f}): {_beside(ours, theirs)}"
    )


def at_least(limit: float, what: str, ours: Rounds, theirs: Rounds) -> Claim:
    """Claims that ours is at least `limit` times as fast as theirs."""
    ratio = statistics.median(their / our for our, their in zip(ours, theirs, strict=True))
    return Claim(
        what,
        ratio >= limit,
        f"{ratio:.1f} times as fast (at least {limit:.0f}): {_beside(ours, theirs)}",
    )


def _beside(ours: Rounds, theirs: Rounds) -> str:
    return f"{statistics.median(ours) * 1e6:.0f} µs beside {statistics.median(theirs) * 1e6:.0f} µs"

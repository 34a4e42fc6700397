"""Measures contenders side by side: short turns in a shuffled order, many rounds.

What is claimed is the median of the ratios within each round, which a machine that slows down and
speeds up again disturbs least. Beside it stands the spread: the middle half of these ratios.
"""

import random
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
    """Lets each contender run for `turns` calls in each round; the order differs each time."""
    seconds: list[Rounds] = [[] for _ in contenders]
    order = list(zip(contenders, seconds, strict=True))
    for _ in range(rounds):
        random.shuffle(order)
        for contender, times in order:
            start = time.perf_counter()
            for _ in range(turns):
                await contender()
            times.append((time.perf_counter() - start) / turns)
    return seconds


def at_most(limit: float, what: str, ours: Rounds, theirs: Rounds) -> Claim:
    """Claims that ours takes at most `limit` times as long as theirs."""
    ratios = [our / their for our, their in zip(ours, theirs, strict=True)]
    ratio = statistics.median(ratios)
    low, _, high = statistics.quantiles(ratios, n=4)
    return Claim(
        what,
        ratio <= limit,
        f"{ratio:.2f} times (at most {limit:.2f}; {low:.2f}–{high:.2f}): {_beside(ours, theirs)}",
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
    return f"{statistics.median(ours) * 1e6:.3g} µs beside {statistics.median(theirs) * 1e6:.3g} µs"

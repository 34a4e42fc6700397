"""Measures contenders side by side: short turns in a shuffled order, many rounds.

What is claimed is the median of the ratios within each round, which a machine that slows down and
speeds up again disturbs least. Its 95 % interval (by the ranks of the ratios) says how far noise
moves it within a run: where a limit lies in it and is missed by little, the verdict is noise, not
failure. A limit in seconds, or of so much a second, is that of one machine: `machine` says how much
slower this one is.
"""

import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from math import ceil, floor, sqrt
from typing import NamedTuple, Self

Contender = Callable[[], Awaitable[object]]
Rounds = list[float]
"""Seconds for one call, in each round."""

NOISE = 1.15  # a figure that is further beyond its limit is no noise
WIDE = 10  # times the figure; how much wider a limit is does not matter


class Claim(NamedTuple):
    """What a benchmark says, and whether it held.

    `spread` is the 95 % interval of the figure, `limit` with its distance from the figure, and
    `detail` the two times of a ratio. `is_noise`: the limit was missed by less than the noise.
    `excess` is how many times its limit something took whose limit is in seconds; `is_slow`: it
    was missed by no more than this machine is slower than the one of the limits.
    """

    what: str
    holds: bool
    figure: str
    spread: str = ""
    limit: str = ""
    detail: str = ""
    is_noise: bool = False
    excess: float = 0.0
    is_slow: bool = False

    @property
    def verdict(self) -> str:
        if self.is_noise:
            return "noise"
        if self.is_slow:
            return "slow"
        return "ok" if self.holds else "FAIL"

    def on_machine(self, slowness: float) -> Self:
        """The claim where everything takes so many times as long."""
        if not self.holds and 0 < self.excess <= slowness:
            return self._replace(holds=True, is_slow=True)
        return self


async def race(
    *contenders: Contender,
    rounds: int = 101,
    turns: int = 100,
    before: Contender | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Rounds]:
    """Lets each contender run for `turns` calls in each round; the order differs each time.

    `before` runs ahead of each contender's turn, and is not measured.
    """
    seconds: list[Rounds] = [[] for _ in contenders]
    order = list(zip(contenders, seconds, strict=True))
    for _ in range(rounds):
        random.shuffle(order)
        for contender, times in order:
            if before:
                await before()
            start = clock()
            for _ in range(turns):
                await contender()
            times.append((clock() - start) / turns)
    return seconds


def at_most(limit: float, what: str, ours: Rounds, theirs: Rounds) -> Claim:
    """Claims that ours takes at most `limit` times as long as theirs."""
    ratios = [our / their for our, their in zip(ours, theirs, strict=True)]
    ratio, (low, high) = statistics.median(ratios), interval(ratios)
    return Claim(
        what,
        holds=ratio <= limit or _is_noise(limit, ratio, low),
        figure=f"{ratio:.2f} ×",
        spread=f"{low:.2f}–{high:.2f}",
        limit=f"≤ {limit:.2f} ({room(ratio, limit)})",
        detail=_beside(ours, theirs),
        is_noise=_is_noise(limit, ratio, low),
    )


def at_least(limit: float, what: str, ours: Rounds, theirs: Rounds) -> Claim:
    """Claims that ours is at least `limit` times as fast as theirs."""
    ratios = [their / our for our, their in zip(ours, theirs, strict=True)]
    ratio, (low, high) = statistics.median(ratios), interval(ratios)
    return Claim(
        what,
        holds=ratio >= limit or _is_noise(1 / limit, 1 / ratio, 1 / high),
        figure=f"{ratio:.1f} × as fast",
        spread=f"{low:.1f}–{high:.1f}",
        limit=f"≥ {limit:.0f} ({room(limit, ratio)})",
        detail=_beside(ours, theirs),
        is_noise=_is_noise(1 / limit, 1 / ratio, 1 / high),
    )


def within(limit: float, what: str, seconds: Sequence[float]) -> Claim:
    """Claims the median of seconds."""
    median, (low, high) = statistics.median(seconds), interval(seconds)
    return Claim(
        what,
        holds=median <= limit or _is_noise(limit, median, low),
        figure=duration(median),
        spread=f"{duration(low)}–{duration(high)}" if len(seconds) > 1 else "",
        limit=f"≤ {duration(limit)} ({room(median, limit)})",
        is_noise=_is_noise(limit, median, low),
        excess=median / limit,
    )


def below(limit: float, what: str, seconds: float) -> Claim:
    """Claims one figure in seconds, such as the longest of all."""
    bound = f"≤ {duration(limit)} ({room(seconds, limit)})"
    return Claim(what, seconds <= limit, duration(seconds), limit=bound, excess=seconds / limit)


def a_second(limit: int, what: str, rates: Sequence[float], detail: str = "") -> Claim:
    """Claims the median of how many were done in a second; noise is no failure, as elsewhere."""
    rate, (low, high) = statistics.median(rates), interval(rates)
    is_noise = _is_noise(1 / limit, 1 / rate, 1 / high)
    return Claim(
        what,
        holds=rate >= limit or is_noise,
        figure=f"{rate:,.0f} a second",
        spread=f"{low:,.0f}–{high:,.0f}" if len(rates) > 1 else "",
        limit=f"≥ {limit:,} ({room(limit, rate)})",
        detail=detail,
        is_noise=is_noise,
        excess=limit / rate,
    )


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Between which values the median lies, 95 of 100 times; all of them if there are few."""
    ordered, middle = sorted(values), (len(values) - 1) / 2
    reach = 0.98 * sqrt(len(values))
    low, high = floor(middle - reach), ceil(middle + reach)
    return ordered[max(0, low)], ordered[min(len(values) - 1, high)]


def duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if abs(seconds) >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def room(figure: float, limit: float) -> str:
    """How much larger the limit is."""
    if limit >= figure * WIDE:
        return "wide"
    return f"{limit / figure - 1:+.0%}"


def _is_noise(limit: float, figure: float, low: float) -> bool:
    return low <= limit < figure <= limit * NOISE


def _beside(ours: Rounds, theirs: Rounds) -> str:
    return f"{duration(statistics.median(ours))} : {duration(statistics.median(theirs))}"

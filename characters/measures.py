"""What a process counts while it works: plain numbers, which `characters.metrics` publishes.

Counting needs no library, and nobody waits for it. Times are in seconds. Counts of what goes wrong
begin at 0: Prometheus sees no increase in a series that begins with 1.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

REQUEST_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
JOB_BOUNDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ANSWER_BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0)


FAILED = "failed"  # the outcome of an interaction


class Histogram:
    """How often something took how long.

    `counts[n]` is how often it took at most `bounds[n]` and more than the bound before; the last
    count is for what took longer than all of them. `total` is the sum of all times.
    """

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds

    def add(self, other: "Histogram") -> None:
        """Adds the times of another one with the same bounds."""
        self.counts = [
            mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True)
        ]
        self.total += other.total


class StoreMeasures:
    """`requests`: the time of each round trip that was answered. `errors`: how many failed, why."""

    def __init__(self) -> None:
        self.requests = Histogram(REQUEST_BOUNDS)
        self.errors = Counter({"no_answer": 0, "refused": 0})


class UserCacheState(NamedTuple):
    """`size` is in bytes. `drops` are by reason.

    Users `changed`, all of them were `cleared` at once, or some `displaced` by others.
    """

    hits: int
    misses: int
    drops: dict[str, int]
    entries: int
    size: int


class NearCacheState(NamedTuple):
    """`is_valid`: something may be remembered now. `caches` are by what they remember."""

    is_valid: bool
    caches: dict[str, UserCacheState]


Use = tuple[str, str]
"""What a player used: its kind, such as `command`, and its name, such as `character create`."""


class InteractionMeasures:
    """`first_answers`: the time until Discord had an answer; `whole`: until nothing was left to do.

    `outcomes` has how each use ended.
    """

    def __init__(self) -> None:
        self.outcomes = Counter[tuple[str, str, str]]()
        self.first_answers: dict[Use, Histogram] = {}
        self.whole: dict[Use, Histogram] = {}

    def count(self, use: Use, outcome: str, first_answer: float | None, whole: float) -> None:
        self.outcomes[*use, outcome] += 1
        self.outcomes.setdefault((*use, FAILED), 0)
        if first_answer is not None:
            _observe(self.first_answers, use, first_answer)
        _observe(self.whole, use, whole)


class ImportMeasures:
    """How many files were read, how many imports ended, and what became of their characters."""

    def __init__(self) -> None:
        self.files = Counter({"read": 0})
        self.runs = Counter({"finished": 0, "stopped": 0})
        self.characters = Counter[str]()


class Sizes(NamedTuple):
    """What the latest daily sweep found; `at` is when, in seconds since the epoch."""

    users: float
    characters: float
    trash: float
    files: float
    file_bytes: float
    at: float


class Shard(NamedTuple):
    """A connection to Discord; `latency` is that of its latest heartbeat, None before one."""

    shard_id: int
    is_connected: bool
    latency: float | None


class Gateway(NamedTuple):
    """`is_ready`: every shard has been told of its servers; `servers` is how many there are."""

    is_ready: bool
    servers: int
    shards: list[Shard]


class Measures:
    """What is counted of one registry, and how to ask for what is so now.

    `busy` returns how many costly actions run or wait; `gateway` is set where there is a bot.
    """

    def __init__(
        self,
        store: StoreMeasures,
        near_cache: Callable[[], NearCacheState],
        portraits: Counter[str],
        busy: Callable[[], int],
    ) -> None:
        self.store = store
        self.near_cache = near_cache
        self.portraits = portraits
        self.imports = ImportMeasures()
        self.busy = busy
        self.interactions = InteractionMeasures()
        self.lobby_edits = Counter({"edited": 0, "gone": 0, "refused": 0})
        self.sizes: Sizes | None = None
        self.gateway: Callable[[], Gateway] | None = None


def _observe(histograms: dict[Use, Histogram], use: Use, seconds: float) -> None:
    histogram = histograms.get(use)
    if histogram is None:
        histogram = histograms[use] = Histogram(ANSWER_BOUNDS)
    histogram.observe(seconds)

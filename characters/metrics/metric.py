"""What a metric is, and where the numbers of several are."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from characters.measures import Gateway, Histogram, Measures, Shard, Sizes, UserCacheState

Row = tuple[tuple[str, ...], float | Histogram]
"""The values of the labels, and a number; of a histogram the Histogram."""


Read = Callable[[Measures], Iterable[Row]]


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """`read` returns the rows of a registry. Those of several registries are added up."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    help: str
    read: Read

    @property
    def series(self) -> tuple[str, ...]:
        """The names that queries have."""
        if self.kind is Kind.HISTOGRAM:
            return tuple(f"{self.name}{end}" for end in ("_bucket", "_sum", "_count"))
        return (self.name,)


def one(value: float | Histogram) -> list[Row]:
    return [((), value)]


def by_labels(values: Mapping[tuple[str, ...], float | Histogram]) -> list[Row]:
    """At once, as another thread may ask for it."""
    return [*values.items()]


def by_label(values: Mapping[str, float | Histogram]) -> list[Row]:
    return [((label,), value) for label, value in [*values.items()]]


def near_cache(read: Callable[[UserCacheState], float]) -> Callable[[Measures], list[Row]]:
    return lambda measures: [
        ((what,), read(state)) for what, state in measures.near_cache().caches.items()
    ]


def near_cache_drops(measures: Measures) -> list[Row]:
    return [
        ((what, reason), number)
        for what, state in measures.near_cache().caches.items()
        for reason, number in state.drops.items()
    ]


def size(read: Callable[[Sizes], float]) -> Callable[[Measures], list[Row]]:
    return lambda measures: one(read(measures.sizes)) if measures.sizes else []


def gateway(read: Callable[[Gateway], float]) -> Callable[[Measures], list[Row]]:
    return lambda measures: one(read(measures.gateway())) if measures.gateway else []


def shards(read: Callable[[Shard], float | None]) -> Callable[[Measures], Iterator[Row]]:
    def rows(measures: Measures) -> Iterator[Row]:
        for shard in measures.gateway().shards if measures.gateway else ():
            value = read(shard)
            if value is not None:
                yield (str(shard.shard_id),), value

    return rows


def counter(name: str, help_: str, read: Read, *labels: str) -> Metric:
    return Metric(name, Kind.COUNTER, labels, help_, read)


def gauge(name: str, help_: str, read: Read, *labels: str) -> Metric:
    return Metric(name, Kind.GAUGE, labels, help_, read)


def histogram(name: str, help_: str, read: Read, *labels: str) -> Metric:
    return Metric(name, Kind.HISTOGRAM, labels, help_, read)

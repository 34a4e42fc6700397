"""Publishes the metrics to Prometheus. The only module that needs the extra `metrics`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from characters import __version__
from characters.measures import Histogram
from characters.metrics.definitions import OF_REGISTRIES, OF_THE_PROCESS, OF_THE_STORE
from characters.metrics.metric import Kind, Metric, Row
from characters.registry import Registry

BUILD = "characters_build"  # its name is characters_build_info

Page = Callable[[str], tuple[bytes, str]]
"""Makes the text and its content type of a request's Accept header."""


class RegistryCollector(Collector):
    """The metrics of registries that share a store: for a registry of prometheus_client.

    What each of them counts is added up. The gateway's metrics are those of the bot that one of
    them is in.
    """

    def __init__(self, *registries: Registry) -> None:
        self._measures = [registry.measures for registry in registries]

    def collect(self) -> Iterator[Family]:
        yield InfoMetricFamily(
            BUILD, "The version of game-characters.", value={"version": __version__}
        )
        for metric in OF_REGISTRIES:
            yield _family(metric, [row for each in self._measures for row in metric.read(each)])
        with_sizes = [each for each in self._measures if each.sizes][:1] or self._measures[:1]
        for metric in (*OF_THE_STORE, *OF_THE_PROCESS):
            yield _family(metric, [row for each in with_sizes for row in metric.read(each)])


def metrics_page(*registries: Registry) -> Page:
    """With these registries, and the memory, time and files of this process."""
    collected = CollectorRegistry()
    collected.register(RegistryCollector(*registries))
    ProcessCollector(registry=collected)

    def page(accept: str) -> tuple[bytes, str]:
        encode, content_type = choose_encoder(accept)
        return encode(collected), content_type

    return page


def _family(metric: Metric, rows: Sequence[Row]) -> Family:
    """The metric, with the sum of the rows that have the same labels."""
    if metric.kind is Kind.HISTOGRAM:
        family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
        for labels, histogram in _histograms(rows).items():
            bounds = [*map(str, histogram.bounds), "+Inf"]
            buckets = [*zip(bounds, accumulate(histogram.counts), strict=True)]
            family.add_metric(labels, buckets, histogram.total)
        return family
    kind = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
    family = kind(metric.name, metric.help, labels=metric.labels)
    for labels, value in _numbers(rows).items():
        family.add_metric(labels, value)
    return family


def _histograms(rows: Iterable[Row]) -> dict[tuple[str, ...], Histogram]:
    found: dict[tuple[str, ...], Histogram] = {}
    for labels, value in rows:
        if isinstance(value, Histogram):
            found.setdefault(labels, Histogram(value.bounds)).add(value)
    return found


def _numbers(rows: Iterable[Row]) -> dict[tuple[str, ...], float]:
    found: dict[tuple[str, ...], float] = {}
    for labels, value in rows:
        if not isinstance(value, Histogram):
            found[labels] = found.get(labels, 0) + value
    return found

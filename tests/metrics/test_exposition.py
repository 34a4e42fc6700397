"""What Prometheus reads: of one registry, of several, and of the process."""

import time
from collections.abc import AsyncGenerator
from functools import partial

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from redis.asyncio import Redis

from characters.errors import StorageRefused
from characters.metrics.definitions import METRICS
from characters.metrics.exposition import RegistryCollector, metrics_page
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.keys import SIZES
from characters.transfer.plan import Plan
from characters.workers.process import JOBS
from tests import images
from tests.player_input import USER, given
from tests.prometheus import promtool, series, value
from tests.transfer.imports import tuppers


def text_of(*registries: Registry) -> str:
    collected = CollectorRegistry()
    collected.register(RegistryCollector(*registries))
    return generate_latest(collected).decode()


@pytest.fixture
async def other(valkey_url: str, assets: FolderAssets) -> AsyncGenerator[Registry, None]:
    """A registry over another client of the same store."""
    async with Redis.from_url(valkey_url) as client:
        yield Registry(CharacterStore(client), assets)


async def test_each_registry_counts_its_own_and_several_are_added_up(
    registry: Registry, other: Registry
) -> None:
    name = "characters_store_request_seconds_count"
    await registry.create(USER, "Ana")
    mine, theirs = value(text_of(registry), name), value(text_of(other), name)
    assert mine > theirs == 0
    await other.roster(USER)
    assert value(text_of(registry), name) == mine
    assert value(text_of(registry, other), name) == mine + value(text_of(other), name) > mine


async def test_a_histogram_has_every_bound_and_ends_with_all(registry: Registry) -> None:
    registry.measures.store.requests.observe(0.001)
    registry.measures.store.requests.observe(0.3)
    registry.measures.store.requests.observe(99)
    text = text_of(registry)
    name = "characters_store_request_seconds"
    assert value(text, f"{name}_bucket", le="0.0005") == 0
    assert value(text, f"{name}_bucket", le="0.001") == 1
    assert value(text, f"{name}_bucket", le="0.5") == 2
    assert value(text, f"{name}_bucket", le="+Inf") == value(text, f"{name}_count") == 3
    assert value(text, f"{name}_sum") == pytest.approx(99.301)


async def test_requests_that_the_store_refuses_are_counted_by_the_reason(
    registry: Registry, valkey: Redis
) -> None:
    assert value(text_of(registry), "characters_store_errors_total", reason="refused") == 0
    await valkey.set(f"game:characters:{USER}", "another program's")
    with pytest.raises(StorageRefused):
        await registry.roster(USER)
    assert value(text_of(registry), "characters_store_errors_total", reason="refused") == 1


async def test_the_near_cache_tells_hits_misses_and_drops(registry: Registry) -> None:
    assert value(text_of(registry), "characters_near_cache_valid") == 0
    near_cache = registry._store.near_cache
    near_cache.begin_tracking()
    near_cache.extend(time.monotonic() + 3600)  # as if the server had just answered, for an hour
    await registry.create(USER, "Ana")
    for _ in range(5):
        await registry.active(USER)
    for _ in range(3):
        await registry.dicts(USER)
    text = text_of(registry)
    assert value(text, "characters_near_cache_valid") == 1
    for what, hits in (("active", 4), ("list", 2)):
        assert value(text, "characters_near_cache_hits_total", what=what) == hits
        assert value(text, "characters_near_cache_misses_total", what=what) == 1
        assert value(text, "characters_near_cache_entries", what=what) == 1
        assert value(text, "characters_near_cache_bytes", what=what) > 0
    await registry.create(USER, "Bob")
    await registry.active(USER)
    near_cache.drop_all()
    text = text_of(registry)
    for what, changed, cleared in (("active", 1, 1), ("list", 1, 0)):
        drops = partial(value, text, "characters_near_cache_drops_total", what=what)
        assert (drops(reason="changed"), drops(reason="cleared")) == (changed, cleared)
        assert value(text, "characters_near_cache_entries", what=what) == 0


async def test_portraits_and_the_jobs_of_workers_are_counted_by_outcome(
    registry: Registry,
) -> None:
    def jobs(outcome: str) -> float:
        job = {"job": "make_portrait", "outcome": outcome}
        return value(text_of(registry), "characters_worker_jobs_total", **job)

    done, refused, waits = jobs("done"), jobs("refused"), sum(JOBS.waits.counts)
    await registry.portraits.keep(given(images.png()))
    await registry.portraits.keep(given(b"no image"))
    text = text_of(registry)
    assert value(text, "characters_portraits_total", outcome="saved") == 1
    assert value(text, "characters_portraits_total", outcome="NotAnImage") == 1
    assert (jobs("done"), jobs("refused")) == (done + 1, refused + 1)
    assert value(text, "characters_worker_wait_seconds_count") == waits + 2
    assert value(text, "characters_worker_jobs_running") == 0


async def test_an_import_counts_its_file_its_end_and_its_characters(registry: Registry) -> None:
    await registry.create(USER, "Bob", "Another.")
    contents = await registry.importer.read(tuppers({"name": "Ana"}, {"name": "Bob"}))
    for stop_early in (True, False):
        plan: Plan = await registry.importer.plan(USER, contents)
        steps = registry.importer.run(USER, plan)
        async for _ in steps:
            if stop_early:
                break
        await steps.aclose()
    text = text_of(registry)
    assert value(text, "characters_import_files_total", outcome="read") == 1
    assert value(text, "characters_imports_total", outcome="stopped") == 1
    assert value(text, "characters_imports_total", outcome="finished") == 1
    assert value(text, "characters_imported_characters_total", outcome="created") == 1


async def test_the_sweep_of_one_process_tells_the_sizes_to_all(
    registry: Registry, other: Registry, assets: FolderAssets
) -> None:
    assert not any(name == "characters_stored_users" for name, _ in series(text_of(registry)))
    portrait, _ = await registry.portraits.keep(given(images.png()))
    await registry.create(USER, "Ana", "", portrait)
    await registry.create(USER, "Bob")
    bob = (await registry.roster(USER)).active
    assert bob
    await registry.delete(USER, bob.char_id)
    for each in (registry, other):
        await each.sweep_daily()
        text = text_of(each)
        assert value(text, "characters_stored_users") == 1
        assert value(text, "characters_stored_characters") == 1
        assert value(text, "characters_stored_trash") == 1
        assert value(text, "characters_stored_files") == 2
        size = sum(file.stat().st_size for file in assets.root.glob("*.webp"))
        assert value(text, "characters_stored_file_bytes") == size > 0
    assert value(text_of(registry, other), "characters_stored_users") == 1, "they are not added up"


@pytest.mark.parametrize("theirs", ["x", "[]", '{"users": 1}', '{"users": "many"}'])
async def test_sizes_that_another_program_wrote_are_left_out(
    registry: Registry, valkey: Redis, theirs: str
) -> None:
    await registry.sweep_daily()
    assert value(text_of(registry), "characters_swept_timestamp_seconds") > 0
    sizes = theirs.replace('"many"', '"many", "characters": 1, "trash": 1, "files": 1')
    await valkey.set(SIZES, sizes.replace('"files": 1', '"files": 1, "file_bytes": 1, "at": 1'))
    await registry.sweep_daily()
    assert not any(name.startswith("characters_stored") for name, _ in series(text_of(registry)))


async def test_prometheus_itself_has_no_complaints(registry: Registry) -> None:
    await registry.portraits.keep(given(images.png()))
    page, content_type = metrics_page(registry)("")
    assert content_type.startswith("text/plain; version=")
    promtool("check", "metrics", text=page.decode())
    page, content_type = metrics_page(registry)("application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    named = {family.name for family in read_openmetrics(page.decode())}
    assert {metric.name.removesuffix("_total") for metric in METRICS} <= named

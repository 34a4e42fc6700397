"""Portraits beside the same work without a worker process, and the picture of a lobby or gallery.

Workers are warm, as they are for a player who does not send one image right after another.
"""

import asyncio
import io
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from PIL import Image

from benchmarks.race import Claim, Rounds, at_most
from characters.model import Character
from characters.portraits.decoding import guard_decoders
from characters.portraits.folder import FolderAssets
from characters.portraits.renderer import Renderer
from characters.portraits.rendering import render
from characters.portraits.service import PortraitService
from characters.workers.spares import end_spares

SIZES = {(816, 612): 1.4, (1632, 1224): 1.2, (4000, 3000): 1.2}  # ratios, by width and height
ROUNDS = 15
TILES = 25
WARM_SECONDS = 0.4  # until a spare worker has loaded its libraries


async def measure() -> list[Claim]:
    guard_decoders()
    claims: list[Claim] = []
    lags, idle = Rounds(), Rounds()
    for size, limit in SIZES.items():
        data = photograph(size)
        ours, inline = await _portraits(data, lags, idle)
        pixels = f"{size[0] * size[1] / 1e6:.1f} megapixels"
        claims.append(
            at_most(limit, f"a portrait of {pixels} beside the same work inline", ours, inline)
        )
    claims.append(_lag(0.005, "lag of the event loop while a portrait is made", lags, idle))
    claims += await _collages()
    end_spares()
    return claims


def photograph(size: tuple[int, int]) -> bytes:
    """A JPEG with about as much detail as a photograph of that size."""
    width, height = size
    detail = (width // 6, height // 6)
    noise = [Image.effect_noise(detail, 60).resize(size, Image.Resampling.BICUBIC) for _ in "RGB"]
    file = io.BytesIO()
    Image.merge("RGB", noise).save(file, "JPEG", quality=90)
    return file.getvalue()


async def _portraits(data: bytes, lags: Rounds, idle: Rounds) -> tuple[Rounds, Rounds]:
    """Seconds for a portrait with a warm worker, and for the same in this process."""
    renderer = Renderer()
    ours, inline = Rounds(), Rounds()
    await renderer.prepare(data)
    for _ in range(ROUNDS):
        await _seconds(lambda: asyncio.sleep(WARM_SECONDS), idle)
        ours.append(await _seconds(lambda: renderer.prepare(data), lags))
        start = time.perf_counter()
        render(data)
        inline.append(time.perf_counter() - start)
    return ours, inline


async def _collages() -> list[Claim]:
    with tempfile.TemporaryDirectory() as folder:
        service = PortraitService(FolderAssets(Path(folder)), Renderer())
        party = [await _character(service, number) for number in range(TILES)]
        first, anew, again = Rounds(), Rounds(), Rounds()
        lags, idle = Rounds(), Rounds()
        await asyncio.sleep(WARM_SECONDS)
        first.append(await _seconds(lambda: service.collage(*party), lags))
        for number in range(ROUNDS):
            changed = [*party[:-1], Character.new(f"New {number}", "")]
            await _seconds(lambda: asyncio.sleep(WARM_SECONDS), idle)
            anew.append(await _seconds(lambda now=changed: service.collage(*now), lags))
            again.append(await _seconds(lambda now=changed: service.collage(*now), []))
    return [
        _within(0.4, f"the picture of {TILES}, with files that were not read before", first),
        _within(0.045, f"the picture of {TILES}, of whom one has changed", anew),
        _within(0.010, f"the picture of {TILES} that nothing has changed in", again),
        _lag(0.005, f"lag of the event loop while the picture of {TILES} is made", lags, idle),
    ]


async def _character(service: PortraitService, number: int) -> Character:
    async def source() -> bytes:
        return photograph((600, 800))

    portrait, refusal = await service.keep(source)
    assert refusal is None
    return Character.new(f"Ana {number}", "", portrait)


async def _seconds(work: Callable[[], Awaitable[object]], lags: Rounds) -> float:
    """How long the work takes; meanwhile, how late the event loop wakes a task is added."""
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


def _within(limit: float, what: str, seconds: Rounds) -> Claim:
    """Claims the median."""
    taken = statistics.median(seconds)
    return Claim(what, taken <= limit, f"{taken * 1e3:.1f} ms (at most {limit * 1e3:.0f})")


def _lag(limit: float, what: str, busy: Rounds, idle: Rounds) -> Claim:
    """Claims that 95 of 100 times, the loop is at most that much later than without work."""
    late, before = _p95(busy), _p95(idle)
    return Claim(
        what,
        late - before <= limit,
        f"{(late - before) * 1e3:.2f} ms at p95 (at most {limit * 1e3:.0f}): "
        f"{late * 1e3:.2f} ms beside {before * 1e3:.2f} ms",
    )


def _p95(values: Rounds) -> float:
    return sorted(values)[int(len(values) * 0.95)]

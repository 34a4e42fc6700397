"""Portraits beside the same work without a worker process, and how late the event loop is then.

Workers are warm, as they are for a player who does not send one image right after another.
"""

import asyncio
import io

from PIL import Image

from benchmarks.loop_lag import Lags, lag, watched
from benchmarks.race import Claim, Rounds, at_most, race
from characters.portraits.decoding import guard_decoders
from characters.portraits.renderer import Renderer
from characters.portraits.rendering import render
from characters.portraits.webp import to_webp

# By width and height: how much longer than inline, and the rounds.
SIZES = {(816, 612): (1.4, 15), (1632, 1224): (1.2, 11), (4000, 3000): (1.2, 7)}
WARM_SECONDS = 0.3  # until a spare worker has loaded its libraries
QUALITY = 92  # of a portrait that is made of a photograph


async def measure() -> list[Claim]:
    guard_decoders()
    claims: list[Claim] = []
    lags, idle = Lags(), Lags()
    for size, (limit, rounds) in SIZES.items():
        ours, inline = await _portraits(photograph(size), rounds, lags, idle)
        what = f"a portrait of {size[0] * size[1] / 1e6:.1f} megapixels beside the same inline"
        claims.append(at_most(limit, what, ours, inline))
    claims.append(await _encoding())
    return [*claims, lag(0.005, "lag of the event loop while a portrait is made", lags, idle)]


async def _encoding() -> Claim:
    """As a portrait is encoded, beside Pillow's default; `webp.py` says what becomes of files."""
    image = Image.open(io.BytesIO(photograph((816, 612)))).convert("RGB")

    async def ours() -> object:
        return to_webp(image, quality=QUALITY)

    async def default() -> object:
        return image.save(io.BytesIO(), "WEBP", quality=QUALITY)

    times = await race(ours, default, rounds=11, turns=1)
    return at_most(0.6, "a photograph encoded, beside Pillow's default method", *times)


def photograph(size: tuple[int, int]) -> bytes:
    """A JPEG with about as much detail as a photograph of that size."""
    width, height = size
    detail = (width // 6, height // 6)
    noise = [Image.effect_noise(detail, 60).resize(size, Image.Resampling.BICUBIC) for _ in "RGB"]
    file = io.BytesIO()
    Image.merge("RGB", noise).save(file, "JPEG", quality=90)
    return file.getvalue()


async def _portraits(data: bytes, rounds: int, lags: Lags, idle: Lags) -> list[Rounds]:
    """Seconds for a portrait with a warm worker, and for the same in this process."""
    renderer = Renderer()
    await renderer.prepare(data)

    async def warm() -> object:
        return await watched(lambda: asyncio.sleep(WARM_SECONDS), idle)

    async def ours() -> object:
        return await watched(lambda: renderer.prepare(data), lags)

    async def inline() -> object:
        return render(data)

    return await race(ours, inline, rounds=rounds, turns=1, before=warm)

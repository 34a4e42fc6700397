"""One hostile player at full rate within the limits, beside another who presses and uploads.

The hostile player repeats, all at once: imports of the worst files, imports of links that answer
slowly, uploads of pictures that cost the most, exports, and create-and-delete.
"""

import asyncio
import io
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from PIL import Image
from redis.asyncio import Redis

from benchmarks.race import Claim, below, room, within
from characters.errors import CharacterError
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.drafts import Draft, Upload
from characters.store.embedded import embedded_valkey
from characters.store.waiting_entries import new_id
from characters.transfer.exporter import CollectionFormat
from cogs.characters.roster import roster_page

HOSTILE, VICTIM = 1, 2
SECONDS = 20
MEMORY = 200  # MiB above idle
MIB = 2**20


async def measure() -> list[Claim]:
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
            registry = Registry(CharacterStore(redis), FolderAssets(Path(folder)))
            await press_and_upload(registry, [])  # until everything is loaded
            before = _memory_mib()
            end = time.monotonic() + SECONDS
            attack = [
                asyncio.create_task(repeated(each, registry, end))
                for each in (worst_files, slow_links, costly_uploads, exports, trash)
            ]
            waits: list[float] = []
            peak = before
            while time.monotonic() < end:
                await press_and_upload(registry, waits)
                peak = max(peak, _memory_mib())
                await asyncio.sleep(0.2)
            for each in attack:
                each.cancel()  # on a busy computer, an import of 50 links may go on for minutes
            for ended in await asyncio.gather(*attack, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended
    taken = peak - before
    return [
        within(1.0, "an answer beside a hostile player", waits),
        below(3.0, "the worst answer beside a hostile player", max(waits)),
        Claim(
            "memory of the bot above idle, beside a hostile player",
            taken <= MEMORY,
            f"{taken:.0f} MiB",
            limit=f"≤ {MEMORY} MiB ({room(taken, MEMORY)})",
        ),
    ]


async def press_and_upload(registry: Registry, waits: list[float]) -> None:
    """What the other player does: a list, and a new character with a portrait."""
    start = time.perf_counter()
    (await roster_page(registry, VICTIM)).to_components()
    waits.append(time.perf_counter() - start)
    start = time.perf_counter()
    character = await uploaded(registry, VICTIM, SMALL)
    waits.append(time.perf_counter() - start)
    await registry.erase(VICTIM, character)


async def uploaded(registry: Registry, user_id: int, image: bytes) -> str:
    async def fetch(_: Upload) -> bytes:
        return image

    draft = Draft(new_id(), name="Ana", upload=Upload("", len(image)))
    if user_id == VICTIM:  # more often than the limits per minute allow to anybody
        await registry._store.client.execute("DEL", registry._store.keys(user_id).rates)  # noqa: SLF001 - no player may do that
    return (await registry.save(user_id, draft, fetch)).character.char_id


async def repeated(
    attack: Callable[[Registry], Awaitable[None]], registry: Registry, end: float
) -> None:
    while time.monotonic() < end:
        with suppress(CharacterError):
            await attack(registry)
        await asyncio.sleep(0.01)


async def worst_files(registry: Registry) -> None:
    await registry.admission.admit(HOSTILE, "import")
    async with registry.importer.turn(HOSTILE):
        async with registry.admission.heavy_turn(HOSTILE):
            contents = await registry.importer.read(DENSE)
        await registry.importer.plan(HOSTILE, contents)


async def slow_links(registry: Registry) -> None:
    async def fetch(_: str) -> bytes:
        await asyncio.sleep(1)
        return COSTLY

    await registry.admission.admit(HOSTILE, "import")
    async with registry.importer.turn(HOSTILE):
        plan = await registry.importer.plan(HOSTILE, await registry.importer.read(LINKS))
        async for _ in registry.importer.run(HOSTILE, plan, fetch):
            pass


async def costly_uploads(registry: Registry) -> None:
    await uploaded(registry, HOSTILE, COSTLY)


async def exports(registry: Registry) -> None:
    await registry.admission.admit(HOSTILE, "export")
    async with registry.admission.heavy_turn(HOSTILE):
        mine = (await registry.roster(HOSTILE)).characters
        complete = registry.complete(HOSTILE, mine)
        async for _ in registry.exporter.collection(complete, CollectionFormat.ARCHIVE):
            pass


async def trash(registry: Registry) -> None:
    await registry.admission.count_press(HOSTILE)
    for character in (await registry.roster(HOSTILE)).characters[:1]:
        await registry.delete(HOSTILE, character.char_id)


def _memory_mib() -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _image(side: int, scans: int) -> bytes:
    """A flat progressive JPEG, whose last scan is there again and again."""
    file = io.BytesIO()
    Image.new("RGB", (side, side), (120, 130, 140)).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * (scans - data.count(b"\xff\xda")) + data[-2:]


SMALL = _image(400, 10)
COSTLY = _image(4096, 50)
LINKS = json.dumps(
    {"tuppers": [{"name": f"Ana {n}", "avatar_url": f"https://a.example/{n}"} for n in range(50)]}
).encode()
DENSE = b'{"name":"Ana","description":"","x":[%s{}]}' % (b"{}," * 300_000)

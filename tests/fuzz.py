"""Changed images and files, through the real workers: `python -m tests.fuzz MINUTES [SEED]`.

Whatever comes, the answer is a portrait, the contents of a file, or an error of ours; the bot's
memory and descriptors do not grow. Exit status 1 where that does not hold, with the file that did
it in the folder `.fuzz`.
"""

import asyncio
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from redis.asyncio import Redis

from characters.errors import CharacterError
from characters.model import Character
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from characters.transfer.formats.portable import Portable
from tests import images
from tests.transfer.formats import other_programs
from tests.transfer.formats.samples import WRITERS
from tests.transfer.two_imports import memory_mib

AT_ONCE = 2  # as many as there are workers
GROWTH_MIB = 20.0
ANA = Portable.of(
    Character("ana", {"name": "Ana", "description": "Tall.", "created_at": 1.5}), images.webp()
)
IMAGES = {
    "png": images.png(),
    "palette": images.encode(images.noise((40, 40)).convert("P"), "PNG"),
    "jpeg": images.jpeg(icc_profile=images.swapped_profile()),
    "progressive": images.jpeg(progressive=True),
    "gif": images.gif(),
    "webp": images.webp(),
    "lossless": images.webp(lossless=True),
    "avif": images.encode(images.noise((40, 40)), "AVIF"),
    "animation": images.gif_of_frames(3),
    "moving avif": images.encode(
        images.picture(), "AVIF", save_all=True, append_images=[images.noise((64, 64))]
    ),
}
FILES = {name: write(ANA) for name, write in WRITERS.items()} | other_programs.FILES
INTERESTING = (
    b"\0",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"[" * 200,
    b'{"a":',
    b"\xff\xda",
)


class Result(NamedTuple):
    """How often each answer was given, and the growth of the bot."""

    answers: Counter[str]
    growth_mib: float
    more_descriptors: int
    failure: str = ""

    @property
    def holds(self) -> bool:
        return not self.failure and self.growth_mib < GROWTH_MIB and self.more_descriptors <= 0


def changed(data: bytes, chance: random.Random) -> bytes:
    """The file with a few bytes replaced, left out, doubled, or put in."""
    result = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(result) + 1)
        end = min(len(result), start + chance.choice((0, 1, 2, 4, 64, len(result))))
        match chance.randrange(4):
            case 0:
                result[start:end] = chance.choice(INTERESTING)
            case 1:
                result[start:end] = chance.randbytes(end - start)
            case 2:
                result[start:start] = result[start:end][: 2**16]
            case _:
                del result[start:end]
    return bytes(result)


def descriptors() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


async def fuzz(registry: Registry, seconds: float, seed: int, most: int = 10**9) -> Result:
    """Changes samples until the time is over, or so many were tried."""
    chance = random.Random(seed)
    answers: Counter[str] = Counter()
    before = memory_mib(Path("/proc/self")), descriptors()
    end, tried = time.monotonic() + seconds, 0
    while time.monotonic() < end and tried < most:
        batch = [_attempt(registry, chance) for _ in range(AT_ONCE)]
        tried += AT_ONCE
        for answer in await asyncio.gather(*batch):
            answers[answer] += 1
            if answer.startswith("!"):
                return Result(answers, 0, 0, answer)
    growth = memory_mib(Path("/proc/self")) - before[0]
    return Result(answers, growth, descriptors() - before[1])


async def _attempt(registry: Registry, chance: random.Random) -> str:
    read: Callable[[bytes], Awaitable[object]]
    if chance.random() < 0.5:
        kind, sample = chance.choice([*IMAGES.items()])
        data, read = changed(sample, chance), registry.portraits._renderer.prepare
    else:
        kind, sample = chance.choice([*FILES.items()])
        data, read = changed(sample, chance), registry.importer.read
    try:
        await read(data)
    except CharacterError as error:
        return type(error).__name__
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        folder = Path(".fuzz")
        folder.mkdir(exist_ok=True)
        file = folder / f"{kind.replace(' ', '-')}-{len(data)}-{chance.random():.6f}"
        file.write_bytes(data)
        return f"! {file}: {error!r}"
    return "read"


async def main(minutes: float, seed: int) -> int:
    logging.disable(logging.WARNING)  # a line for each refused image
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder) / "db") as url, Redis.from_url(url) as client:
            registry = Registry(CharacterStore(client), FolderAssets(Path(folder) / "assets"))
            await fuzz(registry, 5, seed)  # until everything is loaded
            result = await fuzz(registry, minutes * 60, seed + 1)
    for answer, count in result.answers.most_common():
        print(f"{count:>8,}  {answer}")
    print(
        f"seed {seed}: {result.answers.total():,} files, {result.growth_mib:+.1f} MiB, "
        f"{result.more_descriptors:+} descriptors"
    )
    return 0 if result.holds else 1


if __name__ == "__main__":
    arguments = sys.argv[1:]
    chosen = int(arguments[1]) if arguments[1:] else random.randrange(10**6)
    sys.exit(asyncio.run(main(float(arguments[0]), chosen)))

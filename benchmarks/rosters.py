"""Rosters of a hundred characters, each as large as one may be, beside a plain reader of JSON."""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.discord_api import PLAYER, Workspace, logged_in
from benchmarks.race import Claim, Rounds, at_most, below
from bot import CharacterBot
from characters.model import Character
from characters.names import DESCRIPTION_LIMIT, NAME_LIMIT
from characters.opening import DEADLINE
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from cogs.characters.roster import roster_page

USER, CHARACTERS, ROUNDS = int(PLAYER["id"]), 100, 15
BUSY, STOP = 0.1, 0.05  # seconds of the event loop: of a list in all, and at a stretch
AT_ONCE, ANSWER = 10, 3.0  # autocompletes, and seconds until Discord shows nothing any more

# The letters of the descriptions, and one of an unknown field: the longest text; what JSON writes
# as escapes; and what the fast reader of JSON refuses, so that the slow one reads it again.
THEIRS = 16_000  # bytes of the main bot's own fields
KINDS = {"emoji": ("😀", "x"), "escapes": ("\x01", "x"), "half symbols": ("\x01", "\ud800")}


async def measure() -> list[Claim]:
    """How long a list and autocompletes keep the event loop busy, and until they are answered."""
    claims: list[Claim] = []
    for kind, (letter, other) in KINDS.items():
        with tempfile.TemporaryDirectory() as folder:
            async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
                store = CharacterStore(redis, DEADLINE)
                registry = Registry(store, FolderAssets(Path(folder)))
                await fill(store, letter, other)
                claims += await lists(registry, redis, f"{CHARACTERS} largest ({kind})")
                bot = CharacterBot(registry, shard_count=1)
                async with logged_in(bot) as workspace:
                    claims += await autocompletes(workspace, f"{CHARACTERS} largest ({kind})")
    return claims


async def fill(store: CharacterStore, letter: str, other: str) -> None:
    for number in range(CHARACTERS):
        name = f"{number:02}".ljust(NAME_LIMIT, "😀")
        character = Character.new(name, f"a{letter * (DESCRIPTION_LIMIT - 2)}a")
        theirs = other + "x" * THEIRS
        await store.create(USER, character.with_fields(theirs=theirs), CHARACTERS)


async def lists(registry: Registry, redis: Redis, what: str) -> list[Claim]:
    """Seconds of this thread, for the list and for a plain reader, in turns."""
    ours: Rounds = []
    theirs: Rounds = []
    for _ in range(ROUNDS):
        start = time.thread_time()
        (await roster_page(registry, USER)).to_components()
        ours.append(time.thread_time() - start)
        start = time.thread_time()
        for record in (await redis.hgetall(f"game:characters:{USER}")).values():
            json.loads(record)
        theirs.append(time.thread_time() - start)
    async with longest_stop() as stops:  # it keeps this thread busy itself
        for _ in range(ROUNDS):
            await roster_page(registry, USER)
    return [
        below(BUSY, f"event loop's time for a list of {what}", max(ours)),
        below(STOP, f"longest stop for a list of {what}", max(stops)),
        at_most(2.0, f"a list of {what} beside HGETALL and json.loads", ours, theirs),
    ]


async def autocompletes(workspace: Workspace, what: str) -> list[Claim]:
    """Ten at once: the slowest answer, and the longest stop of the event loop."""
    slowest = 0.0
    async with longest_stop() as stops:
        for _ in range(ROUNDS // 3):
            typed = (workspace.autocomplete("character", "show", name="07") for _ in range(AT_ONCE))
            answers = await asyncio.gather(*typed)
            slowest = max(slowest, *(each.seconds for each in answers))
    return [
        below(ANSWER, f"{AT_ONCE} autocompletes at once of {what}", slowest),
        below(STOP, f"longest stop for {AT_ONCE} autocompletes of {what}", max(stops)),
    ]


@asynccontextmanager
async def longest_stop() -> AsyncGenerator[list[float], None]:
    """The list gets the longest time of this thread between two turns of another task."""

    async def watch() -> None:
        last = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            stops[0] = max(stops[0], now - last)
            last = now

    stops = [0.0]
    watching = asyncio.create_task(watch())
    yield stops
    watching.cancel()

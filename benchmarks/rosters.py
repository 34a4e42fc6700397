"""A roster of a hundred characters, each as large as one may be, beside a plain reader of JSON."""

import json
import tempfile
import time
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.race import Claim, Rounds, at_most
from characters.model import Character
from characters.names import DESCRIPTION_LIMIT, NAME_LIMIT
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from characters.transfer.formats.losses import FIELDS_LIMIT
from cogs.characters.roster import roster_page

USER, CHARACTERS, ROUNDS = 1, 100, 15
LIMIT = 0.1  # seconds
LETTER = "😀"  # four bytes


async def measure() -> list[Claim]:
    """The seconds for which a list keeps the event loop busy."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
            registry = Registry(CharacterStore(redis), FolderAssets(Path(folder)))
            await fill(CharacterStore(redis))
            ours, theirs = await busy(registry, redis)
    longest = max(ours)
    what = f"/character list of {CHARACTERS} of the largest characters"
    figure = f"{longest * 1e3:.0f} ms of the event loop at most (at most {LIMIT * 1e3:.0f})"
    return [
        Claim(what, longest < LIMIT, figure),
        at_most(2.0, f"{what} beside HGETALL and json.loads", ours, theirs),
    ]


async def fill(store: CharacterStore) -> None:
    for number in range(CHARACTERS):
        name = f"{number:02}".ljust(NAME_LIMIT, LETTER)
        character = Character.new(name, LETTER * DESCRIPTION_LIMIT)
        theirs = "x" * (FIELDS_LIMIT - 100)
        await store.create(USER, character.with_fields(theirs=theirs), CHARACTERS)


async def busy(registry: Registry, redis: Redis) -> tuple[Rounds, Rounds]:
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
    return ours, theirs

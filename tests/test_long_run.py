"""A day of players through the real process: what it holds does not grow."""

import asyncio
import itertools
import json
import random
import signal
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import mean

import pytest

from tests import images
from tests.discord_server import Discord
from tests.forked import ForkedProcess
from tests.gateway import discord_api
from tests.player_session import PORTRAIT, Session
from tests.soak import trials
from tests.test_bot import TOKEN, running

OPERATIONS = trials(300, 20_000)
AT_ONCE = trials(2, 8)  # players
EVERY = 8  # so many sessions, one has an upload, for which a worker process runs

START = """
import asyncio, gc, json, os, signal, sys, threading
import discord.http
from cogs.characters.ui import attachments
discord.http.Route.BASE = sys.argv[1]
attachments.SCHEME, attachments.DOMAINS = "http", ("127.0.0.1",)
import bot

def show_footprint(*_):
    gc.collect()
    clients = [each for each in gc.get_objects() if isinstance(each, bot.CharacterBot)]
    store = clients[0]._connection._view_store
    resident = int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    print("footprint", json.dumps({
        "memory": resident,
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
        "views": len(store._views) + len(store._synced_message_views) + len(store._modals),
        "blocks": sys.getallocatedblocks(),
    }), flush=True)

signal.signal(signal.SIGUSR1, show_footprint)
sys.exit(bot.main())
"""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the process holds when all garbage is collected; memory in bytes."""

    memory: float
    descriptors: float
    threads: float
    tasks: float
    views: float
    blocks: float

    @classmethod
    def mean_of(cls, footprints: Sequence["Footprint"]) -> "Footprint":
        return cls(*map(mean, zip(*map(astuple, footprints), strict=True)))


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux")
async def test_a_long_run_leaves_nothing_behind(tmp_path: Path) -> None:
    footprints = await _footprints(tmp_path)
    quarter = len(footprints) // 4
    early = Footprint.mean_of(footprints[quarter : 2 * quarter])
    late = Footprint.mean_of(footprints[3 * quarter :])
    print(f"second quarter: {early}", f"last quarter: {late}", sep="\n")
    assert late.memory < 1.05 * early.memory
    assert late.blocks < 1.01 * early.blocks
    assert late.views == 0
    for name in ("descriptors", "threads", "tasks"):
        # Pools of threads and connections grow to as many as were once needed at the same time.
        assert getattr(late, name) < getattr(early, name) + 2, name


async def _footprints(folder: Path) -> list[Footprint]:
    """One after each round of sessions."""
    discord = Discord({PORTRAIT: images.png((512, 512))})
    footprints: list[Footprint] = []
    done, chance = 0, random.Random(OPERATIONS)
    async with (
        discord_api(TOKEN, discord.routes, discord.connected) as api,
        running(folder, api, start=START, DISCORD_TOKEN=TOKEN, LOG_LEVEL="WARNING") as process,
    ):
        async with asyncio.timeout(20):
            await discord.ready.wait()
        uploads = itertools.cycle([f"{api}/attachments/{PORTRAIT}", *[""] * (EVERY - 1)])
        while done < OPERATIONS:
            sessions = [Session(discord, chance, next(uploads)) for _ in range(AT_ONCE)]
            done += sum(await asyncio.gather(*(each.play() for each in sessions)))
            footprints.append(await _footprint(process))
    return footprints


async def _footprint(process: ForkedProcess) -> Footprint:
    await asyncio.sleep(0.1)  # what has been answered ends
    process.send_signal(signal.SIGUSR1)
    assert process.stdout
    async with asyncio.timeout(20):
        while line := await process.stdout.readline():
            word, _, values = line.decode().partition(" ")
            if word == "footprint":
                return Footprint(**json.loads(values))
            print(line.decode(), end="")
    pytest.fail("the bot ended early")

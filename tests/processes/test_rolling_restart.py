"""Processes are replaced one after the other while players go on: nobody notices."""

import asyncio
import json
import random
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from tests import images
from tests.discord_server import COMMAND
from tests.processes.fleet import Fleet, fleet
from tests.processes.players import Player, Presses, effects
from tests.processes.presses import command, option
from tests.soak import trials

PLAYERS = 10
PAUSE = 0.5  # seconds between two presses of a player
RESTARTS = trials(2, 10)
USER, HOST, UPLOADING = 7000, 7800, 7900  # a lobby ends where its host leaves last
PORTRAIT, UPLOADS = "portrait", 4


async def test_no_press_is_unanswered_and_none_counts_twice(
    tmp_path: Path, shared_valkey: Any, record_property: Any
) -> None:
    url, operator = shared_valkey
    operator.flushall()
    chance, over = random.Random(7), asyncio.Event()
    async with fleet(tmp_path, url, {PORTRAIT: images.png((64, 64))}) as bots:
        bots.discord.file_seconds = 1.0
        await bots.start()
        players = [Player(bots.discord, USER + number, chance) for number in range(PLAYERS)]
        presses = Presses()
        lobby = await bots.discord.interact(HOST, COMMAND, command("lobby open", seats=option(25)))
        await lobby.until("gchr:lobby-join")
        async with asyncio.TaskGroup() as tasks:
            for player in players:
                tasks.create_task(player.play(presses, lobby, over.is_set, PAUSE))
            for number in range(RESTARTS):
                await _replace(bots, number)
            over.set()
        outputs = [bot.output for bot in bots.bots]
        async with Redis.from_url(url) as store:
            records = {each.user_id: await _records(store, each.user_id) for each in players}
            uploaded = [await _records(store, UPLOADING + each) for each in range(UPLOADS)]
    operator.flushall()
    assert not presses.unanswered
    assert presses.refused == 0
    assert effects(players, records) == (0, 0)
    assert [len(each) for each in uploaded] == UPLOADS * [RESTARTS]
    assert not [each for each in outputs if "Traceback" in each]
    record_property("presses answered during the restarts", len(presses.answered))
    assert len(presses.answered) > 10 * PLAYERS


async def _replace(bots: Fleet, number: int) -> None:
    """As an operator does: the new process is ready before the old one is stopped.

    The old one has something to finish: portraits, which take a while.
    """
    old = bots.bots[-1]
    await bots.start()
    file = {"id": "1", "filename": "a.png", "url": f"{bots.api}/attachments/{PORTRAIT}", "size": 9}
    uploads = [
        await bots.discord.interact(
            UPLOADING + each,
            COMMAND,
            command("character create", name=f"Ana {number}", portrait=file),
            session=len(bots.discord.sessions) - 2 if each % 2 else None,
        )
        for each in range(UPLOADS)
    ]
    await asyncio.sleep(0.3)
    assert await old.stop() == 0
    await asyncio.gather(*(upload.until("gchr:edit:") for upload in uploads))


async def _records(store: Redis, user_id: int) -> list[dict[str, Any]]:
    return [json.loads(each) for each in await store.hvals(f"game:characters:{user_id}")]

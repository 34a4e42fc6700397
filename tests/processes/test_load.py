"""200 players on two processes over a cluster of which a master is killed."""

import asyncio
import json
import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import RedisCluster

from characters.store.keys import user_keys
from tests.clusters import Cluster, cluster
from tests.discord_server import COMMAND, Discord
from tests.processes.fleet import fleet
from tests.processes.players import Player, Presses, effects
from tests.processes.presses import command, option
from tests.shown import Shown

PLAYERS, LOBBIES = 200, 8
PAUSE = 5.0  # seconds between two presses of a player
BEFORE, AFTER = 30.0, 30.0  # seconds under load
USER = 8000
NODE_TIMEOUT = 5000  # milliseconds until the cluster replaces a master


OWN_SHARDS = [{"SHARD_COUNT": "2", "SHARD_IDS": each} for each in "01"]
SAME_SHARDS = [{"SHARD_COUNT": "2"}] * 2  # as in a restart: each press comes to both


@pytest.mark.parametrize("settings", [OWN_SHARDS, SAME_SHARDS], ids=["own", "same"])
@pytest.mark.skipif("SCALE" not in os.environ, reason="two minutes under full load: `make scale`")
async def test_every_press_is_answered_while_a_master_is_killed(
    settings: list[dict[str, str]], record_property: Any
) -> None:
    chance, over = random.Random(8), asyncio.Event()
    presses = Presses()
    with (
        tempfile.TemporaryDirectory() as folder,  # a socket's path has a limit
        cluster(Path(folder), "--cluster-node-timeout", str(NODE_TIMEOUT)) as nodes,
    ):
        async with fleet(Path(folder), nodes.url, LOG_LEVEL="CRITICAL") as bots:
            for each in settings:
                await bots.begin(**each)
            shards = sum(2 if each == SAME_SHARDS[0] else 1 for each in settings)
            while len(bots.discord.sessions) < shards:  # noqa: ASYNC110 - of other processes
                await asyncio.sleep(0.1)
            lobbies = [await _lobby(bots.discord, number) for number in range(LOBBIES)]
            players = [
                Player(bots.discord, USER + number, chance, _guild(number))
                for number in range(PLAYERS)
            ]
            async with asyncio.TaskGroup() as tasks:
                for number, player in enumerate(players):
                    lobby = lobbies[number % LOBBIES]
                    tasks.create_task(player.play(presses, lobby, over.is_set, PAUSE))
                await asyncio.sleep(PAUSE)  # until all play
                begun = time.monotonic()
                await asyncio.sleep(BEFORE)
                killed = time.monotonic()
                nodes.servers[0].kill()
                await _taken_over(nodes)
                taken_over = time.monotonic()
                await asyncio.sleep(AFTER)
                over.set()
            ended = time.monotonic()
        records = await _records(nodes, players)
    twice, lost = effects(players, records)
    for name, begin, end in (
        ("before", begun, killed),
        ("during", killed, taken_over),
        ("after", taken_over, ended),
    ):
        record_property(name, _figures(presses.seconds(begin, end), end - begin))
    record_property("the cluster has a new master after", f"{taken_over - killed:.1f} s")
    record_property("told that the store does not answer", presses.refused)
    record_property(
        "unanswered, done twice, shown and lost", [len(presses.unanswered), twice, lost]
    )
    assert not presses.unanswered
    assert twice == 0


def _guild(number: int) -> str:
    """A server of one shard for players and lobbies with even numbers, of the other for odd."""
    return str((number % 2 << 22) + 4)


async def _lobby(discord: Discord, number: int) -> Shown:
    data = command("lobby open", seats=option(25))
    shown = await discord.interact(USER - 1 - number, COMMAND, data, guild=_guild(number))
    return await shown.until("gchr:lobby-join")


async def _taken_over(nodes: Cluster) -> None:
    """Returns when the others agree on the new master."""
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(_is_whole, nodes):  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.1)


def _is_whole(nodes: Cluster) -> bool:
    states = [node.ask("CLUSTER", "INFO") for node in nodes.servers[1:]]
    return nodes.servers[3].ask("ROLE")[0] == "master" and all(
        "cluster_state:ok" in str(state) for state in states
    )


async def _records(nodes: Cluster, players: list[Player]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    async with RedisCluster(host="127.0.0.1", port=nodes.servers[1].port) as store:
        for player in players:
            key = user_keys(player.user_id, cluster=True).characters
            found[player.user_id] = [json.loads(each) for each in await store.hvals(key)]
    return found


def _figures(seconds: list[float], of: float) -> str:
    if not seconds:
        return "no press"
    count = len(seconds)
    middle, p99 = (seconds[int(share * (count - 1))] for share in (0.5, 0.99))
    times = {"p50": middle, "p99": p99, "most": seconds[-1]}
    shown = ", ".join(f"{name} {value * 1000:.0f} ms" for name, value in times.items())
    return f"{shown}; {count} presses, {count / of:.0f} a second"

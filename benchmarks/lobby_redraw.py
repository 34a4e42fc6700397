"""A lobby of 25 players whose portraits are attached: all that a redraw does ahead of Discord.

The players are read, the picture of all is drawn by a worker, and the message is built. The tiles
of those who have not changed are remembered. Workers are warm, as they are for redraws that do not
follow each other at once.
"""

import asyncio
import random
import tempfile
from dataclasses import replace
from itertools import count
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.loop_lag import Lags, lag, watched
from benchmarks.pictures import WARM_SECONDS, photograph
from benchmarks.race import Claim, Rounds, within
from characters.lobby.lobby import Lobby, Player
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from cogs.lobby.message import lobby_message

PLAYERS, ROUNDS = 25, 11
LOBBY = Lobby(1, 1, 1, "Evening", PLAYERS)


async def measure() -> list[Claim]:
    """After a restart, with one seat changed, another lobby of the same players, and unchanged."""
    anew, other, again, first = Rounds(), Rounds(), Rounds(), Rounds()
    lags, idle = Lags(), Lags()
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
            filled = Registry(CharacterStore(redis), FolderAssets(Path(folder)))
            spare = await _fill(filled)
            for number in range(ROUNDS):
                registry = Registry(CharacterStore(redis), FolderAssets(Path(folder)))
                await watched(lambda: asyncio.sleep(WARM_SECONDS), idle)
                first.append(await watched(lambda now=registry: _redraw(now), lags))
                await registry.activate(1, spare[number])
                await registry.lobbies.touch(LOBBY.lobby_id, 1)
                await asyncio.sleep(WARM_SECONDS)
                anew.append(await watched(lambda now=registry: _redraw(now), lags))
                again.append(await watched(lambda now=registry: _redraw(now), Lags()))
                await asyncio.sleep(WARM_SECONDS)
                other.append(await watched(lambda now=registry: _redraw(now, shuffled=True), lags))
    what = f"a lobby of {PLAYERS}"
    return [
        within(0.010, f"{what}, redrawn: nothing has changed", again),
        within(0.045, f"{what}, redrawn: a player plays another character", anew),
        within(0.045, f"{what}: another one of the same players", other),
        within(0.400, f"{what}, after a restart", first),
        lag(0.005, f"lag of the event loop while {what} is drawn", lags, idle),
    ]


async def _fill(registry: Registry) -> list[str]:
    """Returns further characters of the first player."""
    await registry.lobbies.open(LOBBY)
    numbers = count()

    async def create(user_id: int) -> str:
        portrait, refusal = await registry.portraits.keep(_photograph)
        assert refusal is None
        name = f"Ana {next(numbers)}"
        return (await registry.create(user_id, name, portrait=portrait)).char_id

    for user_id in range(1, PLAYERS + 1):
        await registry.lobbies.join(LOBBY.lobby_id, Player(user_id, f"Robin {user_id}"))
        await create(user_id)
    return [await create(1) for _ in range(ROUNDS)]


async def _photograph() -> bytes:
    return photograph((600, 800))


async def _redraw(registry: Registry, *, shuffled: bool = False) -> object:
    lobby = await registry.lobbies.get(LOBBY.lobby_id, LOBBY.channel_id)
    if shuffled:
        players = random.sample(lobby.players, PLAYERS)
        lobby = replace(lobby, players=tuple(players))
    panel = await lobby_message(registry, lobby)
    assert panel.files
    await registry.lobbies.version(LOBBY.lobby_id)
    return panel.to_components()

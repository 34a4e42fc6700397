"""`/character forget` in a store with many lobbies of other players: it reads only one's own."""

import tempfile
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.race import Claim, Rounds, at_most, race, within
from characters.lobby.lobby import Lobby, Player
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from characters.store.keys import lobby_key

LOBBIES = 15_000
USER, HOST = 1, 2
ROUNDS = 31
LIMIT = 0.020  # seconds


async def measure() -> list[Claim]:
    """Of a user with three characters and two lobbies, beside the same in an empty store."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            embedded_valkey(Path(folder) / "many") as url,
            embedded_valkey(Path(folder) / "empty") as empty_url,
            Redis.from_url(url) as redis,
            Redis.from_url(empty_url) as empty,
        ):
            assets = FolderAssets(Path(folder) / "assets")
            many, few = (Registry(CharacterStore(each), assets) for each in (redis, empty))
            await _fill(many, redis)
            ours, theirs = await _forgotten(many, few)
    what = f"/character forget with {LOBBIES:,} lobbies in the store"
    return [within(LIMIT, what, ours), at_most(1.25, f"{what}, beside none", ours, theirs)]


async def _fill(registry: Registry, redis: Redis) -> None:
    """One lobby of somebody else, copied."""
    await registry.lobbies.open(Lobby(1, 1, HOST, "Evening", 5))
    pipeline = redis.pipeline(transaction=False)
    for number in range(2, LOBBIES + 1):
        pipeline.copy(lobby_key(1), lobby_key(number))
    await pipeline.execute()


async def _forgotten(many: Registry, few: Registry) -> list[Rounds]:
    async def fill() -> None:
        for registry in (many, few):
            for number in range(3):
                await registry.create(USER, f"Ana {number}")
            for number in range(2):
                lobby_id = LOBBIES + 10 + number
                await registry.lobbies.open(Lobby(lobby_id, 1, HOST, "Evening", 5))
                await registry.lobbies.join(lobby_id, Player(USER, "Robin"))

    async def forget(registry: Registry) -> object:
        return await registry.forget(USER)

    return await race(
        lambda: forget(many), lambda: forget(few), rounds=ROUNDS, turns=1, before=fill
    )

"""`registry.party`, which a lobby asks for whenever it is drawn, and a session when it starts."""

import json
import tempfile
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from benchmarks.active import DESCRIPTION
from benchmarks.race import Claim, at_least, at_most, race
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey

FASTER = {8: 5, 25: 8, 64: 10}  # by the number of players
MGET = {8: 1.8, 25: 2.4, 64: 3.0}  # beside one MGET


async def measure() -> list[Claim]:
    """Beside a GET and an HGET a player, beside a pipelined HGET each, and beside one MGET."""
    claims: list[Claim] = []
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
            registry = Registry(CharacterStore(redis), FolderAssets(Path(folder)))
            ids = {
                user: (await registry.create(user, "Ana", DESCRIPTION)).char_id
                for user in range(1, 65)
            }
            for players, faster in FASTER.items():
                claims += await _measure(redis, registry, dict(list(ids.items())[:players]), faster)
    return claims


async def _measure(
    redis: Redis, registry: Registry, ids: dict[int, str], faster: int
) -> list[Claim]:
    async def ours() -> object:
        return await registry.party(list(ids))

    async def plain() -> object:
        party: list[object] = []
        for user in ids:
            char_id: Any = await redis.get(f"game:active_char:{user}")
            party.append(
                json.loads(await redis.hget(f"game:characters:{user}", char_id.decode()) or "null")
            )
        return party

    async def pipelined() -> object:
        pipeline = redis.pipeline(transaction=False)
        for user, char_id in ids.items():
            pipeline.hget(f"game:characters:{user}", char_id)
        return await pipeline.execute()

    async def one_request() -> object:
        return await redis.mget([f"copy:{user}" for user in ids])

    for user, char_id in ids.items():
        await redis.set(f"copy:{user}", await redis.hget(f"game:characters:{user}", char_id) or "")
    contenders = (ours, plain, pipelined, one_request)
    our_time, plain_time, pipelined_time, mget_time = await race(*contenders, rounds=31, turns=20)
    return [
        at_least(
            faster, f"a party of {len(ids)} beside a GET and an HGET each", our_time, plain_time
        ),
        at_most(
            1.4, f"a party of {len(ids)} beside a pipelined HGET each", our_time, pipelined_time
        ),
        at_most(MGET[len(ids)], f"a party of {len(ids)} beside one MGET", our_time, mget_time),
    ]

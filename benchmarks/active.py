"""`get_active_character`, which a main bot calls for every message."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

import game_characters
from benchmarks.race import Claim, at_most, race
from characters.store.embedded import embedded_valkey

USER = 1
DESCRIPTION = "A retired pirate with one glass eye, who hums when she lies. " * 10


async def measure() -> list[Claim]:
    """Beside a bare HGET of the same payload, and beside plain GET, HGET and json."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ASSETS_DIR"] = folder
        async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
            char = await game_characters.create_character(USER, "Ana", DESCRIPTION, redis)

            async def ours() -> object:
                return await game_characters.get_active_character(USER, redis)

            async def bare() -> object:
                return await redis.hget(f"game:characters:{USER}", char["char_id"])

            async def plain() -> object:
                char_id: Any = await redis.get(f"game:active_char:{USER}")
                return json.loads(
                    await redis.hget(f"game:characters:{USER}", char_id.decode()) or "null"
                )

            our_time, bare_time, plain_time = await race(ours, bare, plain)
    return [
        at_most(1.35, "get_active_character beside a bare HGET", our_time, bare_time),
        at_most(0.70, "get_active_character beside GET, HGET and json", our_time, plain_time),
    ]

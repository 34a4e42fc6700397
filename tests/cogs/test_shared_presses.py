"""Where several processes have the same shards, and the store can't say which one answers."""

from typing import Any

import pytest
from redis.asyncio import Redis

from bot import CharacterBot
from characters.registry import Registry
from tests.people import answer, read


@pytest.fixture
def simcord_bot(registry: Registry) -> CharacterBot:
    return CharacterBot(registry, shard_count=1, shared=True)


async def test_a_store_that_refuses_to_write_is_still_read(
    valkey: Redis, registry: Registry, ana: Any, channel: Any
) -> None:
    await registry.create(ana.id, "Zed")
    await valkey.config_set("maxmemory", 1)
    listed = await ana.slash(channel, "character list")
    assert answer(listed)
    assert "Zed" in read(listed)

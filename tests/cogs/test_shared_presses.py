"""Where several processes have the same shards, and the store can't say which one answers."""

from typing import Any

import discord
import pytest
import simcord
from redis.asyncio import Redis

from bot import CharacterBot
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
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


async def test_what_another_process_answers_is_not_counted_here(
    world: simcord.Env,
    valkey: Redis,
    assets: FolderAssets,
    registry: Registry,
    ana: Any,
    channel: Any,
) -> None:
    await ana.slash(channel, "character create", name="Zed")
    sheet = answer(await ana.slash(channel, "character show"))
    form = await ana.slash(channel, "character create")
    before = registry.measures.interactions.outcomes.copy()
    other, check = Registry(CharacterStore(valkey), assets), world.bot.tree.interaction_check
    claimed: list[bool] = []

    async def claimed_before(interaction: discord.Interaction) -> bool:
        claimed.append(await other.admission.claim(interaction.id))
        return await check(interaction)

    world.bot.tree.interaction_check = claimed_before
    await ana.click(sheet.message, label="Delete")
    await ana.submit_modal(form, {"name": "Yan"})
    await ana.slash(channel, "character list")
    assert claimed == [True, True, True]
    assert registry.measures.interactions.outcomes == before
    assert [each.name for each in (await registry.roster(ana.id)).characters] == ["Zed"]

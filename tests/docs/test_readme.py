"""What the README shows is run here; its two commands are run by CI."""

from typing import Any

import discord
import simcord
from redis.asyncio import Redis

from characters.registry import Registry
from tests.docs.pages import block, names_in
from tests.people import read


async def test_a_main_bot_loads_the_cogs_and_reads_who_is_played(
    valkey: Redis, registry: Registry
) -> None:
    assert len([line for line in block("README.md", "MainBot").splitlines() if line]) <= 12
    names: dict[str, Any] = names_in("README.md", "MainBot")
    bot = names["MainBot"]("!", intents=discord.Intents(guilds=True))
    bot.character_registry = registry
    async with simcord.run(bot) as world:
        channel = world.create_guild().create_text_channel("general")
        ana = channel.guild.add_member(world.create_user("ana"))
        assert await names["extended"]("Go.", ana.id, valkey) == "Go."
        assert "Ana" in read(await ana.slash(channel, "character create", name="Ana"))
        assert await names["extended"]("Go.", ana.id, valkey) == "Ana: \nGo."
        await bot.close()

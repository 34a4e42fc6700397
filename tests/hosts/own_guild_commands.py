"""A main bot that copies its commands to a guild, as one does while developing."""

from typing import Any

import discord
from host import HostBot
from people import read


class MainBot(HostBot):
    async def check(self, world: Any, channel: Any, ana: Any) -> None:
        del world
        guild = discord.Object(channel.guild.id)
        self.tree.copy_global_to(guild=guild)
        synced = await self.tree.sync(guild=guild)
        assert {"character", "Character", "lobby"} <= {command.name for command in synced}
        assert "Ana the Bold" in read(await ana.slash(channel, "character list"))

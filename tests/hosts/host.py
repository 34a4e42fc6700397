"""What the main bots of these tests have in common."""

from typing import Any

import discord
from discord.ext import commands


class HostBot(commands.Bot):
    def __init__(self, **options: Any) -> None:
        super().__init__("!", intents=discord.Intents(guilds=True), **options)

    async def setup_hook(self) -> None:
        await self.load_extension("cogs.characters")
        await self.load_extension("cogs.lobby")
        await self.tree.sync()

    async def check(self, world: Any, channel: Any, ana: Any) -> None:
        """What is special about this bot; `ana` is a member who plays a character."""

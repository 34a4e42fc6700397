"""A small main bot: it tells stories, and takes the characters of its players from the registry.

    DISCORD_TOKEN=… REDIS_URL=redis://localhost ASSETS_DIR=portraits python main.py

`make example` shows it in the playground, without a token.
"""

import asyncio
import os

import discord
from discord.ext import commands
from redis.asyncio import Redis

import characters

EXTENSIONS = ("cogs.characters", "cogs.lobby", "cogs.storyteller")  # the last one is our own


class MainBot(commands.Bot):
    def __init__(self, redis: Redis, registry: characters.Registry) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            # None of these is privileged. Without the intent `message_content` Discord sends us the
            # text of direct messages, and of messages that mention us or reply to us: enough here.
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            # A player's text never pings anyone.
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.redis = redis
        # The cogs look for this attribute. Without it they would open a registry of their own.
        self.character_registry = registry

    async def setup_hook(self) -> None:
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        await self.tree.sync()

    async def on_message(self, message: discord.Message, /) -> None:
        """Does nothing: there are no prefix commands, and the storyteller listens for itself."""


async def main() -> None:
    async with (
        # This client is ours: it may decode responses or not, and we close it.
        Redis.from_url(os.environ["REDIS_URL"], decode_responses=True) as redis,
        # `game_characters` reads ASSETS_DIR too, so both look for portraits in one folder.
        characters.open_registry(redis=redis, assets_dir=os.environ["ASSETS_DIR"]) as registry,
        MainBot(redis, registry) as bot,
    ):
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    discord.utils.setup_logging()
    asyncio.run(main())

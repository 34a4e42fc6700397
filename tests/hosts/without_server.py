"""A main bot with neither a server nor settings."""

import asyncio

import discord
from discord.ext import commands


async def start() -> None:
    bot = commands.Bot("!", intents=discord.Intents.none())
    async with bot:
        await bot.load_extension("cogs.characters")
        await bot.character_registry.create(1, "Ana")
        print((await bot.character_registry.active(1)).name)


asyncio.run(start())

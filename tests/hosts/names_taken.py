"""A main bot that has already given away a name that `cogs.characters` must have."""

import asyncio
import sys

import discord
from discord.ext import commands


class Characters(commands.Cog, name="GameCharacters"):
    """A cog of the host."""


async def character(interaction: discord.Interaction) -> None:
    del interaction


async def start(taken: str) -> str:
    bot = commands.Bot("!", intents=discord.Intents.none())
    async with bot:
        if taken == "cog":
            await bot.add_cog(Characters())
        if taken == "command":
            bot.tree.command(name="character", description="The host's")(character)
        try:
            await bot.load_extension("cogs.characters")
        except commands.ExtensionFailed as error:
            return str(error.original)
    return "loaded"


print(asyncio.run(start(sys.argv[1])))

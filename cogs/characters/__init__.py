"""The `/character` commands: `await bot.load_extension("cogs.characters")`."""

from cogs.characters.cog import Bot, Characters


async def setup(bot: Bot) -> None:
    await bot.add_cog(Characters(bot))

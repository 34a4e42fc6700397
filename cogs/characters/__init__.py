"""The `/character` commands: `await bot.load_extension("cogs.characters")`."""

from characters.extras import needed_for

with needed_for("cogs.characters", "discord"):
    from cogs.characters.cog import Bot, Characters


async def setup(bot: Bot) -> None:
    await bot.add_cog(Characters(bot))

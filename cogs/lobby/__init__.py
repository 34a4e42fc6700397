"""The `/lobby` command: `await bot.load_extension("cogs.lobby")`, after `cogs.characters`."""

from characters.extras import needed_for

with needed_for("cogs.lobby", "discord"):
    from cogs.lobby.cog import Bot, LobbyCog


async def setup(bot: Bot) -> None:
    await bot.add_cog(LobbyCog(bot))

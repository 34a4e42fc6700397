"""The `/lobby` command: `await bot.load_extension("cogs.lobby")`, after `cogs.characters`."""

from cogs.characters.ui.host import Bot, check_names
from cogs.lobby.cog import LobbyCog
from cogs.lobby.lobby_item import COG


async def setup(bot: Bot) -> None:
    """Raises OperatorError without `cogs.characters`, or if the bot has a name of ours already."""
    check_names(bot, "cogs.lobby", COG, "lobby")
    await bot.add_cog(LobbyCog(bot))

"""The bot that loads our cogs: what it offers, what it forbids, and which names it has taken."""

from typing import cast

import discord
from discord import app_commands
from discord.ext import commands

from characters.errors import OperatorError
from characters.registry import Registry

Bot = commands.Bot | commands.AutoShardedBot

REGISTRY = "character_registry"  # the bot's attribute that holds the registry


def bot_of(interaction: discord.Interaction) -> Bot:
    return cast("Bot", interaction.client)


def registry_of(source: discord.Interaction | Bot) -> Registry:
    """The registry that the bot offers as `character_registry`. Raises OperatorError."""
    bot = bot_of(source) if isinstance(source, discord.Interaction) else source
    registry = getattr(bot, REGISTRY, None)
    if registry is None:
        raise OperatorError(
            f"The bot has no {REGISTRY}: load the extension cogs.characters before cogs.lobby."
        )
    if not isinstance(registry, Registry):
        raise OperatorError(
            f"bot.{REGISTRY} is a {type(registry).__name__}; it must be a characters.Registry."
        )
    return registry


def check_names(bot: Bot, extension: str, cog: str, command: str) -> None:
    """Raises OperatorError if the bot has another cog or command with the name of ours."""
    if bot.get_cog(cog):
        raise OperatorError(
            f"The bot already has a cog named {cog}: rename or remove it, then load {extension}."
        )
    if bot.tree.get_command(command):
        raise OperatorError(
            f"The bot already has a command /{command}: rename or remove it, then load {extension}."
        )


async def host_allows(interaction: discord.Interaction) -> bool:
    """Asks the bot's `tree.interaction_check`, which discord.py itself asks about commands only.

    Where this returns False, the bot has answered the player or chosen not to.
    """
    tree = cast("app_commands.CommandTree", bot_of(interaction).tree)
    try:
        return await tree.interaction_check(interaction)
    except app_commands.AppCommandError as error:
        await tree.on_error(interaction, error)
        return False


def host_answers(interaction: discord.Interaction, error: BaseException) -> bool:
    """Whether a check that the host added refused a command, and the host's own handler says so.

    discord.py calls that handler after ours.
    """
    handler = bot_of(interaction).tree.on_error
    is_default = getattr(handler, "__func__", None) is app_commands.CommandTree.on_error
    return isinstance(error, app_commands.CheckFailure) and not is_default

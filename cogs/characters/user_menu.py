"""The entry in the menu of a member, Apps → Character: who they play, if they let others look."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import discord
from discord import app_commands

from characters.errors import OperatorError
from characters.store.preference_store import Audience
from cogs.characters import privacy_texts as texts
from cogs.characters.privacy import own_view
from cogs.characters.sharing import public_sheet
from cogs.characters.ui.answers import Refused, admit, answer, answering
from cogs.characters.ui.host import Bot, registry_of
from cogs.characters.ui.language import _

GROUP = "character"  # the command, beside which the menu stands

log = logging.getLogger(f"game_characters.{__name__}")


def menu() -> app_commands.ContextMenu:
    """It is for servers alone: there Discord says of both that they are members."""
    made = app_commands.ContextMenu(name=texts.MENU, callback=_look)
    made = app_commands.allowed_installs(guilds=True, users=True)(made)
    return app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)(made)


def add(bot: Bot, made: app_commands.ContextMenu) -> Callable[[], Any]:
    """Adds the menu to the bot's commands; returns a function that removes it again.

    Where the host gives our commands to some servers alone, the menu is left to the host. Raises
    OperatorError where the bot has a menu of this name.
    """
    if bot.tree.get_command(GROUP) is None:
        log.info("The menu %s is not added, as /%s is not in all servers", made.name, GROUP)
        return _nothing
    try:
        bot.tree.add_command(made)
    except app_commands.CommandAlreadyRegistered:
        raise OperatorError(
            f"The bot already has a user menu {made.name}: rename or remove it, then load "
            "cogs.characters."
        ) from None
    except app_commands.CommandLimitReached:
        log.warning("The menu %s is not added, as the bot has as many as Discord takes", made.name)
        return _nothing
    return partial(bot.tree.remove_command, made.name, type=made.type)


async def _look(interaction: discord.Interaction, user: discord.User) -> None:
    """Whether somebody has characters is not told to those who may not look."""
    async with answering(interaction):
        await admit(interaction)
        registry = registry_of(interaction)
        if user.id == interaction.user.id:
            await answer(interaction, await own_view(registry, user.id))
            return
        audience, character = await asyncio.gather(
            registry.preferences.audience(user.id), registry.active(user.id)
        )
        members = all(isinstance(each, discord.Member) for each in (user, interaction.user))
        if character is None or audience is Audience.NOBODY or not members:
            raise Refused(_(texts.NOT_SHOWN))
        await answer(interaction, await public_sheet(registry, character, texts.plays(user.id)))


def _nothing() -> None:
    pass

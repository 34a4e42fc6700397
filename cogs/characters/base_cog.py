"""What the cog opens, runs in the background, and closes; its commands are in `cog`."""

import contextlib
import logging
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands, tasks

from characters.errors import OperatorError
from characters.opening import open_registry_from
from characters.registry import Registry
from characters.settings import RegistrySettings, read_settings
from characters.store.background import end_tasks
from cogs.characters import saving, user_menu
from cogs.characters.character_items import ITEMS
from cogs.characters.command_translator import CommandTranslator
from cogs.characters.gateway import gateway_state
from cogs.characters.ui.answers import answer_error
from cogs.characters.ui.host import REGISTRY, Bot, host_answers, registry_of
from cogs.characters.ui.in_progress import finish
from cogs.characters.ui.items import count_unknown_item
from cogs.characters.ui.observing import observed

Tree = app_commands.CommandTree[Any]

log = logging.getLogger(f"game_characters.{__name__}")


class BaseCog(commands.Cog):
    """Has a registry: the one that is passed, or the bot's, or one from settings."""

    def __init__(self, bot: Bot, registry: Registry | None = None) -> None:
        self._bot = bot
        self._registry = registry
        self._resources = AsyncExitStack()
        self.user_menu = user_menu.menu()

    @property
    def registry(self) -> Registry:
        return registry_of(self._bot)

    async def cog_load(self) -> None:
        self._resources.callback(user_menu.add(self._bot, self.user_menu))
        await self._offer_translations()
        offered = getattr(self._bot, REGISTRY, None)
        registry = self._registry or offered
        if registry is None:
            opened = open_registry_from(read_settings(RegistrySettings))
            registry = await self._resources.enter_async_context(opened)
        setattr(self._bot, REGISTRY, registry)
        self._resources.callback(setattr, self._bot, REGISTRY, offered)
        offers = registry_of(self._bot)  # raises OperatorError if the bot offers something else
        self._resources.callback(offers.watch(self._changed))
        offers.measures.gateway = partial(gateway_state, self._bot)
        self._resources.callback(setattr, offers.measures, "gateway", None)
        self._bot.add_dynamic_items(*ITEMS)
        self.sweep.start()

    async def cog_unload(self) -> None:
        await finish(self._bot)
        with contextlib.suppress(OperatorError):  # the bot may offer no registry any more
            await self.registry.drafts.hand_over()
        if sweep := self.sweep.get_task():  # it may use a connection
            await end_tasks([sweep])
        self._bot.remove_dynamic_items(*ITEMS)
        await self._resources.aclose()

    async def cog_app_command_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        if not host_answers(interaction, error):
            with observed(interaction):
                await answer_error(interaction, error)

    @tasks.loop(hours=1)
    async def sweep(self) -> None:
        try:
            await self.registry.sweep_daily()
        except Exception:  # whatever it is, players go on
            log.exception("The daily sweep failed; the next attempt is in an hour")

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        count_unknown_item(interaction)
        await saving.submitted(interaction)

    async def _offer_translations(self) -> None:
        """A translator that the host has set stays; it may ask ours."""
        tree, ours = self._bot.tree, CommandTranslator()
        if tree.translator is None:
            await tree.set_translator(ours)
            self._resources.push_async_callback(_take_back, tree, ours)

    def _changed(self, user_id: int) -> None:
        self._bot.dispatch("characters_changed", user_id)


async def _take_back(tree: Tree, ours: CommandTranslator) -> None:
    if tree.translator is ours:
        await tree.set_translator(None)

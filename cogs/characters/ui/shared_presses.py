"""Presses that Discord sends to several processes, as they have the same shards: one answers."""

from contextlib import suppress

import discord
from discord import app_commands

from characters.errors import StorageUnavailable
from characters.store.time_limit import time_limit
from cogs.characters.ui.answers import answer_error
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.in_progress import in_progress
from cogs.characters.ui.reply import UNREACHABLE, Reply

CLAIM_SECONDS = 1.0  # that the store may take


class SharingTree(app_commands.CommandTree):
    """Leaves a command, button, menu or form to the process that was the first to claim it."""

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        Reply.to(interaction)  # its time begins
        with in_progress(interaction.client), time_limit(CLAIM_SECONDS):
            try:
                return await registry_of(interaction).admission.claim(interaction.id)
            except StorageUnavailable as error:  # another process may be at work on it
                if interaction.type is discord.InteractionType.autocomplete:
                    with suppress(*UNREACHABLE):
                        await interaction.response.autocomplete([])
                else:
                    await answer_error(interaction, error)
                return False

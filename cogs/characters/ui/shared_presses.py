"""Presses that Discord sends to several processes, as they have the same shards: one answers."""

import discord
from discord import app_commands

from characters.errors import StorageUnavailable
from characters.store.time_limit import time_limit
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.in_progress import in_progress
from cogs.characters.ui.observing import leave_uncounted
from cogs.characters.ui.reply import Reply

CLAIM_SECONDS = 1.0  # that the store may take


class SharingTree(app_commands.CommandTree):
    """Leaves a command, button, menu or form to the process that was the first to claim it.

    Where the store can't say which one, each process answers, and Discord takes one of the answers:
    so what was typed in a form is kept until the store is back.
    """

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        Reply.to(interaction)  # its time begins
        with in_progress(interaction.client), time_limit(CLAIM_SECONDS):
            try:
                is_ours = await registry_of(interaction).admission.claim(interaction.id)
            except StorageUnavailable:
                return True
        if not is_ours:
            leave_uncounted()
        return is_ours

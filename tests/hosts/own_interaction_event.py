"""A main bot that listens to every interaction."""

from typing import Any

import discord
from discord import InteractionType
from host import HostBot


class MainBot(HostBot):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[InteractionType] = []

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.seen.append(interaction.type)

    async def check(self, *_: Any) -> None:
        commands, buttons, forms = 2, 4, 1
        assert self.seen.count(InteractionType.application_command) == commands
        assert self.seen.count(InteractionType.component) == buttons
        assert self.seen.count(InteractionType.modal_submit) == forms

"""A main bot that refuses every interaction of one user."""

from typing import Any

import discord
from discord import app_commands
from host import HostBot
from people import answer, buttons, read


class Tree(app_commands.CommandTree):
    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        if interaction.user.name != "mallory":
            return True
        await interaction.response.send_message("The host says no.", ephemeral=True)
        return False


class MainBot(HostBot):
    def __init__(self) -> None:
        super().__init__(tree_cls=Tree)

    async def check(self, world: Any, channel: Any, ana: Any) -> None:
        mallory = channel.guild.add_member(world.create_user("mallory"))
        assert read(await mallory.slash(channel, "character list")) == "The host says no."
        lobby = answer(await ana.slash(channel, "lobby open"))
        assert read(await mallory.click(lobby.message, label="Join")) == "The host says no."
        assert buttons(lobby)["Host: start"]["disabled"]

"""A main bot with lasting buttons whose custom_ids begin with common words."""

from typing import Any

import discord
from discord import ui
from host import HostBot
from people import read


class Panel(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Play", custom_id="char:play:1:abc")
    async def play(self, interaction: discord.Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.send_message("The host plays.")

    @ui.button(label="Join", custom_id="lobby:join:")
    async def join(self, interaction: discord.Interaction, _: ui.Button[Any]) -> None:
        await interaction.response.send_message("The host joins.")


class MainBot(HostBot):
    async def setup_hook(self) -> None:
        self.add_view(Panel())
        await super().setup_hook()

    async def check(self, world: Any, channel: Any, ana: Any) -> None:
        del world
        panel = await self.get_channel(channel.id).send("A panel", view=Panel())
        assert read(await ana.click(panel, label="Play")) == "The host plays."
        assert read(await ana.click(panel, label="Join")) == "The host joins."

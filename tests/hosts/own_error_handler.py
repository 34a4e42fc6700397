"""A main bot that handles the errors of commands itself."""

from typing import Any

import discord
from discord import app_commands
from host import HostBot
from people import read


class MainBot(HostBot):
    async def setup_hook(self) -> None:
        self.errors: list[Exception] = []
        self.tree.error(self._apologize)
        self.tree.command(name="broken", description="Fail")(broken)
        await super().setup_hook()

    async def _apologize(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        self.errors.append(error)
        await interaction.response.send_message("The host is sorry.")

    async def check(self, world: Any, channel: Any, ana: Any) -> None:
        del world
        unknown = await ana.slash(channel, "character show", name="Nobody")
        assert "host" not in read(unknown)
        assert self.errors == []
        assert read(await ana.slash(channel, "broken")) == "The host is sorry."
        assert len(self.errors) == 1


async def broken(_: discord.Interaction) -> None:
    raise RuntimeError

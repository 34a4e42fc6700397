"""A main bot with a `registry` and cogs whose names are common."""

from typing import Any

from discord.ext import commands
from host import HostBot

import characters


class Characters(commands.Cog):
    pass


class Lobby(commands.Cog, name="lobby"):
    pass


class MainBot(HostBot):
    def __init__(self) -> None:
        super().__init__()
        self.registry = {"rooms": 3}

    async def setup_hook(self) -> None:
        await self.add_cog(Characters())
        await self.add_cog(Lobby())
        await super().setup_hook()

    async def check(self, *_: Any) -> None:
        assert self.registry == {"rooms": 3}
        assert isinstance(self.character_registry, characters.Registry)

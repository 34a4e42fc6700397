"""A main bot with modules in `cogs/` whose names are common."""

from typing import Any

import cogs.items
import cogs.pictures
import cogs.ui
from host import HostBot
from people import read


class MainBot(HostBot):
    async def setup_hook(self) -> None:
        await self.load_extension("cogs.fun")
        await super().setup_hook()

    async def check(self, world: Any, channel: Any, ana: Any) -> None:
        del world
        assert {cogs.items.OWNER, cogs.pictures.OWNER, cogs.ui.OWNER} == {"host"}
        assert read(await ana.slash(channel, "fun")) == "Fun from the host."

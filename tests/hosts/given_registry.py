"""A main bot that opens the registry over its own client and passes it to the cog."""

import os
from contextlib import AsyncExitStack
from typing import Any

from host import HostBot
from people import read
from redis.asyncio import Redis

import characters
from cogs.characters.cog import Characters


class MainBot(HostBot):
    def __init__(self) -> None:
        super().__init__()
        self._resources = AsyncExitStack()

    async def setup_hook(self) -> None:
        enter = self._resources.enter_async_context
        redis = await enter(Redis.from_url(os.environ["REDIS_URL"]))
        self.given = await enter(
            characters.open_registry(
                redis=redis,
                assets_dir="portraits",
                assets_url="https://example.org/portraits",
                roster_limit=1,
            )
        )
        await self.add_cog(Characters(self, self.given))
        await self.load_extension("cogs.lobby")
        await self.tree.sync()

    async def close(self) -> None:
        await super().close()
        await self._resources.aclose()

    async def check(self, world: Any, channel: Any, ana: Any) -> None:
        del world
        assert (await self.given.active(ana.id)).name == "Ana the Bold"
        await ana.slash(channel, "character create", name="One Too Many")
        assert len((await self.given.roster(ana.id)).characters) == 1
        assert "Ana the Bold" in read(await ana.slash(channel, "character list"))

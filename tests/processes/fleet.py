"""Several processes of the real bot over one store, at the Discord of `discord_server`."""

import asyncio
import re
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.discord_server import Discord
from tests.forked import ForkedProcess
from tests.gateway import discord_api
from tests.test_bot import TOKEN, running

START_SECONDS = 60.0  # on a busy computer
# A bot with a number of shards asks for no address of the gateway.
START = """
import sys
import discord.gateway, discord.http, yarl
from cogs.characters.ui import attachments
discord.http.Route.BASE = sys.argv[1]
gateway = yarl.URL(sys.argv[1].replace("http", "ws") + "/gateway")
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway
attachments.SCHEME, attachments.DOMAINS = "http", ("127.0.0.1",)
import bot
sys.exit(bot.main())
"""


class BotProcess:
    """A running bot and what it has printed."""

    def __init__(self, process: ForkedProcess) -> None:
        self._process = process
        self._lines: list[str] = []
        self._printed = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    @property
    def output(self) -> str:
        return "".join(self._lines)

    async def until(self, pattern: str) -> None:
        """Waits until it has printed a line like this."""
        async with asyncio.timeout(START_SECONDS), self._printed:
            await self._printed.wait_for(lambda: re.search(pattern, self.output))

    async def stop(self) -> int:
        """As an operator stops it; returns its exit status."""
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(START_SECONDS):
            await self._reading
            return await self._process.wait()

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._reading
        await self._process.wait()

    async def _read(self) -> None:
        assert self._process.stdout
        while line := await self._process.stdout.readline():
            async with self._printed:
                self._lines.append(line.decode())
                self._printed.notify_all()


class Fleet:
    """`bots` are in the order of their start, as `discord.sessions` are."""

    def __init__(self, folder: Path, api: str, discord: Discord, settings: dict[str, str]) -> None:
        self.discord = discord
        self.api = api
        self.bots: list[BotProcess] = []
        self._folder = folder
        self._settings = settings
        self._stack = AsyncExitStack()

    async def start(self, **settings: str) -> BotProcess:
        """Returns when the bot is ready; `settings` are added to those of all."""
        bot = await self.begin(**settings)
        await bot.until("Ready as registry")
        return bot

    async def begin(self, **settings: str) -> BotProcess:
        started = running(self._folder, self.api, start=START, **self._settings | settings)
        bot = BotProcess(await self._stack.enter_async_context(started))
        self.bots.append(bot)
        return bot

    async def close(self) -> None:
        for bot in self.bots:
            await bot.kill()
        await self._stack.aclose()


@asynccontextmanager
async def fleet(
    folder: Path, redis_url: str, files: dict[str, bytes] | None = None, **settings: str
) -> AsyncGenerator[Fleet, None]:
    """No bot runs yet. All use the store and one folder of portraits."""
    discord = Discord(files or {})
    shared = {"DISCORD_TOKEN": TOKEN, "REDIS_URL": redis_url, "SHARD_COUNT": "1"}
    shared |= {"LOG_LEVEL": "INFO", "ASSETS_DIR": str(folder / "assets")}
    async with discord_api(TOKEN, discord.routes, discord.connected) as api:
        bots = Fleet(folder, api, discord, shared | settings)
        try:
            yield bots
        finally:
            await bots.close()

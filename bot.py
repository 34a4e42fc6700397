"""The bot on its own: opens what it needs, serves Discord, and closes everything again."""

import asyncio
import contextlib
import ctypes
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Generator
from contextlib import AsyncExitStack
from importlib import import_module
from typing import Any

from characters import web
from characters.errors import OperatorError
from characters.extras import MissingExtra, needed_for
from characters.log_lines import InteractionFilter, JsonFormatter, TextFormatter
from characters.opening import open_registry_from
from characters.platforms import check_platform
from characters.registry import Registry
from characters.settings import Settings, read_settings

try:
    with needed_for("The bot", "bot"):
        import aiohttp
        import discord
        from discord import app_commands
        from discord.ext import commands
except MissingExtra as error:
    sys.exit(str(error))

_PR_SET_DUMPABLE = 4  # prctl(2)

DISCONNECT_SECONDS = 5.0

EXTENSIONS = ("cogs.characters", "cogs.lobby")

log = logging.getLogger("game_characters.bot")


class CharacterBot(commands.AutoShardedBot):
    """A bot that only keeps characters: no privileged intent, no prefix commands, no pings.

    With `shard_ids` it serves these of the `shard_count` shards; with None, all. Other processes
    may have some of the same shards where it is `shared`: one of them answers each press.
    """

    def __init__(
        self,
        registry: Registry,
        shard_count: int | None = None,
        shard_ids: list[int] | None = None,
        *,
        shared: bool = False,
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = (
            False  # we have no use for voice
        )
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            shard_count=shard_count,
            shard_ids=shard_ids,  # type: ignore[arg-type] - None is its default
            tree_cls=_sharing_tree() if shared else app_commands.CommandTree,
        )
        self.character_registry = registry

    async def setup_hook(self) -> None:
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        if self.shard_ids is None or 0 in self.shard_ids:  # one process of all is enough
            synced = await self.tree.sync()
            log.info("Registered %s commands with Discord", len(synced))

    async def on_ready(self) -> None:
        log.info("Ready as %s in %s servers", self.user, len(self.guilds))

    async def close(self) -> None:
        """Takes no more presses; the cogs finish what has begun before they are unloaded."""
        if not self.is_closed():
            with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError):
                async with asyncio.timeout(DISCONNECT_SECONDS):
                    await asyncio.gather(*(each.disconnect() for each in self.shards.values()))
        await super().close()

    async def check_ready(self) -> None:
        """Raises OperatorError while Discord is not connected."""
        if not self.is_ready() or self.is_closed():
            raise OperatorError("Discord is not connected.")


def _sharing_tree() -> type[app_commands.CommandTree]:
    from cogs.characters.ui.shared_presses import (  # noqa: PLC0415 - `main` tells first where it can't run
        SharingTree,
    )

    return SharingTree


async def serve(settings: Settings, token: str) -> None:
    """Serves Discord until it is cancelled. Raises OperatorError where that can't be done."""
    metrics_page = _metrics_page() if settings.metrics_listen else None
    async with AsyncExitStack() as resources:
        registry = await resources.enter_async_context(open_registry_from(settings))
        bot = await resources.enter_async_context(
            CharacterBot(
                registry,
                settings.shard_count,
                settings.shards,
                shared=settings.shard_count is not None,
            )
        )
        checks = {
            "store": registry.check_store,
            "assets": registry.check_assets,
            "discord": bot.check_ready,
        }
        if address := settings.listen_address:
            pages = web.application(settings.assets_folder, checks)
            await resources.enter_async_context(web.serve(pages, *address))
        if metrics_page and (address := settings.metrics_address):
            pages = web.metrics_application(metrics_page(registry), checks)
            await resources.enter_async_context(web.serve(pages, *address, "METRICS_LISTEN"))
        try:
            await bot.start(token)
        except discord.LoginFailure:
            raise OperatorError(
                "Discord refuses DISCORD_TOKEN. Copy the bot's token from the developer portal."
            ) from None
        except OSError as error:
            raise OperatorError(
                f"Discord can't be reached ({type(error).__name__}): check the network."
            ) from error


def _metrics_page() -> Callable[[Registry], web.MetricsPage]:
    """Raises MissingExtra."""
    with needed_for("METRICS_LISTEN", "metrics"):
        from characters.metrics.exposition import metrics_page  # noqa: PLC0415 - needs an extra
    return metrics_page


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Runs the work until it ends, or until SIGTERM or Ctrl-C cancels it."""
    task = asyncio.ensure_future(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
    log.info("Stopped")


@contextlib.contextmanager
def without_warnings() -> Generator[None, None, None]:
    """Simcord tries out discord.py while it is imported, with a bot that it warns of."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def set_up_logging(level: str, log_format: str) -> None:
    """`log_format` is `text`, with colours where there is a terminal, or `json`."""
    handler = logging.StreamHandler()
    discord.utils.setup_logging(handler=handler, level=logging.getLevelNamesMapping()[level])
    handler.addFilter(InteractionFilter())
    if handler.formatter and log_format == "text":
        handler.setFormatter(TextFormatter(handler.formatter))
    else:
        handler.setFormatter(JsonFormatter())


def hide_memory() -> None:
    """Lets no other process of this user read our memory and environment: they hold the token."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def main() -> int:
    """Returns the exit status: 1, after a sentence, where the bot can't run as it is set up."""
    hide_memory()
    try:
        check_platform()
        settings = read_settings(Settings)
        set_up_logging(settings.log_level, settings.log_format)
        if settings.discord_token is None:
            print(
                "There is no DISCORD_TOKEN, so this is the playground: a simulated Discord.",
                flush=True,
            )
            with needed_for("The playground", "playground"), without_warnings():
                playground = import_module("playground")
            work = playground.play(settings, CharacterBot)
        else:
            work = serve(settings, settings.discord_token.get_secret_value())
        asyncio.run(until_stopped(work))
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

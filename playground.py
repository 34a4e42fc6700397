"""Our real bot in a simulated Discord, as a page in the browser: no token, no network, no server.

Three players share a channel; slash commands, menus, forms and uploads work as they do in Discord.
Characters are kept in DATA_DIR, since the simulated players always have the same ids.
"""

import asyncio
import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import simcord
from discord.ext import commands

from characters.opening import open_registry_from
from characters.settings import Settings

WELCOME = (
    "Type **/character create** to make your first character, and **/lobby open** to gather for a "
    "game. You can be another player: choose at the top."
)
PLAYERS = ("Robin", "Sasha", "Kim")


async def play(settings: Settings, make_bot: Callable[..., commands.AutoShardedBot]) -> None:
    """Serves the page of our bot until it is ended or cancelled.

    The store is always the one in DATA_DIR, never that of a real bot.
    """
    ours = settings.model_copy(
        update={"redis_url": None, "assets_url": None, "assets_listen": None}
    )
    async with open_registry_from(ours) as registry:
        await show(make_bot(registry, shard_count=1))


async def show(bot: commands.Bot | commands.AutoShardedBot) -> None:
    """Serves the page of any bot until it is ended or cancelled."""
    async with simcord.run(bot) as world:
        guild = world.create_guild("Playground")
        channel = guild.create_text_channel("characters")
        players = [
            guild.add_member(world.create_user(name.lower(), global_name=name)) for name in PLAYERS
        ]
        world.backend.bot_user.name = "Avatar Registry"
        # Ids are made from the clock, so it stands still until all players are there.
        world.backend.clock.now = lambda: datetime.now(UTC)
        await world.bot.get_partial_messageable(channel.id).send(WELCOME)
        async with world.preview(channel, viewers=players, layout="channel") as page:
            print(f"\nThe playground is open at {page.url}\nCtrl-C ends it.\n", flush=True)
            webbrowser.open(page.url)
            closed = asyncio.ensure_future(page.wait_closed())
            while not (await asyncio.wait([closed], timeout=1))[0]:
                page.capture_time = datetime.now(UTC) + timedelta(
                    seconds=1
                )  # "2 minutes ago" counts from here

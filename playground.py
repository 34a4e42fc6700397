"""Our real bot in a simulated Discord, as a page in the browser: no token, no network, no server.

Three players share a channel; slash commands, menus, forms and uploads work as they do in Discord.
Characters are kept in DATA_DIR from run to run, for the simulated players have the same ids each time.
"""

import webbrowser

import simcord

from bot import CharacterBot
from characters.opening import open_registry
from characters.settings import Settings

PLAYERS = ("Robin", "Sasha", "Kim")


async def play(settings: Settings) -> None:
    """Serves the page until it is cancelled. The store is always the one in DATA_DIR, never REDIS_URL's."""
    own = settings.model_copy(update={"redis_url": None, "assets_url": None, "assets_listen": None})
    async with open_registry(own) as registry, simcord.run(CharacterBot(registry, shard_count=1)) as world:
        guild = world.create_guild("S.N.E.S. Playground")
        channel = guild.create_text_channel("characters")
        players = [guild.add_member(world.create_user(name.lower())) for name in PLAYERS]
        async with world.preview(channel, viewers=players, layout="channel") as page:
            print(f"\nOpen this page:  {page.url}\n", flush=True)
            webbrowser.open(page.url)
            await page.wait_closed()

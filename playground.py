"""Our real bot in a simulated Discord, as a page in the browser: no token, no network, no server.

Three players share a channel; slash commands, menus, forms and uploads work as they do in Discord.
Characters are kept in DATA_DIR, since the simulated players always have the same ids.
"""

import asyncio
import os
import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import simcord
import simcord.interactions
from aiohttp import web
from discord.ext import commands
from simcord.preview._server import PreviewServer

from characters.opening import open_registry_from
from characters.settings import Settings
from cogs.characters.welcome import Welcome

WELCOME = (
    "## Welcome to the playground\nMake a character here, then type **/lobby open** to gather for "
    "a game session. You can be another player at any time: choose at the top, beside "
    "**Viewing as**.\n-# All commands: type **/** below."
)
PLAYERS = ("Robin", "Sasha", "Kim")


# A fault of simcord 3.2.1, which has no issue about it yet: when a menu opens, its page draws all
# messages anew, and a picture of the last answer has no size until it is decoded again. What is
# below it jumps, and a menu that leaves the window closes. The page knows the size: it need only
# ask, and say it in a way that holds before the picture is there. Of a picture that it has never
# decoded it knows nothing: that one has the height that most portraits have.
# Discord's client shows a picture on its own at most 350 pixels high, and squares of many;
# simcord's page shows all of them.
_SIZE = """    image.width = width;
    image.height = height;
"""
_WHOLE = ".gallery-image { width: 100%; height: auto; }"
_ALONE = ".component-gallery:not(:has(> figure:nth-child(2))) .gallery-image"
_MANY = ".component-gallery:has(> figure:nth-child(3))"
PATCHES = {
    "/media.js": {
        "Number(manifest?.displayWidth)": "Number(known?.displayWidth)",
        "Number(manifest?.displayHeight)": "Number(known?.displayHeight)",
        'image.loading = "eager";': """image.loading = "eager";
  const known = options.assetMetadata?.(assetId) ?? manifest;""",
        _SIZE: _SIZE
        + """    const shown = Math.min(1, 350 / height) * width;
    image.style.setProperty("--shown-width", `${shown}px`);
    image.style.setProperty("--ratio", `${width} / ${height}`);
""",
    },
    "/preview.css": {
        _WHOLE: f"""{_WHOLE}
{_ALONE} {{ width: var(--shown-width, auto); aspect-ratio: var(--ratio, auto); max-height: 350px; }}
{_ALONE}:not([height]) {{ height: 350px; }}
{_MANY} .gallery-image {{ aspect-ratio: 1; object-fit: cover; }}
{_MANY} .media-lightbox-trigger {{ width: 100%; }}""",
    },
}


class PatchedServer(PreviewServer):
    """Serves simcord's page with `PATCHES`. Raises LookupError where its files are other ones."""

    async def _static(self, request: web.Request) -> web.Response:
        response: web.Response = await super()._static(request)
        for before, after in PATCHES.get(request.path, {}).items():
            text = response.text or ""
            if text.count(before) != 1:
                raise LookupError(f"{request.path} has no longer: {before}")
            response.text = text.replace(before, after)
        return response


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
    locale = os.environ.get("PLAYGROUND_LOCALE", "en-US")
    _set_locale(locale)
    async with simcord.run(bot) as world:
        guild = world.create_guild("Playground")
        channel = guild.create_text_channel("characters")
        players = [
            guild.add_member(world.create_user(name.lower(), global_name=name)) for name in PLAYERS
        ]
        world.backend.bot_user.name = "Avatar Registry"
        # Ids are made from the clock, so it stands still until all players are there.
        world.backend.clock.now = lambda: datetime.now(UTC)
        await world.bot.get_partial_messageable(channel.id).send(view=Welcome(WELCOME, locale))
        page = world.preview(channel, viewers=players, layout="channel")
        page._server = PatchedServer(page)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - there is no public way
        async with page:
            print(f"\nThe playground is open at {page.url}\nCtrl-C ends it.\n", flush=True)
            webbrowser.open(page.url)
            closed = asyncio.ensure_future(page.wait_closed())
            while not (await asyncio.wait([closed], timeout=1))[0]:
                page.capture_time = datetime.now(UTC) + timedelta(
                    seconds=1
                )  # "2 minutes ago" counts from here


def _set_locale(locale: str) -> None:
    """Gives players and their server this locale of Discord's; simcord's is always en-US."""
    made: Callable[..., Any] = simcord.interactions.base_payload

    def localised(*arguments: Any, **options: Any) -> Any:
        record, payload = made(*arguments, **options)
        payload |= {key: locale for key in ("locale", "guild_locale") if key in payload}
        return record, payload

    simcord.interactions.base_payload = localised

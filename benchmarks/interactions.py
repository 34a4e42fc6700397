"""What a player waits for, and what a day of players leaves behind in the bot."""

import asyncio
import gc
import io
import random
import resource
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, Self

import discord
from discord import app_commands
from PIL import Image
from redis.asyncio import Redis

from benchmarks.discord_api import PLAYER, Workspace, logged_in
from benchmarks.race import Claim, Rounds, within
from bot import CharacterBot
from characters import admission
from characters.opening import DEADLINE
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey

CHARACTERS = 6  # as many as are listed with a row each
DESCRIPTION = "A retired pirate with one glass eye, who hums when she lies. " * 10
ROUNDS = 300
SESSION = 8  # interactions
INTERACTIONS, WARM_UP = 8_000, 2_000


class Footprint(NamedTuple):
    """What the bot holds after all garbage is collected."""

    views: int  # and forms that discord.py remembers
    tasks: int
    objects: int  # blocks of memory of the interpreter; large ones are not counted
    peak: int  # memory of the process, in KiB (on macOS in bytes)

    @classmethod
    def of(cls, bot: CharacterBot) -> Self:
        gc.collect()
        store = bot._connection._view_store  # noqa: SLF001 - discord.py has no public name for it
        views = len(store._views) + len(store._synced_message_views) + len(store._modals)  # noqa: SLF001 - as above
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return cls(views, len(asyncio.all_tasks()), sys.getallocatedblocks(), peak)


async def measure() -> list[Claim]:
    """`/character list` beside an empty command, and the bot's memory over many interactions."""
    admission.PRESSES = sys.maxsize  # one player presses for all
    async with bot_with_characters() as bot, logged_in(bot) as workspace:
        above = await waits_above_nothing(workspace)
        await play(workspace, WARM_UP)
        before = Footprint.of(bot)
        await play(workspace, INTERACTIONS - WARM_UP)
        after = Footprint.of(bot)
    return [
        within(0.004, f"/character list with {CHARACTERS}, above a no-op command", above),
        flat(
            0,
            f"views and forms remembered over {INTERACTIONS:,} interactions",
            before.views,
            after.views,
        ),
        flat(0, f"tasks over {INTERACTIONS:,} interactions", before.tasks, after.tasks),
        flat(0.002, f"objects over {INTERACTIONS:,} interactions", before.objects, after.objects),
        flat(0.05, f"peak memory over {INTERACTIONS:,} interactions", before.peak, after.peak),
    ]


@asynccontextmanager
async def bot_with_characters(count: int = CHARACTERS) -> AsyncGenerator[CharacterBot, None]:
    """The bot over a Valkey, with one player whose portraits only the bot can reach."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder)) as url, Redis.from_url(url) as redis:
            registry = Registry(CharacterStore(redis, DEADLINE), FolderAssets(Path(folder)))
            for number in range(count):
                portrait, _ = await registry.portraits.keep(photograph)
                await registry.create(int(PLAYER["id"]), f"Ana {number}", DESCRIPTION, portrait)
            bot = CharacterBot(registry, shard_count=1)
            bot.tree.add_command(nothing)
            yield bot


@app_commands.command()
async def nothing(interaction: discord.Interaction) -> None:
    """Nothing at all."""
    await interaction.response.send_message("ok", ephemeral=True)


async def photograph() -> bytes:
    """A JPEG with about as much detail as one: its thumbnail has some 12 KiB."""
    noise = [
        Image.effect_noise((44, 44), 60).resize((512, 512), Image.Resampling.BICUBIC) for _ in "RGB"
    ]
    file = io.BytesIO()
    Image.merge("RGB", noise).save(file, "JPEG")
    return file.getvalue()


async def waits_above_nothing(workspace: Workspace) -> Rounds:
    """Seconds from arrival to answer, of `/character list` less those of nothing."""
    await play(workspace, SESSION)
    commands = [("character", "list"), ("nothing",)]
    above: Rounds = []
    for _ in range(ROUNDS):
        seconds: dict[str, float] = {}
        for command in random.sample(commands, 2):
            seconds[command[0]] = (await workspace.command(*command)).seconds
        above.append(seconds["character"] - seconds["nothing"])
    return above


async def play(workspace: Workspace, interactions: int) -> None:
    """So many interactions of a player who looks around, plays, and edits."""
    for _ in range(interactions // SESSION):
        first = await workspace.command("character", "list")
        chosen = first.values("gchr:open")[-1]
        sheet = await workspace.choose(first, "gchr:open", chosen)
        await workspace.press(sheet, "gchr:list")
        await workspace.command("character", "show", name=chosen)
        await workspace.autocomplete("character", "show", name="ana")
        await workspace.press(first, "gchr:create")  # and never submits that form
        form = await workspace.command("character", "edit", name=chosen)
        await workspace.submit(form, name="Ana", description=DESCRIPTION)


def flat(tolerance: float, what: str, before: int, after: int) -> Claim:
    """Claims that something grows by at most that part of itself."""
    holds = after <= before * (1 + tolerance)
    return Claim(what, holds, f"{before:,}, then {after:,}", limit=f"≤ {tolerance:.1%} more")

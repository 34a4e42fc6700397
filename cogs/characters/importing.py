"""Characters from a file: first what would happen, then a button does it, and says how far it is."""

import asyncio
import contextlib
from contextlib import aclosing
from io import BytesIO

import aiohttp
import discord
from discord import ui

from characters.drafts import Draft, Upload
from characters.errors import CharacterError, UnreadableFile
from characters.formats.reading import FILE_LIMIT
from characters.importing import Outcome
from characters.planning import Fate, Plan
from characters.registry import Registry, quietly
from cogs.characters import travel_texts as texts
from cogs.items import OwnedItem
from cogs.ui import NO_PINGS, Notice, Panel, answer, registry_of, row, working

IMPORTS = 10  # files that a player may send in a minute
PAUSE = 2.0  # seconds after which an import says how far it is
STRIDE = 8  # characters after which it does so sooner, but not more than so many times


class FileGone(CharacterError):
    def __init__(self) -> None:
        super().__init__(texts.GONE)


async def look(interaction: discord.Interaction, upload: Upload, name: str) -> None:
    """Says what is in the file, and offers to import it."""
    registry, owner_id = registry_of(interaction), interaction.user.id
    await registry.admit(owner_id, "import", IMPORTS)
    await working(interaction, texts.READING)
    plan = await _plan(interaction, upload, update=False)
    draft_id = await registry.drafts.keep(owner_id, Draft("", name=name, upload=upload))
    await answer(interaction, Planned(plan, owner_id, draft_id))


async def _plan(interaction: discord.Interaction, upload: Upload, *, update: bool) -> Plan:
    importing = registry_of(interaction).importing
    contents = await importing.read(await _download(interaction.client, upload))
    return await importing.plan(interaction.user.id, contents, update=update)


async def _download(client: discord.Client, upload: Upload) -> bytes:
    if upload.size > FILE_LIMIT:
        raise UnreadableFile(f"That file is too large. Please send one of at most {FILE_LIMIT // 2**20} MiB.")
    try:
        return await client.http.get_from_cdn(upload.url)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise UnreadableFile(texts.AGAIN) from error


class Told(Panel):
    """What there is to say, and where that is too long for a message, a file with all of it."""

    def __init__(self, text: str) -> None:
        whole = discord.File(BytesIO(text.encode(errors="replace")), "import.md") if texts.is_long(text) else None
        super().__init__(whole)
        self.add_item(ui.Container(ui.TextDisplay(texts.shortened(text) if whole else text)))
        if whole:
            self.add_item(ui.File(whole))


class Planned(Told):
    """What an import would do, and the buttons that do it."""

    def __init__(self, plan: Plan, owner_id: int, draft_id: str) -> None:
        super().__init__(texts.plan(plan))
        new, changed = len(plan.of(Fate.NEW)), len(plan.of(Fate.CHANGED))
        buttons: list[Import] = []
        if new:
            button = ui.Button[ui.LayoutView](label=texts.import_new(new), style=discord.ButtonStyle.primary)
            buttons.append(Import.on(button, owner_id, f"{draft_id}:0"))
        if changed:
            button = ui.Button[ui.LayoutView](label=texts.import_all(new, changed))
            buttons.append(Import.on(button, owner_id, f"{draft_id}:1"))
        self.add_item(ui.TextDisplay(texts.NOT_YET if buttons else texts.NOTHING))
        if buttons:
            self.add_item(row(*buttons))


class Import(OwnedItem, prefix="char:import"):
    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        draft_id, update = self.argument.split(":")
        draft = await registry.drafts.get(self.owner_id, draft_id)
        if draft is None or draft.upload is None:
            raise FileGone
        await interaction.response.defer()
        plan = await _plan(interaction, draft.upload, update=update == "1")
        outcome = await _run(interaction, registry, plan)
        await quietly(registry.drafts.drop(self.owner_id, draft_id))
        await _show(interaction, Told(texts.outcome(outcome)))


async def _run(interaction: discord.Interaction, registry: Registry, plan: Plan) -> Outcome:
    outcome, told, clock = Outcome(), -PAUSE, asyncio.get_running_loop().time
    stride = max(STRIDE, len(plan.work) // STRIDE)
    async with aclosing(registry.importing.run(interaction.user.id, plan)) as progress:
        async for step in progress:
            outcome = step.outcome
            if step.done < step.total and (step.done % stride == 0 or clock() - told >= PAUSE):
                with contextlib.suppress(discord.HTTPException):  # also where Discord takes no more, it goes on
                    await _show(interaction, Notice(texts.progress(step.done, step.total)))
                told = clock()
    return outcome


async def _show(interaction: discord.Interaction, panel: Panel) -> None:
    await interaction.edit_original_response(view=panel, attachments=panel.files, allowed_mentions=NO_PINGS)

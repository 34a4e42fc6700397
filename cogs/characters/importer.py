"""Characters from a file: first what would happen, then a button does it, and says how far it is."""

import asyncio
import contextlib
from contextlib import aclosing

import aiohttp
import discord
from discord import ui

from characters.errors import CharacterError, FileProblem, StorageUnavailable, UnreadableFile
from characters.registry import Registry
from characters.store.drafts import Draft, Upload
from characters.transfer.formats.reading import FILE_LIMIT
from characters.transfer.importer import Outcome
from characters.transfer.plan import Fate, Plan
from cogs.characters import transfer_texts as texts
from cogs.characters.ui.answers import UNREACHABLE, Refused, answer, edit, redraw, working
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.panels import Notice, Report, row

IMPORTS = 10  # files that a player may send in a minute
PAUSE = 2.0  # seconds after which an import says how far it is
FILE_NAME = "import.md"
STRIDE = 8  # characters after which it does so sooner, but not more than so many times


async def look(interaction: discord.Interaction, upload: Upload, name: str) -> None:
    """Says what is in the file, and offers to import it."""
    registry, owner_id = registry_of(interaction), interaction.user.id
    registry.importer.check_idle(owner_id)
    await registry.admit(owner_id, "import", IMPORTS)
    await working(interaction, texts.READING)
    async with registry.importer.turn(owner_id):
        plan = await _plan(interaction, upload, update=False)
    draft_id = await registry.drafts.keep(owner_id, Draft("", name=name, upload=upload))
    await answer(interaction, Planned(plan, owner_id, draft_id))


async def _plan(interaction: discord.Interaction, upload: Upload, *, update: bool) -> Plan:
    importing = registry_of(interaction).importer
    contents = await importing.read(await _download(interaction.client, upload))
    return await importing.plan(interaction.user.id, contents, update=update)


async def _download(client: discord.Client, upload: Upload) -> bytes:
    if upload.size > FILE_LIMIT:
        raise UnreadableFile(FileProblem.TOO_LARGE, FILE_LIMIT)
    try:
        return await client.http.get_from_cdn(upload.url)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise UnreadableFile(FileProblem.NOT_RECEIVED) from error


class Planned(Report):
    """What an import would do, and the buttons that do just that."""

    def __init__(self, plan: Plan, owner_id: int, draft_id: str, note: str = "") -> None:
        super().__init__(note + texts.plan(plan), note + texts.plan(plan, whole=True), FILE_NAME)
        new, changed = len(plan.of(Fate.NEW)), len(plan.of(Fate.CHANGED))
        agreed = f"{draft_id}:{plan.signature}"
        buttons: list[Import] = []
        if new:
            button = ui.Button[ui.LayoutView](
                label=texts.import_new(new), style=discord.ButtonStyle.primary
            )
            buttons.append(Import.on(button, owner_id, f"{agreed}:0"))
        if changed:
            style = discord.ButtonStyle.danger  # what is there is replaced
            button = ui.Button[ui.LayoutView](label=texts.import_all(new, changed), style=style)
            buttons.append(Import.on(button, owner_id, f"{agreed}:1"))
        if not buttons:
            self.add_item(ui.TextDisplay(texts.NOTHING))
            return
        self.add_item(
            ui.TextDisplay(f"{texts.REPLACES}\n{texts.NOT_YET}" if changed else texts.NOT_YET)
        )
        self.add_item(row(*buttons))


class Import(OwnedItem, action="import"):
    """Does what the player was shown; where the plan would be another one by now, it is shown again instead."""

    async def use(self, interaction: discord.Interaction) -> None:
        registry, owner_id = registry_of(interaction), self.owner_id
        draft_id, agreed, update = self.argument.split(":")
        draft = await registry.drafts.get(owner_id, draft_id)
        if draft is None or draft.upload is None:
            raise Refused(texts.GONE)
        registry.importer.check_idle(owner_id)
        await redraw(interaction, Notice(texts.READING))  # without its buttons
        async with registry.importer.turn(owner_id):
            try:
                plan = await _plan(interaction, draft.upload, update=update == "1")
            except UnreadableFile as error:
                await edit(interaction, Notice(str(error)))
                return
            except CharacterError as error:
                await edit(interaction, Notice(f"{error} {texts.SEND_AGAIN}"))
                return
            if plan.signature != agreed:
                await edit(interaction, Planned(plan, owner_id, draft_id, f"{texts.OTHERWISE}\n"))
                return
            outcome = await _run(interaction, registry, plan)
        told = texts.outcome(outcome)
        await edit(interaction, Report(told, told, FILE_NAME))
        with contextlib.suppress(StorageUnavailable):  # the draft then ends by itself
            await registry.drafts.drop(owner_id, draft_id)


async def _run(interaction: discord.Interaction, registry: Registry, plan: Plan) -> Outcome:
    outcome, told, clock = Outcome(), -PAUSE, asyncio.get_running_loop().time
    stride = max(STRIDE, len(plan.work) // STRIDE)
    async with aclosing(registry.importer.run(interaction.user.id, plan)) as progress:
        async for step in progress:
            outcome = step.outcome
            if step.done < step.total and (step.done % stride == 0 or clock() - told >= PAUSE):
                with contextlib.suppress(
                    *UNREACHABLE
                ):  # also where Discord takes no more, it goes on
                    await edit(interaction, Notice(texts.progress(step.done, step.total)))
                told = clock()
    return outcome

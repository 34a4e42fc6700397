"""Imports a file: first the player sees what would happen, then a button does just that."""

import asyncio
from contextlib import aclosing, suppress
from typing import Any

import discord
from discord import ui

from characters.errors import (
    CharacterError,
    FileProblem,
    StorageUnavailable,
    UnreadableFile,
    UnusableFileLink,
)
from characters.registry import Registry
from characters.store.pending_files import PendingFile
from characters.transfer.file_link import fetch_file
from characters.transfer.formats.portable import FILE_LIMIT
from characters.transfer.import_run import Outcome
from characters.transfer.plan import Fate, Plan
from cogs.characters import transfer_texts as texts
from cogs.characters.back import back_button
from cogs.characters.error_texts import error_text
from cogs.characters.list_view import START
from cogs.characters.ui.answers import UNREACHABLE, Refused, answer, edit, redraw, working
from cogs.characters.ui.attachments import NotReceived, download
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Notice, Report, row

PAUSE = 2.0  # seconds between two messages about the progress
STRIDE = 8  # characters between two such messages, but no more than so many messages
FILE_NAME = "import.md"


def file_or_link(file: discord.Attachment | None, link: str) -> PendingFile:
    """What a player gave of the two. Raises Refused unless it is one of them."""
    link = link.strip()
    if file and link:
        raise Refused(_(texts.FILE_AND_LINK))
    if file:
        return PendingFile(file.url, file.size)
    if link:
        return PendingFile(link, is_link=True)
    raise Refused(_(texts.NO_FILE_OR_LINK))


async def look(interaction: discord.Interaction, file: PendingFile) -> None:
    """Says what is in the file, and offers to import it."""
    registry, owner_id = registry_of(interaction), interaction.user.id
    await registry.importer.check_idle(owner_id)
    await registry.admission.admit(owner_id, "import")
    await working(interaction, Notice(_(texts.READING)))
    async with registry.importer.turn(owner_id):
        plan = await _plan(interaction, file, update=False)
    file_id = await registry.importer.files.keep(owner_id, file)
    await answer(interaction, Planned(plan, owner_id, file_id))


async def _plan(interaction: discord.Interaction, file: PendingFile, *, update: bool) -> Plan:
    registry, user_id = registry_of(interaction), interaction.user.id
    fetched = await fetch_file(file.url, user_id) if file.is_link else None
    async with registry.admission.heavy_turn(user_id):
        if fetched is None:
            fetched = await _download(interaction.client, file)
        contents = await registry.importer.read(fetched)
    return await registry.importer.plan(user_id, contents, update=update)


async def _download(client: discord.Client, file: PendingFile) -> bytes:
    if file.size > FILE_LIMIT:
        raise UnreadableFile(FileProblem.TOO_LARGE, FILE_LIMIT)
    try:
        data = await download(client, file.url, FILE_LIMIT)
    except NotReceived as error:
        raise UnreadableFile(FileProblem.NOT_RECEIVED) from error
    if data is None:
        raise UnreadableFile(FileProblem.TOO_LARGE, FILE_LIMIT)
    return data


class Planned(Report):
    """What an import would do, and the buttons that do it."""

    def __init__(self, plan: Plan, owner_id: int, file_id: str, *, again: bool = False) -> None:
        note = f"{_(texts.CHANGED)}\n" if again else ""
        super().__init__(note + texts.plan(plan), note + texts.plan(plan, whole=True), FILE_NAME)
        new, changed = len(plan.of(Fate.NEW)), len(plan.of(Fate.CHANGED))
        agreed = f"{file_id}:{plan.signature}"
        buttons: list[Import] = []
        if new:
            button = ui.Button[Any](label=texts.import_new(new), style=discord.ButtonStyle.primary)
            buttons.append(Import.on(button, owner_id, f"{agreed}:0"))
        if changed:
            label = texts.import_all(new, changed)
            button = ui.Button[Any](label=label, style=discord.ButtonStyle.danger)
            buttons.append(Import.on(button, owner_id, f"{agreed}:1"))
            self.add_item(ui.TextDisplay(_(texts.REPLACES)))
        if buttons:
            self.add_item(ui.TextDisplay(_(texts.NOT_YET)))
        else:
            self.add_item(ui.TextDisplay(_(texts.NOTHING)))
        self.add_item(row(*buttons, back_button(owner_id, START)))


class Import(OwnedItem, action="import", form="[0-9a-f]{12}:[0-9a-f]{12}:[01]"):
    """Does what the player was shown; a plan that is another one now is shown again instead."""

    async def use(self, interaction: discord.Interaction) -> None:
        registry, owner_id = registry_of(interaction), self.owner_id
        file_id, agreed, update = self.argument.split(":")
        leave = back_button(owner_id, START)
        file = await registry.importer.files.get(owner_id, file_id)
        if file is None:
            raise Refused(_(texts.GONE))
        await registry.admission.admit(owner_id, "import-run")
        async with registry.importer.turn(owner_id):
            with suppress(*UNREACHABLE):  # the import goes on without a note
                await redraw(interaction, Notice(_(texts.READING)))  # without the buttons
            try:
                plan = await _plan(interaction, file, update=update == "1")
            except (UnreadableFile, UnusableFileLink) as error:
                await edit(interaction, Notice(error_text(error), leave))
                return
            except CharacterError as error:
                await edit(
                    interaction, Notice(f"{error_text(error)}\n{_(texts.SEND_AGAIN)}", leave)
                )
                return
            if plan.signature != agreed:
                await edit(interaction, Planned(plan, owner_id, file_id, again=True))
                return
            outcome = await _run(interaction, registry, plan)
        text, whole = texts.outcome(outcome), texts.outcome(outcome, whole=True)
        await redraw(interaction, Report(text, whole, FILE_NAME, leave))
        with suppress(StorageUnavailable):  # the file then ends by itself
            await registry.importer.files.drop(owner_id, file_id)


async def _run(interaction: discord.Interaction, registry: Registry, plan: Plan) -> Outcome:
    clock = asyncio.get_running_loop().time
    outcome, shown_at = Outcome(), -PAUSE
    stride = max(STRIDE, len(plan.work) // STRIDE)
    async with aclosing(registry.importer.run(interaction.user.id, plan)) as steps:
        async for step in steps:
            outcome = step.outcome
            is_due = step.done % stride == 0 or clock() - shown_at >= PAUSE
            if step.done < step.total and is_due:
                shown_at = clock()
                with suppress(*UNREACHABLE):  # the import goes on without messages
                    await edit(interaction, Notice(texts.progress(step.done, step.total)))
    return outcome

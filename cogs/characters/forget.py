"""Everything of a player, to take along and to remove."""

from io import BytesIO
from typing import Any

import discord
from discord import ui

from characters.exporting import CollectionFormat, export_all
from characters.registry import Registry
from cogs.characters import texts
from cogs.characters.forms import has_portrait
from cogs.items import OwnedItem
from cogs.pictures import UPLOAD_LIMIT
from cogs.ui import NO_PINGS, Form, Notice, Panel, Submission, answer, redraw, registry_of, working

FORM_ID = "char:forget"


async def farewell(registry: Registry, owner_id: int, note: str = "") -> Panel:
    """Says exactly what is kept of the player, and offers to export and to remove it."""
    characters = (await registry.roster(owner_id)).characters
    trashed = await registry.trash(owner_id)
    if not characters and not trashed:
        return Notice(texts.NOTHING_KEPT)
    portraits = sum(has_portrait(each) for each in (*characters, *trashed))
    export = ExportAll.on(ui.Button(label=texts.EXPORT_ALL), owner_id)
    forget = Forget.on(ui.Button(label=texts.FORGET, style=discord.ButtonStyle.danger), owner_id)
    return Notice(note + texts.farewell(len(characters), len(trashed), portraits), export, forget)


class ExportAll(OwnedItem, prefix="char:take"):
    async def use(self, interaction: discord.Interaction) -> None:
        await working(interaction, texts.PACKING)
        registry, number, limit = registry_of(interaction), 0, min(interaction.filesize_limit, UPLOAD_LIMIT)
        characters = [*(await registry.roster(self.owner_id)).characters, *await registry.trash(self.owner_id)]
        async for archive, _ in export_all(registry.gallery, characters, CollectionFormat.ARCHIVE, limit):
            number += 1
            file = discord.File(BytesIO(archive.data), archive.name)
            await interaction.followup.send(file=file, ephemeral=True, allowed_mentions=NO_PINGS)
        await answer(interaction, Notice(texts.packed(number)))


class Forget(OwnedItem, prefix="char:forget"):
    async def use(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(ForgetForm())


class ForgetForm(Form):
    def __init__(self) -> None:
        super().__init__(texts.FORGET_TITLE, FORM_ID)
        word = ui.TextInput[Any](custom_id="word", placeholder=texts.FORGET_WORD, max_length=20)
        self.add_item(ui.Label(text=texts.FORGET_LABEL, component=word))


async def confirmed(interaction: discord.Interaction, submission: Submission) -> None:
    """Forgets the player who typed the word."""
    registry, owner_id = registry_of(interaction), interaction.user.id
    typed = (submission.text("word") or "").strip()
    if typed.casefold() == texts.FORGET_WORD.casefold():
        await registry.forget(owner_id)
        await redraw(interaction, Notice(texts.FORGOTTEN))
    else:
        await redraw(interaction, await farewell(registry, owner_id, f"{texts.not_confirmed(typed)}\n"))

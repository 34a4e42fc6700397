"""Everything of a player, to take along and to remove."""

from collections.abc import AsyncIterator, Iterable
from io import BytesIO
from typing import Any

import discord
from discord import ui

from characters.cards import CardFile, archives, card, file_name
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
        number, limit = 0, min(interaction.filesize_limit, UPLOAD_LIMIT)
        async for archive in archives(_everything(registry_of(interaction), self.owner_id, limit), limit):
            number += 1
            file = discord.File(BytesIO(archive), f"characters-{number}.zip")
            await interaction.followup.send(file=file, ephemeral=True, allowed_mentions=NO_PINGS)
        await answer(interaction, Notice(texts.packed(number)))


async def _everything(registry: Registry, user_id: int, limit: int) -> AsyncIterator[Iterable[CardFile]]:
    """Cards with their portraits, the trash included; a portrait beyond the limit is there as its thumbnail."""
    characters = [*(await registry.roster(user_id)).characters, *await registry.trash(user_id)]
    for number, character in enumerate(characters, start=1):
        files = [card(character)]
        portrait = await registry.gallery.portrait(character)
        if portrait and len(portrait) > limit // 2:
            (portrait,) = await registry.gallery.thumbnails(character)
        if portrait:
            files.append(CardFile(f"{file_name(character)}.webp", portrait))
        yield [CardFile(f"{number:03}-{file.name}", file.data) for file in files]


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

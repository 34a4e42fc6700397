"""Characters as files: one of them, or all."""

import logging
from collections.abc import AsyncIterator, Sequence
from io import BytesIO

import discord
from discord import ui

from characters.model import Character
from characters.registry import Registry
from characters.transfer.exporter import (
    CardFormat,
    CollectionFormat,
    Exported,
    export_all,
    export_card,
)
from characters.transfer.formats.portable import Failure
from characters.transfer.formats.reading import FILE_LIMIT
from cogs.characters import transfer_texts as texts
from cogs.characters.ui.answers import NO_PINGS, Refused, answer, working
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.panels import Panel, Report

log = logging.getLogger(f"game_characters.{__name__}")


async def export(
    interaction: discord.Interaction, characters: Sequence[Character], form: str
) -> None:
    """Sends the characters in the format with this name. Raises Refused."""
    if not characters:
        raise Refused(texts.NO_CHARACTERS)
    if form in list(CollectionFormat):
        await several(interaction, characters, CollectionFormat(form))
    elif len(characters) == 1:
        await one(interaction, characters[0], [CardFormat(form)])
    else:
        raise Refused(texts.NAME_ONE)


async def one(
    interaction: discord.Interaction, character: Character, forms: Sequence[CardFormat]
) -> None:
    """Sends a character as a card in each of these formats; the first one has what room the others leave."""
    await working(interaction, texts.PACKING)
    gallery, room = registry_of(interaction).portraits, _limit(interaction)
    exported: list[Exported] = []
    for form in reversed(forms):
        exported.insert(0, await export_card(gallery, character, form, room))
        room -= len(exported[0].file.data)
    await answer(interaction, Files(exported))


async def several(
    interaction: discord.Interaction, characters: Sequence[Character], form: CollectionFormat
) -> None:
    """Sends characters as one file, or where that would be too large, as several."""
    await working(interaction, texts.PACKING)
    files, losses = 0, list[Failure]()
    exports: AsyncIterator[Exported] = export_all(
        registry_of(interaction).portraits, characters, form, _limit(interaction)
    )
    async for file, lost in exports:
        try:
            await interaction.followup.send(
                file=discord.File(BytesIO(file.data), file.name),
                ephemeral=True,
                allowed_mentions=NO_PINGS,
            )
        except (
            discord.HTTPException
        ) as error:  # such as a single character beyond the limit: the others still go
            log.warning("An export of user %s was refused: %s", interaction.user.id, error)
            losses.append(Failure(file.name, texts.REFUSED))
            continue
        files += 1
        losses += lost
    told = texts.exported(files, losses)
    await answer(interaction, Report(told, told, "export.md"))


async def everything(registry: Registry, user_id: int) -> list[Character]:
    """All characters of a user, the deleted ones too."""
    return [*(await registry.roster(user_id)).characters, *await registry.trash(user_id)]


def _limit(interaction: discord.Interaction) -> int:
    """Bytes: what Discord takes here, and we take back."""
    return min(interaction.filesize_limit, FILE_LIMIT)


class Files(Panel):
    """Exported files, and what stays behind."""

    def __init__(self, exported: Sequence[Exported]) -> None:
        files = [discord.File(BytesIO(each.file.data), each.file.name) for each in exported]
        super().__init__(*files)
        picture = any(file.filename.endswith(".png") for file in files)
        losses = exported[0].losses  # what a card as text can't hold, the picture before it does
        self.add_item(ui.TextDisplay(texts.exported(len(files), losses, picture=picture)))
        for file in files:
            self.add_item(ui.File(file))


class Export(OwnedItem, action="export"):
    """A card with the portrait inside, and one that is plain text beside it."""

    async def use(self, interaction: discord.Interaction) -> None:
        character = await registry_of(interaction).get(self.owner_id, self.argument)
        await one(interaction, character, [CardFormat.PNG, CardFormat.JSON])


class ExportAll(OwnedItem, action="take"):
    async def use(self, interaction: discord.Interaction) -> None:
        characters = await everything(registry_of(interaction), self.owner_id)
        await several(interaction, characters, CollectionFormat.ARCHIVE)

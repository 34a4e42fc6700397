"""Exports characters as files: one of them, or several."""

import logging
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import discord
from discord import ui

from characters.model import Character
from characters.transfer.exporter import CardFormat, CollectionFormat
from characters.transfer.formats.losses import Loss
from characters.transfer.formats.portable import FILE_LIMIT, ExportedFile
from cogs.characters import transfer_texts as texts
from cogs.characters.back import back_button, character_button, view_of
from cogs.characters.list_view import START
from cogs.characters.ui.answers import NO_PINGS, Refused, answer, show, working
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Notice, Panel, Report, row

log = logging.getLogger(f"game_characters.{__name__}")


async def export(
    interaction: discord.Interaction, characters: Sequence[Character], form: str
) -> None:
    """Sends the characters in the format with this name; as a card only the first of them.

    Raises Refused where there is none.
    """
    if not characters:
        raise Refused(_(texts.NO_CHARACTERS))
    if form in list(CollectionFormat):
        await _export_several(interaction, characters, CollectionFormat(form))
    else:
        await _export_card(interaction, characters[0], CardFormat(form))


async def export_mine(interaction: discord.Interaction, form: str) -> None:
    """Sends all characters of the player; as a card, the one that they play. Raises Refused."""
    mine = await registry_of(interaction).roster(interaction.user.id)
    characters = mine.characters
    if form in list(CardFormat):
        characters = [mine.active] if mine.active else []
    await export(interaction, characters, form)


async def _export_card(
    interaction: discord.Interaction, character: Character, *forms: CardFormat
) -> None:
    """Sends a card in each of these formats; the first gets the bytes that the others leave.

    They take the place of the sheet whose button was pressed, and a button leads back to it.
    """
    registry, user_id = registry_of(interaction), interaction.user.id
    await registry.admission.admit(user_id, "export")
    view = view_of(interaction)
    buttons = [character_button(user_id, character.char_id), back_button(user_id, view)]
    await working(interaction, Notice(_(texts.PACKING), *buttons), in_place=True)
    async with registry.admission.heavy_turn(user_id):
        complete = await anext(registry.complete(user_id, [character]))
        room = _limit(interaction)
        files: list[ExportedFile] = []
        for form in reversed(forms):
            file = await registry.exporter.card(complete, form, room)
            files.insert(0, file)
            room -= len(file.data)
        await show(interaction, Cards(files, buttons))


async def _export_several(
    interaction: discord.Interaction, characters: Sequence[Character], form: CollectionFormat
) -> None:
    """Sends the characters as one file, or as several where one would be too large."""
    registry, user_id = registry_of(interaction), interaction.user.id
    await registry.admission.admit(user_id, "export")
    await working(interaction, Notice(_(texts.PACKING)))
    sent = 0
    losses: list[Loss] = []
    refused: list[str] = []
    async with registry.admission.turn(user_id):
        complete = registry.complete(user_id, characters)
        files = registry.exporter.collection(complete, form, _limit(interaction))
        while True:
            async with registry.admission.heavy_step():
                file = await anext(files, None)
                if file is None:
                    break
                if await _send(interaction, file):
                    sent += 1
                    losses += file.losses
                else:
                    refused.append(file.name)
    about = _(texts.WHOLE) if form is CollectionFormat.ARCHIVE else ""
    text = texts.exported(sent, losses, refused, about=about)
    await answer(interaction, Report(text, text, "export.md", back_button(user_id, START)))


async def _send(interaction: discord.Interaction, file: ExportedFile) -> bool:
    """Whether Discord took the file: one character may be too large by itself."""
    try:
        await interaction.followup.send(
            file=_attachment(file), ephemeral=True, allowed_mentions=NO_PINGS
        )
    except discord.HTTPException as error:
        log.warning("An export of user %s was refused: %s", interaction.user.id, error)
        return False
    return True


def _limit(interaction: discord.Interaction) -> int:
    """Bytes: as many as Discord takes here, and we import."""
    return min(interaction.filesize_limit, FILE_LIMIT)


def _attachment(file: ExportedFile) -> discord.File:
    return discord.File(BytesIO(file.data), file.name)


class Cards(Panel):
    """A character as cards, and what is not in the first of them."""

    def __init__(self, exported: Sequence[ExportedFile], buttons: Sequence[ui.Item[Any]]) -> None:
        files = [_attachment(each) for each in exported]
        super().__init__(*files)
        picture = any(file.filename.endswith(".png") for file in files)
        about = _(texts.PICTURE) if picture else ""
        text = texts.exported(len(files), exported[0].losses, about=about)
        self.add_item(ui.TextDisplay(text))
        for file in files:
            self.add_item(ui.File(file))
        self.add_item(row(*buttons))


class Export(OwnedItem, action="export"):
    """Sends a card with the portrait inside, and one that is plain text."""

    async def use(self, interaction: discord.Interaction) -> None:
        character = await registry_of(interaction).get(self.owner_id, self.argument)
        await _export_card(interaction, character, CardFormat.PNG, CardFormat.JSON)


class ExportAll(OwnedItem, action="export-all"):
    """Sends all characters of the player, then the deleted ones, then their earlier versions."""

    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        roster = await registry.roster(self.owner_id)
        trash = sorted(
            await registry.trash(self.owner_id), key=lambda each: each.is_earlier_version
        )
        characters = [*roster.characters, *trash]
        await _export_several(interaction, characters, CollectionFormat.ARCHIVE)

"""One character in full, and its buttons."""

from functools import partial
from typing import Any

import discord
from discord import ui

from characters.errors import PortraitRefused
from characters.model import Character
from characters.registry import Registry
from cogs.characters import forms, texts
from cogs.ui import OwnedItem, Panel, Picture, answer, picture, redraw, registry_of


async def create(
    interaction: discord.Interaction, name: str, description: str, upload: discord.Attachment | None
) -> None:
    """Creates a character from what the player typed, and answers with its sheet."""
    if upload:
        await interaction.response.defer(ephemeral=True, thinking=True)
    registry, owner_id = registry_of(interaction), interaction.user.id
    image = partial(forms.read, upload) if upload else None
    character, refusal = await registry.create(owner_id, name, description, image)
    await answer(interaction, await sheet(registry, character, active=True, owner_id=owner_id, refusal=refusal))


async def sheet(
    registry: Registry,
    character: Character,
    *,
    active: bool,
    owner_id: int | None,
    refusal: PortraitRefused | None = None,
) -> Panel:
    """The sheet with its portrait; without an owner, it has no buttons."""
    note = texts.refused(character, str(refusal)) if refusal else None
    return Sheet(character, await picture(registry, character), active=active, owner_id=owner_id, note=note)


class Sheet(Panel):
    def __init__(
        self,
        character: Character,
        portrait: Picture | None,
        *,
        active: bool,
        owner_id: int | None,
        note: str | None = None,
    ) -> None:
        super().__init__(portrait and portrait.file)
        if note:
            self.add_item(ui.TextDisplay(note))
        container = ui.Container[Any](accent_colour=discord.Colour.blurple() if active else None)
        container.add_item(ui.TextDisplay(texts.heading(character)))
        if portrait:
            gallery = ui.MediaGallery[Any]()
            gallery.add_item(media=portrait.url, description=texts.portrait_of(character))
            container.add_item(gallery)
        container.add_item(ui.TextDisplay(texts.description(character)))
        if facts := texts.facts(character, active=active):
            container.add_item(ui.TextDisplay(facts))
        self.add_item(container)
        if owner_id is not None:
            self.add_item(_buttons(character, owner_id, active=active))


def _buttons(character: Character, owner_id: int, *, active: bool) -> ui.ActionRow[Any]:
    row = ui.ActionRow[Any]()
    if not active:
        play = ui.Button[Any](label=texts.PLAY, style=discord.ButtonStyle.primary)
        row.add_item(Play.on(play, owner_id, character.char_id))
    if not character.image_path and not character.image_url:
        add = ui.Button[Any](label=texts.ADD_PORTRAIT)
        row.add_item(AddPortrait.on(add, owner_id, character.char_id))
    delete = ui.Button[Any](label=texts.DELETE, style=discord.ButtonStyle.danger)
    row.add_item(Delete.on(delete, owner_id, character.char_id))
    return row


class Deleted(Panel):
    """Says that a character is gone, and offers to bring it back."""

    def __init__(self, character: Character, owner_id: int) -> None:
        super().__init__()
        self.add_item(ui.TextDisplay(texts.deleted(character)))
        row = ui.ActionRow[Any]()
        row.add_item(Undo.on(ui.Button(label=texts.UNDO), owner_id, character.char_id))
        self.add_item(row)


class Play(OwnedItem, prefix="char:play"):
    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        character = await registry.activate(self.owner_id, self.argument)
        await redraw(interaction, await sheet(registry, character, active=True, owner_id=self.owner_id))


class Delete(OwnedItem, prefix="char:delete"):
    async def use(self, interaction: discord.Interaction) -> None:
        character = await registry_of(interaction).delete(self.owner_id, self.argument)
        await redraw(interaction, Deleted(character, self.owner_id))


class Undo(OwnedItem, prefix="char:undo"):
    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        character = await registry.restore(self.owner_id, self.argument)
        active = (await registry.roster(self.owner_id)).active_id == character.char_id
        await redraw(interaction, await sheet(registry, character, active=active, owner_id=self.owner_id))


class AddPortrait(OwnedItem, prefix="char:portrait"):
    async def use(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(forms.PortraitForm(self._submit))

    async def _submit(self, interaction: discord.Interaction, upload: discord.Attachment) -> None:
        await interaction.response.defer()
        registry = registry_of(interaction)
        character = await registry.set_portrait(self.owner_id, self.argument, partial(forms.read, upload))
        active = (await registry.roster(self.owner_id)).active_id == character.char_id
        await redraw(interaction, await sheet(registry, character, active=active, owner_id=self.owner_id))

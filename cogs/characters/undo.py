"""Undoes an edit at once: the character is again what it was before."""

import discord
from discord import ui

from characters.errors import UnknownCharacter
from characters.saving import SavedDraft
from cogs.characters import trash_texts as texts
from cogs.characters.back import view_of
from cogs.characters.sheet import sheet
from cogs.characters.ui.answers import Refused, redraw
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Panel, row


def offer_undo(panel: Panel, saved: SavedDraft, owner_id: int) -> None:
    """Adds the button to the panel of a character that was edited."""
    if saved.version_id:
        argument = f"{saved.version_id}:{saved.character.version}"
        panel.add_item(ui.TextDisplay(_(texts.EDITED)))
        panel.add_item(row(UndoEdit.on(ui.Button(label=_(texts.UNDO_EDIT)), owner_id, argument)))


class UndoEdit(OwnedItem, action="undo-edit", form="[0-9a-f]{32}:[0-9a-f]{12}"):
    """The argument is the id of the version before, and the `Character.version` after the edit."""

    async def use(self, interaction: discord.Interaction) -> None:
        registry, owner_id = registry_of(interaction), self.owner_id
        version_id, seen = self.argument.split(":")
        await registry.admission.admit(owner_id, "restore")
        try:
            character = await registry.undo_edit(owner_id, version_id, seen)
        except UnknownCharacter:
            raise Refused(_(texts.NOT_KEPT)) from None
        active = (await registry.roster(owner_id)).active_id == character.char_id
        view = view_of(interaction)
        panel = await sheet(registry, character, active=active, owner_id=owner_id, view=view)
        panel.add_item(ui.TextDisplay(_(texts.UNDONE)))
        await redraw(interaction, panel)

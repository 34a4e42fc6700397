"""One character in full, and its buttons."""

from typing import Any

import discord
from discord import ui

from characters.errors import CharacterError
from characters.model import Character
from characters.registry import Registry
from cogs.characters import roster_texts, texts
from cogs.characters.back import back_button, view_of
from cogs.characters.error_texts import error_text
from cogs.characters.exporter import Export
from cogs.characters.form import CharacterForm, show_form
from cogs.characters.list_view import START, ListView
from cogs.characters.sharing import Share
from cogs.characters.sheet_panel import SheetPanel
from cogs.characters.ui.answers import redraw
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Notice, Panel, row
from cogs.characters.ui.pictures import portrait_picture


async def sheet(
    registry: Registry,
    character: Character,
    *,
    active: bool,
    owner_id: int,
    view: ListView = START,
    refusal: CharacterError | None = None,
    is_still: bool = False,
) -> Panel:
    """The sheet with the buttons of its owner, who came from this view of the list.

    `refusal` says what of a draft was not taken, `is_still` that the new portrait is one frame of
    an animation.
    """
    facts = texts.facts(character, active=active)
    panel = SheetPanel(character, await portrait_picture(registry, character), facts)
    if refusal:
        panel.add_item(ui.TextDisplay(texts.refused(character, error_text(refusal))))
    if is_still:
        panel.add_item(ui.TextDisplay(texts.stands_still(character)))
    panel.add_item(_buttons(character, owner_id, active=active))
    panel.add_item(row(back_button(owner_id, view), *_lesser_buttons(character, owner_id)))
    return panel


async def restored(
    registry: Registry, owner_id: int, char_id: str, view: ListView = START
) -> Panel:
    """Restores what has this id in the trash, and returns the sheet. Raises TooFast."""
    await registry.admission.admit(owner_id, "restore")
    character = await registry.restore(owner_id, char_id)
    active = (await registry.roster(owner_id)).active_id == character.char_id
    return await sheet(registry, character, active=active, owner_id=owner_id, view=view)


def deleted(character: Character, owner_id: int, view: ListView = START) -> Panel:
    """Says that a character is deleted, and offers to restore it."""
    undo = Undo.on(ui.Button(label=_(texts.UNDO)), owner_id, character.char_id)
    return Notice(texts.deleted(character), undo, back_button(owner_id, view))


def _buttons(character: Character, owner_id: int, *, active: bool) -> ui.ActionRow[Any]:
    char_id = character.char_id
    buttons: list[ui.Item[Any]] = [
        Edit.on(ui.Button(label=_(texts.EDIT)), owner_id, char_id),
        Share.on(ui.Button(label=_(texts.SHARE)), owner_id, char_id),
        Export.on(ui.Button(label=_(texts.EXPORT)), owner_id, char_id),
    ]
    if not active:
        play = ui.Button[Any](label=_(texts.PLAY), style=discord.ButtonStyle.primary)
        buttons.insert(0, Play.on(play, owner_id, char_id))
    return row(*buttons)


def _lesser_buttons(character: Character, owner_id: int) -> list[ui.Item[Any]]:
    star = _(roster_texts.UNSTAR) if character.is_favourite else _(roster_texts.STAR)
    wanted = int(not character.is_favourite)
    delete = ui.Button[Any](label=_(texts.DELETE), style=discord.ButtonStyle.danger)
    return [
        Star.on(ui.Button(label=star), owner_id, f"{wanted}:{character.char_id}"),
        Delete.on(delete, owner_id, character.char_id),
    ]


class Play(OwnedItem, action="play"):
    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        character = await registry.activate(self.owner_id, self.argument)
        owner_id, view = self.owner_id, view_of(interaction)
        panel = await sheet(registry, character, active=True, owner_id=owner_id, view=view)
        await redraw(interaction, panel)


class Star(OwnedItem, action="star", form="[01]:.*"):
    """Makes the character a favourite, or no longer one."""

    async def use(self, interaction: discord.Interaction) -> None:
        registry, owner_id = registry_of(interaction), self.owner_id
        wanted, _, char_id = self.argument.partition(":")
        character = await registry.star(owner_id, char_id, favourite=wanted == "1")
        active = (await registry.roster(owner_id)).active_id == char_id
        view = view_of(interaction)
        panel = await sheet(registry, character, active=active, owner_id=owner_id, view=view)
        await redraw(interaction, panel)


class Edit(OwnedItem, action="edit"):
    async def use(self, interaction: discord.Interaction) -> None:
        character = await registry_of(interaction).get(self.owner_id, self.argument)
        await show_form(interaction, CharacterForm.edit(character))


class Delete(OwnedItem, action="delete"):
    async def use(self, interaction: discord.Interaction) -> None:
        character = await registry_of(interaction).delete(self.owner_id, self.argument)
        await redraw(interaction, deleted(character, self.owner_id, view_of(interaction)))


class Undo(OwnedItem, action="undo"):
    async def use(self, interaction: discord.Interaction) -> None:
        registry, view = registry_of(interaction), view_of(interaction)
        await redraw(interaction, await restored(registry, self.owner_id, self.argument, view))

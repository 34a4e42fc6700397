"""All characters of a player: pages of portraits, a menu to choose from, a button to create."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from characters.errors import UnknownCharacter
from characters.model import Character, Roster
from characters.registry import Registry
from cogs.characters import texts
from cogs.characters.form import CharacterForm, show_form
from cogs.characters.import_form import import_button
from cogs.characters.sheet import sheet
from cogs.characters.ui.answers import answer, redraw
from cogs.characters.ui.formatting import line
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import PAGE, OwnedItem, page_buttons
from cogs.characters.ui.panels import Page, Panel, page_of, row
from cogs.characters.ui.pictures import Picture, small_pictures

PER_PAGE = 6  # fits on one screen; each portrait without a public URL costs an upload


async def roster_page(registry: Registry, owner_id: int, number: int = 0) -> Panel:
    """The page of the roster as it is now; the last one if there is no such page."""
    roster = await registry.roster(owner_id)
    if not roster.characters:
        return EmptyRoster(owner_id)
    page = page_of(roster.active_first, PER_PAGE, number)
    portraits = await small_pictures(registry, page.items)
    return RosterPage(roster, page, portraits, owner_id, registry.roster_limit)


class EmptyRoster(Panel):
    def __init__(self, owner_id: int) -> None:
        super().__init__()
        text = ui.TextDisplay[Any](texts.EMPTY_ROSTER)
        self.add_item(ui.Container(text, accent_colour=discord.Colour.blurple()))
        self.add_item(row(_create_button(owner_id), import_button(owner_id)))


class RosterPage(Panel):
    def __init__(
        self,
        roster: Roster,
        page: Page[Character],
        portraits: Sequence[Picture | None],
        owner_id: int,
        limit: int,
    ) -> None:
        super().__init__(*(portrait and portrait.file for portrait in portraits))
        container = ui.Container[Any](accent_colour=discord.Colour.blurple())
        container.add_item(ui.TextDisplay(texts.roster_heading(roster, limit)))
        container.add_item(ui.Separator())
        for character, portrait in zip(page.items, portraits, strict=True):
            active = character.char_id == roster.active_id
            container.add_item(_entry(character, portrait, active=active))
            if portrait is None:
                container.add_item(ui.Separator(visible=False))
        if page.count > 1:
            container.add_item(ui.TextDisplay(texts.page_number(page.number, page.count)))
        self.add_item(container)
        menu = character_menu(texts.CHOOSE, page.items, roster.active_id)
        self.add_item(row(Choose.on(menu, owner_id)))
        look = Open.on(ui.Button(label=texts.OPEN), owner_id)
        create = _create_button(owner_id, full=len(roster.characters) >= limit)
        self.add_item(row(*page_buttons(Turn, owner_id, page), look, create))


def character_menu(
    placeholder: str, characters: Sequence[Character], active_id: str | None
) -> ui.Select[Any]:
    """A menu of characters, in which the active one is chosen; its values are their ids."""
    menu = ui.Select[Any](placeholder=placeholder)
    for character in characters:
        menu.add_option(
            label=line(character.name, 100),
            value=character.char_id,
            description=texts.gist(character) or None,
            default=character.char_id == active_id,
        )
    return menu


def _entry(character: Character, portrait: Picture | None, *, active: bool) -> ui.Item[Any]:
    summary = texts.summary(character, active=active)
    if portrait is None:
        return ui.TextDisplay(summary)
    thumbnail = ui.Thumbnail[Any](portrait.url, description=texts.portrait_of(character))
    return ui.Section[Any](summary, accessory=thumbnail)


def _create_button(owner_id: int, *, full: bool = False) -> ui.Item[Any]:
    button = ui.Button[Any](label=texts.CREATE, style=discord.ButtonStyle.primary, disabled=full)
    return Create.on(button, owner_id)


class Choose(OwnedItem, action="choose"):
    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        await registry.activate(self.owner_id, self.chosen)
        await redraw(interaction, await roster_page(registry, self.owner_id))


class Open(OwnedItem, action="open"):
    """Shows the active character in full."""

    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        character = await registry.active(self.owner_id)
        if character is None:
            raise UnknownCharacter
        panel = await sheet(registry, character, active=True, owner_id=self.owner_id)
        await answer(interaction, panel)


class Turn(OwnedItem, action="page", form=PAGE):
    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        await redraw(interaction, await roster_page(registry, self.owner_id, int(self.argument)))


class Create(OwnedItem, action="create"):
    async def use(self, interaction: discord.Interaction) -> None:
        await show_form(interaction, CharacterForm.create(interaction))

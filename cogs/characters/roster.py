"""All characters of a player: pages of portraits, a menu to choose from, a button to create."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from characters.errors import UnknownCharacter
from characters.model import Character, Roster
from characters.registry import Registry
from cogs.characters import texts
from cogs.characters.form import CharacterForm
from cogs.characters.sheet import sheet
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.messages import Panel, answer, line, pages_of, redraw, registry_of, row
from cogs.characters.ui.pictures import Picture, small_pictures

PER_PAGE = 6  # one screen; a portrait costs an upload where there is no public URL


async def roster_page(registry: Registry, owner_id: int, page: int = 0) -> Panel:
    """The page of the roster as it is now; a page beyond the end is the last one."""
    roster = await registry.roster(owner_id)
    if not roster.characters:
        return EmptyRoster(owner_id)
    page, pages, shown = pages_of(roster.active_first, PER_PAGE, page)
    return RosterPage(
        roster,
        shown,
        await small_pictures(registry, shown),
        page,
        pages,
        owner_id,
        registry.roster_limit,
    )


class EmptyRoster(Panel):
    def __init__(self, owner_id: int) -> None:
        super().__init__()
        self.add_item(ui.Container(ui.TextDisplay(texts.EMPTY_ROSTER)))
        self.add_item(row(_create_button(owner_id)))


class RosterPage(Panel):
    def __init__(
        self,
        roster: Roster,
        shown: Sequence[Character],
        portraits: Sequence[Picture | None],
        page: int,
        pages: int,
        owner_id: int,
        limit: int,
    ) -> None:
        super().__init__(*(portrait and portrait.file for portrait in portraits))
        container = ui.Container[Any](accent_colour=discord.Colour.blurple())
        container.add_item(ui.TextDisplay(f"{texts.ROSTER_TITLE}\n{texts.counted(roster, limit)}"))
        container.add_item(ui.Separator())
        for character, portrait in zip(shown, portraits, strict=True):
            container.add_item(
                _entry(character, portrait, active=character.char_id == roster.active_id)
            )
            if portrait is None:
                container.add_item(ui.Separator(visible=False))
        self.add_item(container)
        self.add_item(row(_menu(roster, shown, owner_id)))
        turns: list[ui.Item[Any]] = []
        if pages > 1:
            container.add_item(ui.TextDisplay(f"-# {texts.page_of(page, pages)}"))
            turns = [
                _turn(texts.PREVIOUS, owner_id, page - 1, pages),
                _turn(texts.NEXT, owner_id, page + 1, pages),
            ]
        look = Open.on(ui.Button(label=texts.OPEN), owner_id)
        self.add_item(
            row(*turns, look, _create_button(owner_id, full=len(roster.characters) >= limit))
        )


def _entry(character: Character, portrait: Picture | None, *, active: bool) -> ui.Item[Any]:
    summary = texts.summary(character, active=active)
    if portrait is None:
        return ui.TextDisplay(summary)
    thumbnail = ui.Thumbnail[Any](portrait.url, description=texts.portrait_of(character))
    return ui.Section[Any](summary, accessory=thumbnail)


def _menu(roster: Roster, shown: Sequence[Character], owner_id: int) -> ui.Item[Any]:
    menu = ui.Select[Any](placeholder=texts.CHOOSE)
    for character in shown:
        menu.add_option(
            label=line(character.name, 100),
            value=character.char_id,
            description=texts.gist(character) or None,
            default=character.char_id == roster.active_id,
        )
    return Choose.on(menu, owner_id)


def _turn(label: str, owner_id: int, page: int, pages: int) -> ui.Item[Any]:
    return Turn.on(ui.Button(label=label, disabled=not 0 <= page < pages), owner_id, page)


def _create_button(owner_id: int, *, full: bool = False) -> ui.Item[Any]:
    return Create.on(
        ui.Button(label=texts.CREATE, style=discord.ButtonStyle.primary, disabled=full), owner_id
    )


class Choose(OwnedItem, prefix="char:choose"):
    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        await registry.activate(self.owner_id, self.item.values[0])
        await redraw(interaction, await roster_page(registry, self.owner_id))


class Open(OwnedItem, prefix="char:open"):
    """Shows in full who is played."""

    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        character = await registry.active(self.owner_id)
        if character is None:
            raise UnknownCharacter
        await answer(
            interaction, await sheet(registry, character, active=True, owner_id=self.owner_id)
        )


class Turn(OwnedItem, prefix="char:page"):
    async def use(self, interaction: discord.Interaction) -> None:
        await redraw(
            interaction,
            await roster_page(registry_of(interaction), self.owner_id, int(self.argument)),
        )


class Create(OwnedItem, prefix="char:create"):
    async def use(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(CharacterForm.create(interaction))

"""The private menu in which a player of a lobby chooses another character."""

from typing import Any

import discord
from discord import ui

from characters.registry import Registry
from characters.roster import Roster
from cogs.characters.form import CharacterForm, show_form
from cogs.characters.roster import character_menu
from cogs.characters.texts import CREATE, page_number
from cogs.characters.ui.answers import redraw
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import PAGE, OwnedItem, page_buttons
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Panel, page_of, row
from cogs.lobby import texts

PER_PAGE = 25  # options that Discord takes in a menu


async def picker(registry: Registry, owner_id: int, lobby_id: int, number: int = 0) -> Panel:
    """The player's characters, the last used first; the last page if there is no such page."""
    roster = await registry.roster(owner_id)
    full = len(roster.characters) >= registry.roster_limit
    return CharacterPicker(roster, owner_id, lobby_id, number, full=full)


class CharacterPicker(Panel):
    def __init__(
        self, roster: Roster, owner_id: int, lobby_id: int, number: int, *, full: bool
    ) -> None:
        super().__init__()
        page = page_of(roster.characters, PER_PAGE, number)
        self.add_item(ui.TextDisplay(texts.playing(roster.active)))
        if page.items:
            menu = character_menu(_(texts.CHOOSE), page.items, roster.active_id)
            self.add_item(row(Choose.on(menu, owner_id, f"{lobby_id}:{page.number}")))
        if page.count > 1:
            self.add_item(ui.TextDisplay(page_number(page.number, page.count)))
        turns = page_buttons(Turn, owner_id, page, f"{lobby_id}:")
        create = Create.on(ui.Button[Any](label=_(CREATE), disabled=full), owner_id, lobby_id)
        self.add_item(row(*turns, create))


class Choose(OwnedItem, action="lobby-choose", form=f"[0-9]{{1,20}}:{PAGE}"):
    async def use(self, interaction: discord.Interaction) -> None:
        lobby_id, number = map(int, self.argument.split(":"))
        registry = registry_of(interaction)
        lobby = await registry.lobbies.get(lobby_id, interaction.channel_id)
        lobby.check_player(self.owner_id)
        await registry.activate(self.owner_id, self.chosen)
        await redraw(interaction, await picker(registry, self.owner_id, lobby_id, number))
        interaction.client.dispatch("character_pending_action", interaction, f"keep:{lobby_id}")


class Turn(OwnedItem, action="lobby-turn", form=f"[0-9]{{1,20}}:{PAGE}"):
    async def use(self, interaction: discord.Interaction) -> None:
        lobby_id, number = map(int, self.argument.split(":"))
        registry = registry_of(interaction)
        await redraw(interaction, await picker(registry, self.owner_id, lobby_id, number))


class Create(OwnedItem, action="lobby-create", form="[0-9]{1,20}"):
    async def use(self, interaction: discord.Interaction) -> None:
        await show_form(interaction, CharacterForm.create(interaction, f"keep:{self.argument}"))

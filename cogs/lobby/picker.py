"""The private menu in which a player of a lobby chooses another character."""

from typing import Any

import discord
from discord import ui

from characters.model import Roster
from characters.registry import Registry
from cogs.characters.form import CharacterForm
from cogs.characters.texts import CREATE, NEXT, PREVIOUS, gist, page_of
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.messages import Panel, line, pages_of, redraw, registry_of, row
from cogs.lobby import texts

PER_PAGE = 25  # options that Discord takes in a menu


async def picker(registry: Registry, owner_id: int, lobby_id: int, page: int = 0) -> Panel:
    """The player's characters, the most recently used first; a page beyond the end is the last one."""
    roster = await registry.roster(owner_id)
    return CharacterPicker(
        roster, owner_id, lobby_id, page, full=len(roster.characters) >= registry.roster_limit
    )


class CharacterPicker(Panel):
    def __init__(
        self, roster: Roster, owner_id: int, lobby_id: int, page: int, *, full: bool
    ) -> None:
        super().__init__()
        page, pages, shown = pages_of(roster.characters, PER_PAGE, page)
        self.add_item(ui.TextDisplay(texts.playing(roster.active)))
        if shown:
            menu = ui.Select[Any](placeholder=texts.CHOOSE)
            for character in shown:
                menu.add_option(
                    label=line(character.name, 100),
                    value=character.char_id,
                    description=gist(character) or None,
                    default=character.char_id == roster.active_id,
                )
            self.add_item(row(Choose.on(menu, owner_id, f"{lobby_id}:{page}")))
        turns: list[ui.Item[Any]] = []
        if pages > 1:
            self.add_item(ui.TextDisplay(f"-# {page_of(page, pages)}"))
            previous = ui.Button[Any](label=PREVIOUS, disabled=page == 0)
            following = ui.Button[Any](label=NEXT, disabled=page == pages - 1)
            turns = [
                Turn.on(previous, owner_id, f"{lobby_id}:{page - 1}"),
                Turn.on(following, owner_id, f"{lobby_id}:{page + 1}"),
            ]
        self.add_item(
            row(*turns, Create.on(ui.Button(label=CREATE, disabled=full), owner_id, lobby_id))
        )


class Choose(OwnedItem, prefix="lobby:choose"):
    async def use(self, interaction: discord.Interaction) -> None:
        lobby_id, page = map(int, self.argument.split(":"))
        registry = registry_of(interaction)
        (await registry.lobbies.get(lobby_id)).check_player(self.owner_id)
        await registry.activate(self.owner_id, self.item.values[0])
        await redraw(interaction, await picker(registry, self.owner_id, lobby_id, page))
        interaction.client.dispatch("character_saved", interaction, f"keep:{lobby_id}")


class Turn(OwnedItem, prefix="lobby:turn"):
    async def use(self, interaction: discord.Interaction) -> None:
        lobby_id, page = map(int, self.argument.split(":"))
        await redraw(
            interaction, await picker(registry_of(interaction), self.owner_id, lobby_id, page)
        )


class Create(OwnedItem, prefix="lobby:create"):
    async def use(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(
            CharacterForm.create(interaction, f"keep:{self.argument}")
        )

"""Whoever sees a lobby or a party may look at its characters, as their players would share them."""

from typing import Any

import discord
from discord import ui

from characters.errors import LobbyClosed, NoSeat
from characters.lobby.lobbies import Lobbies
from characters.lobby.lobby import Lobby
from cogs.characters.sharing import public_sheet
from cogs.characters.ui.answers import Refused, answer, redraw
from cogs.characters.ui.formatting import line
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Notice, row
from cogs.lobby import texts
from cogs.lobby.lobby_item import LobbyItem
from cogs.lobby.party import Party, party_of


class Look(LobbyItem, action="lobby-look"):
    """Opens a private menu of all who are played here."""

    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        lobby = await lobbies.get(lobby_id)
        party = await _visible(interaction, lobby)
        menu = _menu(lobby, party, interaction.user.id)
        await answer(interaction, Notice(_(texts.LOOK_QUESTION), menu))
        return False


class See(OwnedItem, action="lobby-see", form="[0-9]{1,20}"):
    """Shows the character of the chosen player, who must be in that lobby of this channel."""

    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        lobby = await registry.lobbies.get(int(self.argument), interaction.channel_id)
        party = await _visible(interaction, lobby)
        chosen = int(self.chosen) if self.chosen.isdecimal() else 0
        if chosen not in lobby.user_ids:
            raise NoSeat
        character = party[lobby.user_ids.index(chosen)]
        if character is None:
            raise Refused(_(texts.NOBODY_PLAYED))
        panel = await public_sheet(registry, character, texts.played_by(lobby, chosen))
        panel.add_item(row(_menu(lobby, party, self.owner_id)))
        await redraw(interaction, panel)


async def _visible(interaction: discord.Interaction, lobby: Lobby) -> Party:
    """Raises LobbyClosed; Refused where nobody is there."""
    if lobby.state == "closed":
        raise LobbyClosed
    if not lobby.players:
        raise Refused(_(texts.EMPTY))
    return await party_of(registry_of(interaction), lobby)


def _menu(lobby: Lobby, party: Party, owner_id: int) -> See:
    menu = ui.Select[Any](placeholder=_(texts.LOOK))
    for player, character in zip(lobby.players, party, strict=True):
        menu.add_option(
            label=line(character.name if character else _(texts.NO_CHARACTER_YET), 100),
            value=str(player.user_id),
            description=line(texts.player_of(player), 100),
        )
    return See.on(menu, owner_id, lobby.lobby_id)

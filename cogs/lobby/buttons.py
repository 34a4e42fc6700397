"""The buttons of the players below a lobby, and all that stands there."""

from typing import Any

import discord
from discord import ui

from characters.lobby.lobbies import Lobbies
from characters.lobby.lobby import Lobby
from cogs.characters.form import CharacterForm, show_form
from cogs.characters.ui.answers import acknowledge, answer
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import row
from cogs.lobby import host_buttons, texts
from cogs.lobby.lobby_item import LobbyItem, take_seat
from cogs.lobby.look import Look
from cogs.lobby.picker import picker


def controls(lobby: Lobby) -> list[ui.Item[Any]]:
    """Below an open lobby: what is for its players, then what is for its host."""
    full = len(lobby.players) >= lobby.seats
    players = row(
        Join.to(ui.Button(label=_(texts.JOIN), style=discord.ButtonStyle.primary, disabled=full)),
        Leave.to(ui.Button(label=_(texts.LEAVE))),
        Change.to(ui.Button(label=_(texts.CHANGE))),
        Look.to(ui.Button(label=_(texts.LOOK), disabled=not lobby.players)),
    )
    return [players, *host_buttons.controls(lobby)]


def party_controls(lobby: Lobby) -> list[ui.Item[Any]]:
    """Below a session; it can be started again where the main bot may not have heard of it."""
    look = row(Look.to(ui.Button(label=_(texts.LOOK))))
    return [look] if lobby.announced else [look, row(host_buttons.start())]


class Join(LobbyItem, action="lobby-join"):
    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        if await registry_of(interaction).active(interaction.user.id) is None:
            (await lobbies.get(lobby_id)).check_seat(interaction.user.id)
            await show_form(interaction, CharacterForm.create(interaction, f"join:{lobby_id}"))
            return False
        await acknowledge(interaction)
        return await take_seat(interaction, lobbies, lobby_id)


class Leave(LobbyItem, action="lobby-leave"):
    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        await acknowledge(interaction)
        await lobbies.leave(lobby_id, interaction.user.id)
        return True


class Change(LobbyItem, action="lobby-change"):
    """Opens a private menu of the player's characters, or the form if there are none."""

    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        registry, user_id = registry_of(interaction), interaction.user.id
        (await lobbies.get(lobby_id)).check_player(user_id)
        if await registry.active(user_id) is None:
            await show_form(interaction, CharacterForm.create(interaction, f"keep:{lobby_id}"))
        else:
            await answer(interaction, await picker(registry, user_id, lobby_id))
        return False

"""The buttons below a lobby: its players', and its host's."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

import discord
from discord import ui

from characters.lobbies import Lobbies, Lobby, Player
from cogs.characters.forms import CharacterForm
from cogs.items import LastingItem
from cogs.lobby import texts, wardrobe
from cogs.ui import answer, line, registry_of, row


def controls(lobby: Lobby) -> list[ui.ActionRow[Any]]:
    buttons = (
        Join.to(
            ui.Button(
                label=texts.JOIN,
                style=discord.ButtonStyle.primary,
                disabled=len(lobby.players) >= lobby.seats,
            )
        ),
        Leave.to(ui.Button(label=texts.LEAVE)),
        Change.to(ui.Button(label=texts.CHANGE)),
        Start.to(ui.Button(label=texts.START, style=discord.ButtonStyle.success, disabled=not lobby.players)),
        Close.to(ui.Button(label=texts.CLOSE, style=discord.ButtonStyle.danger)),
    )
    if not lobby.players:
        return [row(*buttons)]
    menu = ui.Select[Any](placeholder=texts.REMOVE)
    for player in lobby.players:
        menu.add_option(label=line(player.name, 100), value=str(player.user_id))
    return [row(*buttons), row(Remove.to(menu))]


def lobby_id_of(interaction: discord.Interaction) -> int:
    """The lobby whose message was pressed; Discord says which that is, not the custom_id."""
    return cast("discord.Message", interaction.message).id


@asynccontextmanager
async def changing(interaction: discord.Interaction, lobby_id: int) -> AsyncGenerator[Lobbies, None]:
    """For a change of a lobby: whatever comes of it, the message shows it in the end."""
    try:
        yield registry_of(interaction).lobbies
    finally:
        tables = cast("Any", interaction.client).get_cog("lobby").tables
        await tables.redraw(interaction.channel_id, lobby_id)


async def take_seat(interaction: discord.Interaction, lobby_id: int) -> None:
    """Seats who pressed."""
    async with changing(interaction, lobby_id) as lobbies:
        await lobbies.join(lobby_id, Player(interaction.user.id, line(interaction.user.display_name, 100)))


class Join(LastingItem, prefix="lobby:join"):
    async def use(self, interaction: discord.Interaction) -> None:
        registry, user_id, lobby_id = registry_of(interaction), interaction.user.id, lobby_id_of(interaction)
        if await registry.active(user_id) is None:
            (await registry.lobbies.get(lobby_id)).check_seat(user_id)
            await interaction.response.send_modal(CharacterForm.create(interaction, lobby_id))
            return
        await interaction.response.defer()
        await take_seat(interaction, lobby_id)


class Leave(LastingItem, prefix="lobby:leave"):
    async def use(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        lobby_id = lobby_id_of(interaction)
        async with changing(interaction, lobby_id) as lobbies:
            await lobbies.leave(lobby_id, interaction.user.id)


class Change(LastingItem, prefix="lobby:change"):
    """Opens a private menu of the player's characters; a player who has none gets the form at once."""

    async def use(self, interaction: discord.Interaction) -> None:
        registry, user_id, lobby_id = registry_of(interaction), interaction.user.id, lobby_id_of(interaction)
        (await registry.lobbies.get(lobby_id)).check_player(user_id)
        if await registry.active(user_id) is None:
            await interaction.response.send_modal(CharacterForm.create(interaction, lobby_id))
        else:
            await answer(interaction, await wardrobe.wardrobe(registry, user_id, lobby_id))


class Start(LastingItem, prefix="lobby:start"):
    async def use(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        lobby_id, user_id = lobby_id_of(interaction), interaction.user.id
        async with changing(interaction, lobby_id) as lobbies:
            session = await lobbies.start(lobby_id, user_id, manages=_manages(interaction), token=str(interaction.id))
            interaction.client.dispatch("game_session_start", session)


class Close(LastingItem, prefix="lobby:close"):
    async def use(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        lobby_id = lobby_id_of(interaction)
        async with changing(interaction, lobby_id) as lobbies:
            await lobbies.close(lobby_id, interaction.user.id, manages=_manages(interaction))


class Remove(LastingItem, prefix="lobby:remove"):
    async def use(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        lobby_id, removed = lobby_id_of(interaction), int(self.item.values[0])
        async with changing(interaction, lobby_id) as lobbies:
            await lobbies.remove(lobby_id, removed, interaction.user.id, manages=_manages(interaction))


def _manages(interaction: discord.Interaction) -> bool:
    return interaction.permissions.manage_messages

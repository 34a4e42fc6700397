"""The buttons below a lobby: its players', and its host's."""

import contextlib
from collections.abc import Coroutine
from typing import Any, cast

import discord
from discord import ui

from characters.errors import CharacterError, NotTheHost
from characters.lobby.lobbies import Lobbies
from characters.lobby.lobby import Lobby, Player
from cogs.characters.form import CharacterForm
from cogs.characters.ui.items import LastingItem
from cogs.characters.ui.messages import answer, line, registry_of, row
from cogs.lobby import picker as picker
from cogs.lobby import texts


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
        _start(disabled=not lobby.players),
        Close.to(ui.Button(label=texts.CLOSE, style=discord.ButtonStyle.danger)),
    )
    if not lobby.players:
        return [row(*buttons)]
    menu = ui.Select[Any](placeholder=texts.REMOVE)
    for player in lobby.players:
        menu.add_option(label=line(player.name, 100), value=str(player.user_id))
    return [row(*buttons), row(Remove.to(menu))]


def start_again() -> list[ui.ActionRow[Any]]:
    """For a session of which the main bot may not have heard."""
    return [row(_start())]


def _start(*, disabled: bool = False) -> LastingItem:
    return Start.to(
        ui.Button(label=texts.START, style=discord.ButtonStyle.success, disabled=disabled)
    )


class LobbyItem(LastingItem, prefix="lobby"):
    """A button or menu below a lobby. Which lobby that is, Discord says, and not the custom_id."""

    async def use(self, interaction: discord.Interaction) -> None:
        lobby_id = cast("discord.Message", interaction.message).id
        await redrawn(
            interaction,
            lobby_id,
            self.press(interaction, registry_of(interaction).lobbies, lobby_id),
        )

    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        """Does it, and says whether the lobby has changed."""
        raise NotImplementedError


async def redrawn(
    interaction: discord.Interaction, lobby_id: int, change: Coroutine[Any, Any, bool]
) -> None:
    """Changes a lobby, and redraws it. What was refused is redrawn too, for the message may have been behind."""
    refresher = cast("Any", interaction.client).get_cog("lobby").refresher
    try:
        changed = await change
    except NotTheHost:
        raise
    except CharacterError:
        with contextlib.suppress(CharacterError):
            await refresher.redraw(interaction.channel_id, lobby_id)
        raise
    if changed:
        await refresher.redraw(interaction.channel_id, lobby_id)


async def take_seat(interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int) -> bool:
    """Seats who pressed."""
    await lobbies.join(
        lobby_id, Player(interaction.user.id, line(interaction.user.display_name, 100))
    )
    return True


async def keep_seat(interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int) -> bool:
    """Shows who pressed with the character that they play now."""
    await lobbies.touch(lobby_id, interaction.user.id)
    return True


class Join(LobbyItem, prefix="lobby:join"):
    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        if await registry_of(interaction).active(interaction.user.id) is None:
            (await lobbies.get(lobby_id)).check_seat(interaction.user.id)
            await interaction.response.send_modal(
                CharacterForm.create(interaction, f"join:{lobby_id}")
            )
            return False
        await interaction.response.defer()
        return await take_seat(interaction, lobbies, lobby_id)


class Leave(LobbyItem, prefix="lobby:leave"):
    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        await interaction.response.defer()
        await lobbies.leave(lobby_id, interaction.user.id)
        return True


class Change(LobbyItem, prefix="lobby:change"):
    """Opens a private menu of the player's characters; a player who has none gets the form at once."""

    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        registry, user_id = registry_of(interaction), interaction.user.id
        (await lobbies.get(lobby_id)).check_player(user_id)
        if await registry.active(user_id) is None:
            await interaction.response.send_modal(
                CharacterForm.create(interaction, f"keep:{lobby_id}")
            )
        else:
            await answer(interaction, await picker.picker(registry, user_id, lobby_id))
        return False


class Start(LobbyItem, prefix="lobby:start"):
    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        await interaction.response.defer()
        by, manages = interaction.user.id, _manages(interaction)
        session = await lobbies.start(lobby_id, by, manages=manages, token=str(interaction.id))
        interaction.client.dispatch("game_session_start", session)
        await lobbies.announced(lobby_id)
        return True


class Close(LobbyItem, prefix="lobby:close"):
    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        await interaction.response.defer()
        await lobbies.close(lobby_id, interaction.user.id, manages=_manages(interaction))
        return True


class Remove(LobbyItem, prefix="lobby:remove"):
    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        await interaction.response.defer()
        removed = int(self.item.values[0])
        await lobbies.remove(lobby_id, removed, interaction.user.id, manages=_manages(interaction))
        return True


def _manages(interaction: discord.Interaction) -> bool:
    return interaction.permissions.manage_messages

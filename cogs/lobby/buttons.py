"""The buttons and the menu below a lobby, for its players and its host."""

import contextlib
from collections.abc import Coroutine
from typing import Any, Protocol, cast

import discord
from discord import ui

from characters.errors import CharacterError, NotTheHost
from characters.lobby.lobbies import Lobbies
from characters.lobby.lobby import Lobby, Player
from cogs.characters.form import CharacterForm, show_form
from cogs.characters.ui.answers import acknowledge, answer, answer_error
from cogs.characters.ui.formatting import line
from cogs.characters.ui.host import bot_of, registry_of
from cogs.characters.ui.items import LastingItem
from cogs.characters.ui.panels import row
from cogs.lobby import texts
from cogs.lobby.picker import picker

COG = "GameLobby"  # the name of the cog, by which buttons find it


class Redrawing(Protocol):
    """What buttons need of the cog."""

    async def redraw(self, channel_id: int, lobby_id: int) -> None:
        """Shows the lobby as it is now."""


def controls(lobby: Lobby) -> list[ui.ActionRow[Any]]:
    full = len(lobby.players) >= lobby.seats
    buttons = (
        Join.to(ui.Button(label=texts.JOIN, style=discord.ButtonStyle.primary, disabled=full)),
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
    style = discord.ButtonStyle.success
    return Start.to(ui.Button(label=texts.START, style=style, disabled=disabled))


async def redrawn(
    interaction: discord.Interaction, lobby_id: int, change: Coroutine[Any, Any, bool]
) -> None:
    """Makes a change, which returns whether the lobby is another one now, and redraws the lobby.

    A lobby changes only from its own channel, as anybody may send any lobby id. A refused change
    redraws it too, after it was answered, because the message may have been out of date.
    """
    cog = cast("Redrawing", bot_of(interaction).get_cog(COG))
    channel_id = cast("int", interaction.channel_id)
    is_below = interaction.message is not None and interaction.message.id == lobby_id
    try:
        if not is_below:
            await registry_of(interaction).lobbies.get(lobby_id, channel_id)
        changed = await change
    except NotTheHost:
        raise
    except CharacterError as error:
        await answer_error(interaction, error)  # before the redrawing, which may take a while
        if is_below:
            with contextlib.suppress(CharacterError):
                await cog.redraw(channel_id, lobby_id)
        return
    finally:
        change.close()  # it may not have begun
    if changed:
        await cog.redraw(channel_id, lobby_id)


async def take_seat(interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int) -> bool:
    name = line(interaction.user.display_name, 100)
    await lobbies.join(lobby_id, Player(interaction.user.id, name))
    return True


async def keep_seat(interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int) -> bool:
    """Shows the user with the character that they play now."""
    await lobbies.touch(lobby_id, interaction.user.id)
    return True


class LobbyItem(LastingItem):
    """A button or menu below a lobby; the message it belongs to says which lobby."""

    async def use(self, interaction: discord.Interaction) -> None:
        lobby_id = cast("discord.Message", interaction.message).id
        lobbies = registry_of(interaction).lobbies
        await redrawn(interaction, lobby_id, self.press(interaction, lobbies, lobby_id))

    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        """Does what the item is for, and returns whether the lobby has changed."""
        raise NotImplementedError


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


class Start(LobbyItem, action="lobby-start"):
    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        await acknowledge(interaction)
        by, manages = interaction.user.id, _manages(interaction)
        session = await lobbies.start(lobby_id, by, manages=manages, token=str(interaction.id))
        interaction.client.dispatch("game_session_start", session)
        await lobbies.announced(lobby_id)
        return True


class Close(LobbyItem, action="lobby-close"):
    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        await acknowledge(interaction)
        await lobbies.close(lobby_id, interaction.user.id, manages=_manages(interaction))
        return True


class Remove(LobbyItem, action="lobby-remove"):
    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        await acknowledge(interaction)
        removed = int(self.chosen) if self.chosen.isdecimal() else 0  # nobody has this id
        await lobbies.remove(lobby_id, removed, interaction.user.id, manages=_manages(interaction))
        return True


def _manages(interaction: discord.Interaction) -> bool:
    return interaction.permissions.manage_messages

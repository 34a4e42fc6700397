"""What the buttons and menus below a lobby share: they change it and redraw its message."""

import contextlib
from collections.abc import Coroutine
from typing import Any, Protocol, cast

import discord

from characters.errors import CharacterError, NotTheHost
from characters.lobby.lobbies import Lobbies
from characters.lobby.lobby import Player
from cogs.characters.ui.answers import answer_error
from cogs.characters.ui.formatting import line
from cogs.characters.ui.host import bot_of, registry_of
from cogs.characters.ui.items import LastingItem

COG = "GameLobby"  # the name of the cog, by which buttons find it


class Redrawing(Protocol):
    """What buttons need of the cog."""

    async def redraw(self, channel_id: int, lobby_id: int) -> None:
        """Shows the lobby as it is now."""


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
    """Shows the user with the character that they play now, and says so where that fails."""
    (await lobbies.get(lobby_id)).check_player(interaction.user.id)
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

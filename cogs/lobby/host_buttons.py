"""What the host may do below a lobby, and whoever may manage messages there."""

from typing import Any

import discord
from discord import ui

from characters.errors import NotTheHost
from characters.lobby.lobbies import Lobbies
from characters.lobby.lobby import Lobby
from cogs.characters.ui.answers import Refused, acknowledge, answer, redraw
from cogs.characters.ui.formatting import line
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import LastingItem, OwnedItem
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Notice, row
from cogs.lobby import members, texts
from cogs.lobby.lobby_item import LobbyItem, redrawn

LOBBY_ID = "[0-9]{1,20}"


def controls(lobby: Lobby) -> list[ui.Item[Any]]:
    """What ends the lobby stands apart from what starts the session."""
    items: list[ui.Item[Any]] = [row(start(disabled=not lobby.players))]
    if lobby.players:
        menu = ui.Select[Any](placeholder=_(texts.REMOVE))
        for player in lobby.players:
            menu.add_option(label=line(player.name, 100), value=str(player.user_id))
        items.append(row(Remove.to(menu)))
    close = ui.Button[Any](label=_(texts.CLOSE), style=discord.ButtonStyle.danger)
    return [*items, ui.Separator(), row(Close.to(close))]


def start(*, disabled: bool = False) -> LastingItem:
    style = discord.ButtonStyle.success
    return Start.to(ui.Button(label=_(texts.START), style=style, disabled=disabled))


class HostItem(LobbyItem):
    """Where the host has left the server, the player who has been seated longest is the host."""

    async def press(
        self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int
    ) -> bool:
        try:
            return await self.act(interaction, lobbies, lobby_id)
        except NotTheHost:
            if not await members.hand_over(interaction, lobbies, lobby_id):
                raise
        return await self.act(interaction, lobbies, lobby_id)

    async def act(self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int) -> bool:
        """Does what the item is for, and returns whether the lobby has changed."""
        raise NotImplementedError


class Start(HostItem, action="lobby-start"):
    async def act(self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int) -> bool:
        await acknowledge(interaction)
        by, manages = interaction.user.id, _manages(interaction)
        lobby = await lobbies.get(lobby_id)
        lobby.check_host(by, manages=manages)
        if lobby.state == "open" and (left := await members.take_out(interaction, lobbies, lobby)):
            raise Refused(texts.have_left(lobby, left))
        session = await lobbies.start(lobby_id, by, manages=manages, token=str(interaction.id))
        interaction.client.dispatch("game_session_start", session)
        await lobbies.announced(lobby_id)
        return True


class Remove(HostItem, action="lobby-remove"):
    async def act(self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int) -> bool:
        await acknowledge(interaction)
        removed = int(self.chosen) if self.chosen.isdecimal() else 0  # nobody has this id
        await lobbies.remove(lobby_id, removed, interaction.user.id, manages=_manages(interaction))
        return True


class Close(HostItem, action="lobby-close"):
    """Asks first."""

    async def act(self, interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int) -> bool:
        lobby = await lobbies.get(lobby_id)
        lobby.check_open()
        lobby.check_host(interaction.user.id, manages=_manages(interaction))
        owner_id = interaction.user.id
        close = ui.Button[Any](label=_(texts.CLOSE_NOW), style=discord.ButtonStyle.danger)
        keep = ui.Button[Any](label=_(texts.KEEP_OPEN))
        buttons = (CloseNow.on(close, owner_id, lobby_id), KeepOpen.on(keep, owner_id, lobby_id))
        await answer(interaction, Notice(texts.close_question(lobby), *buttons))
        return False


class CloseNow(OwnedItem, action="lobby-close-now", form=LOBBY_ID):
    async def use(self, interaction: discord.Interaction) -> None:
        lobby_id = int(self.argument)
        await redrawn(interaction, lobby_id, self._close(interaction, lobby_id))

    async def _close(self, interaction: discord.Interaction, lobby_id: int) -> bool:
        lobbies = registry_of(interaction).lobbies
        await lobbies.close(lobby_id, self.owner_id, manages=_manages(interaction))
        await redraw(interaction, Notice(_(texts.CLOSED)))
        return True


class KeepOpen(OwnedItem, action="lobby-keep-open", form=LOBBY_ID):
    async def use(self, interaction: discord.Interaction) -> None:
        await redraw(interaction, Notice(_(texts.STAYS_OPEN)))


def _manages(interaction: discord.Interaction) -> bool:
    return interaction.permissions.manage_messages

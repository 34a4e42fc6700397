"""Who of a lobby has left the server: Discord is asked about each, without a privileged intent."""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress

import discord

from characters.errors import LobbyClosed, LobbyGone, LobbyStarted, NotSeated
from characters.lobby.lobbies import Lobbies
from characters.lobby.lobby import Lobby
from cogs.characters.ui.reply import UNREACHABLE

SECONDS = 5.0  # that Discord may take for all
AT_ONCE = 5  # requests
LEFT = {10007, 10013}  # Discord's codes: no such member, no such user

log = logging.getLogger(f"game_characters.{__name__}")


async def hand_over(interaction: discord.Interaction, lobbies: Lobbies, lobby_id: int) -> bool:
    """Whether the lobby has another host, as the former one has left the server.

    Only a player of the lobby can bring that about. Raises LobbyGone.
    """
    lobby = await lobbies.get(lobby_id)
    if lobby.state != "open" or interaction.user.id not in lobby.user_ids:
        return False
    if not await departed(interaction.guild, {lobby.host_id}):
        return False
    await take_out(interaction, lobbies, lobby)
    interaction.client.dispatch("lobbies_changed", [lobby])
    return True


async def take_out(interaction: discord.Interaction, lobbies: Lobbies, lobby: Lobby) -> set[int]:
    """Frees the seats of players who have left the server, and hands the lobby to one who has not.

    Returns the players who have left; a host without a seat is not one.
    """
    if not lobby.players:
        return set()
    others = {lobby.host_id, *lobby.user_ids} - {interaction.user.id}
    left = await departed(interaction.guild, others)
    for user_id in sorted(left, key=lambda each: each == lobby.host_id):  # the host comes last
        with suppress(LobbyClosed, LobbyGone, LobbyStarted, NotSeated):
            await lobbies.leave(lobby.lobby_id, user_id)
    return left & {*lobby.user_ids}


async def departed(guild: discord.Guild | None, user_ids: Collection[int]) -> set[int]:
    """Those who have left the server. Whoever Discord says nothing of counts as a member."""
    if guild is None or not user_ids:
        return set()
    slots = asyncio.Semaphore(AT_ONCE)
    tasks = {asyncio.create_task(_has_left(guild, each, slots)): each for each in user_ids}
    done, late = await asyncio.wait(tasks, timeout=SECONDS)
    for task in late:
        task.cancel()
    if late:
        log.warning("Discord did not say in time whether %s users are members", len(late))
    return {tasks[task] for task in done if task.result()}


async def _has_left(guild: discord.Guild, user_id: int, slots: asyncio.Semaphore) -> bool:
    async with slots:
        try:
            await guild.fetch_member(user_id)
        except discord.NotFound as error:
            return error.code in LEFT
        except UNREACHABLE as error:
            log.info("Discord did not say whether user %s is a member: %s", user_id, error)
        return False

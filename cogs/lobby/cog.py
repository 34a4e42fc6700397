"""The `/lobby` command."""

import contextlib
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from characters.errors import CharacterError, OperatorError
from characters.lobby.lobby import FEWEST_SEATS, MOST_SEATS, Lobby
from characters.registry import Registry
from cogs.characters.ui.messages import answer, answer_error, answering
from cogs.lobby import buttons as seats
from cogs.lobby import picker as picker
from cogs.lobby import texts
from cogs.lobby.message import table
from cogs.lobby.refresh import Refresher

ITEMS = (
    *(seats.Change, seats.Close, seats.Join, seats.Leave, seats.Remove, seats.Start),
    *(picker.Choose, picker.Create, picker.Turn),
)
SEATS = 8
LOBBIES = 5  # per user and minute

Bot = commands.Bot | commands.AutoShardedBot


class Lacking(CharacterError):
    """The bot could not keep the lobby's message up to date."""


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
class LobbyCog(
    commands.GroupCog,
    name="lobby",
    group_name="lobby",
    group_description="Gather for a game session.",
):
    """Lobbies of game sessions. Wants `cogs.characters`, whose registry and forms it uses.

    Dispatches `game_session_start` with a `characters.lobby.lobby.GameSession` when a host starts.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot: Any = bot
        self.refresher = Refresher(bot)

    async def cog_load(self) -> None:
        if not isinstance(getattr(self._bot, "registry", None), Registry):
            raise OperatorError("cogs.lobby wants cogs.characters: load that extension first.")
        self._bot.add_dynamic_items(*ITEMS)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(*ITEMS)

    async def cog_app_command_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        await answer_error(interaction, error)

    @commands.Cog.listener()
    async def on_character_saved(
        self, interaction: discord.Interaction, pending_action: str
    ) -> None:
        """A player made or chose a character for a lobby: to `join` it, or to `keep` the seat there."""
        word, _, lobby_id = pending_action.partition(":")
        change = {"join": seats.take_seat, "keep": seats.keep_seat}.get(word)
        if change:
            async with answering(interaction):
                lobbies = self._bot.registry.lobbies
                await seats.redrawn(
                    interaction, int(lobby_id), change(interaction, lobbies, int(lobby_id))
                )

    @commands.Cog.listener()
    async def on_lobbies_changed(self, lobbies: list[Lobby]) -> None:
        """Lobbies changed without a press of one of their buttons."""
        for lobby in lobbies:
            with contextlib.suppress(CharacterError):
                await self.refresher.redraw(lobby.channel_id, lobby.lobby_id)

    @app_commands.command(name="open")
    @app_commands.describe(
        title="What you are going to play", seats="How many can play; 8 if you leave it out"
    )
    async def open_(
        self,
        interaction: discord.Interaction,
        title: app_commands.Range[str, 1, texts.TITLE_LIMIT] = texts.TITLE,
        seats: app_commands.Range[int, FEWEST_SEATS, MOST_SEATS] = SEATS,
    ) -> None:
        """Open a lobby: players join with their characters, and you start the session."""
        async with answering(interaction):
            registry, host_id = self._bot.registry, interaction.user.id
            check_permissions(interaction)
            await registry.admit(host_id, "lobby", LOBBIES)
            # Kept before its buttons are there, so that the first press finds it.
            await interaction.response.defer(thinking=True)
            message = await interaction.original_response()
            lobby = Lobby(message.id, message.channel.id, host_id, texts.title(title), seats)
            await registry.lobbies.open(lobby)
            await answer(interaction, await table(registry, lobby), ephemeral=False)


def check_permissions(interaction: discord.Interaction) -> None:
    """Raises Lacking where the lobby's message, once posted, could not be edited."""
    wanted = discord.Permissions(view_channel=True, attach_files=True)
    if missing := [
        name for name, value in wanted if value and not getattr(interaction.app_permissions, name)
    ]:
        raise Lacking(texts.lacking(missing))

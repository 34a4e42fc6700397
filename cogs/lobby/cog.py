"""The `/lobby` command."""

import discord
from discord import app_commands
from discord.ext import commands

from characters.lobby.lobby import FEWEST_SEATS, MOST_SEATS, Lobby
from cogs.characters.ui.answers import (
    Refused,
    acknowledge,
    admit,
    answer,
    answer_error,
    answering,
)
from cogs.characters.ui.host import Bot, host_answers, registry_of
from cogs.characters.ui.language import in_language, server_locale
from cogs.characters.ui.observing import observed
from cogs.lobby import (
    buttons,
    host_buttons,
    lobby_command_texts,
    lobby_item,
    look,
    picker,
    texts,
)
from cogs.lobby.message import lobby_message
from cogs.lobby.refresh import Changes, Refresher

ITEMS = (
    *(buttons.Change, buttons.Join, buttons.Leave, look.Look, look.See),
    *(host_buttons.Close, host_buttons.CloseNow, host_buttons.KeepOpen),
    *(host_buttons.Remove, host_buttons.Start),
    *(picker.Choose, picker.Create, picker.Turn),
)
SEATS = 8


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
class LobbyCog(
    commands.GroupCog,
    name=lobby_item.COG,
    group_name="lobby",
    group_description=lobby_command_texts.GROUP,
):
    """Lobbies of game sessions. Needs `cogs.characters`, whose registry and forms it uses.

    Dispatches `game_session_start` with a `characters.GameSession` when a host starts.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        refresher = Refresher(bot)
        self.redraw = refresher.redraw
        self._changes = Changes(bot, refresher)

    async def cog_load(self) -> None:
        registry_of(self._bot)  # raises OperatorError without cogs.characters
        self._bot.add_dynamic_items(*ITEMS)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(*ITEMS)
        await self._changes.close()

    async def cog_app_command_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        if not host_answers(interaction, error):
            with observed(interaction):
                await answer_error(interaction, error)

    @commands.Cog.listener()
    async def on_character_pending_action(
        self, interaction: discord.Interaction, pending_action: str
    ) -> None:
        """A player has a character for a lobby: to `join` it, or to `keep` the seat there."""
        word, _, lobby_id = pending_action.partition(":")
        changes = {"join": lobby_item.take_seat, "keep": lobby_item.keep_seat}
        if word not in changes:
            return
        async with answering(interaction, name=f"lobby-{word}"):
            change = changes[word](interaction, registry_of(self._bot).lobbies, int(lobby_id))
            await lobby_item.redrawn(interaction, int(lobby_id), change)

    @commands.Cog.listener()
    async def on_lobbies_changed(self, lobbies: list[Lobby]) -> None:
        """Lobbies changed without a press of one of their buttons."""
        await self._changes.redraw(lobbies)

    @commands.Cog.listener()
    async def on_characters_changed(self, user_id: int) -> None:
        """A player may play another character, or the same one with another name or portrait."""
        self._changes.note(user_id)

    @app_commands.command(name="open", description=lobby_command_texts.OPEN)
    @app_commands.rename(
        title=lobby_command_texts.TITLE_OPTION, seats=lobby_command_texts.SEATS_OPTION
    )
    @app_commands.describe(title=lobby_command_texts.TITLE, seats=lobby_command_texts.SEATS)
    async def open_(
        self,
        interaction: discord.Interaction,
        title: app_commands.Range[str, 1, texts.TITLE_LIMIT] = "",
        seats: app_commands.Range[int, FEWEST_SEATS, MOST_SEATS] = SEATS,
    ) -> None:
        async with answering(interaction, ephemeral=False):
            await admit(interaction)
            registry, host_id = registry_of(self._bot), interaction.user.id
            check_permissions(interaction)
            await registry.admission.admit(host_id, "lobby")
            # The lobby is stored before its buttons are sent, so that the first press finds it.
            await acknowledge(interaction, ephemeral=False)
            message = await interaction.original_response()
            locale = server_locale(interaction)
            with in_language(locale):
                title = texts.title(title)
            lobby = Lobby(message.id, message.channel.id, host_id, title, seats, locale)
            await registry.lobbies.open(lobby)
            await answer(interaction, await lobby_message(registry, lobby), ephemeral=False)


def check_permissions(interaction: discord.Interaction) -> None:
    """Raises Refused where the bot could not edit the lobby's message later."""
    granted = interaction.app_permissions
    missing = [name for name in texts.PERMISSIONS if not getattr(granted, name)]
    if missing:
        raise Refused(texts.missing_permissions(missing))

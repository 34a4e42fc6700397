"""How interactions are answered, and the one handler of errors."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import discord
from discord import app_commands

from characters.errors import CharacterError
from cogs.characters import texts
from cogs.characters.error_texts import error_text
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.panels import Notice, Panel
from cogs.characters.ui.pictures import PortraitFile

UNKNOWN_INTERACTION = 10062  # Discord no longer waits for the answer
ALREADY_ACKNOWLEDGED = 40060  # the interaction was answered, perhaps by another process
INVALID_TOKEN = 50027  # the 15 minutes for further answers are over
TOO_LATE = {UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED, INVALID_TOKEN}
# The message, its channel, its webhook or the bot's rights are gone, or its thread is archived.
GONE = {10003, 10008, 10015, 50001, 50083}
# What a request to Discord may raise.
UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, OSError)

NO_PINGS = discord.AllowedMentions.none()

log = logging.getLogger(f"game_characters.{__name__}")


class Refused(CharacterError):
    """A request that Discord or the cogs refuse; the sentence is for the player."""


async def answer(interaction: discord.Interaction, panel: Panel, *, ephemeral: bool = True) -> None:
    """Sends the panel as the answer, also where an answer was deferred or sent before."""
    async with _full_size(interaction, panel):
        await _answer(interaction, panel, ephemeral=ephemeral)


async def _answer(interaction: discord.Interaction, panel: Panel, *, ephemeral: bool) -> None:
    response = interaction.response
    if panel.is_heavy and not response.is_done():
        await response.defer(ephemeral=ephemeral, thinking=True)
    if response.type is discord.InteractionResponseType.deferred_channel_message:
        try:
            await edit(interaction, panel)
        except discord.NotFound:  # the player has dismissed the note that something takes a while
            for file in panel.files:
                file.reset()
            await _follow_up(interaction, panel, ephemeral=ephemeral)
    elif response.is_done():
        await _follow_up(interaction, panel, ephemeral=ephemeral)
    else:
        await response.send_message(
            view=panel, files=panel.files, ephemeral=ephemeral, allowed_mentions=NO_PINGS
        )


async def _follow_up(interaction: discord.Interaction, panel: Panel, *, ephemeral: bool) -> None:
    await interaction.followup.send(
        view=panel, files=panel.files, ephemeral=ephemeral, allowed_mentions=NO_PINGS
    )


async def redraw(interaction: discord.Interaction, panel: Panel) -> None:
    """Replaces the message whose button, menu or form was used; without one, answers."""
    if interaction.message is None:
        await answer(interaction, panel)
        return
    async with _full_size(interaction, panel):
        if panel.is_heavy:
            await interaction.response.defer()
            await edit(interaction, panel)
        else:
            await interaction.response.edit_message(
                view=panel, attachments=panel.files, allowed_mentions=NO_PINGS
            )


@asynccontextmanager
async def _full_size(interaction: discord.Interaction, panel: Panel) -> AsyncGenerator[None, None]:
    """The portrait of the panel is in full size inside, unless many such are being sent."""
    small = panel.files
    if not any(isinstance(file, PortraitFile) for file in small):
        yield
        return
    with registry_of(interaction).admission.large_file(interaction.user.id) as allowed:
        if allowed:
            panel.files = [
                await file.full() if isinstance(file, PortraitFile) else file for file in small
            ]
        try:
            yield
        finally:
            panel.files = small


async def edit(interaction: discord.Interaction, panel: Panel) -> None:
    """Replaces the message that answered the interaction, or from which it came."""
    await interaction.edit_original_response(
        view=panel, attachments=panel.files, allowed_mentions=NO_PINGS
    )


async def working(interaction: discord.Interaction, sentence: str) -> None:
    """Says what takes a while; the next `answer` replaces it.

    Where Discord refuses that, the work goes on: what a player typed must not depend on a note.
    """
    try:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.edit_original_response(view=Notice(sentence))
    except UNREACHABLE as error:
        log.info("User %s was not told what takes a while: %s", interaction.user.id, error)


@asynccontextmanager
async def answering(interaction: discord.Interaction) -> AsyncGenerator[None, None]:
    """Answers whatever is raised inside; discord.py would log it and leave the player waiting."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the one handler takes every kind of error
        await answer_error(interaction, error)


async def admit(interaction: discord.Interaction, *, also_blocked: bool = False) -> None:
    """Counts a press. Raises TooFast; Refused where the operator has blocked the user.

    What is for `also_blocked` users is not refused to them.
    """
    registry, user_id = registry_of(interaction), interaction.user.id
    registry.admission.count_press(user_id)
    if not also_blocked and await registry.is_blocked(user_id):
        raise Refused(texts.BLOCKED)


async def answer_error(interaction: discord.Interaction, error: BaseException) -> None:
    """The one handler: the player reads a sentence, and unexpected errors are logged."""
    user_id = interaction.user.id
    if isinstance(error, Refused):
        sentence = str(error)
    elif isinstance(error, CharacterError):
        sentence = error_text(error)
    elif isinstance(error, app_commands.CheckFailure):
        sentence = texts.NOT_ALLOWED
    elif isinstance(error, discord.HTTPException) and error.code in TOO_LATE | GONE:
        log.info("An interaction of user %s could not be answered: %s", user_id, error)
        return
    else:
        name = type(error).__name__
        log.error("An interaction of user %s failed: %s", user_id, name, exc_info=error)
        sentence = texts.SOMETHING_WENT_WRONG
    try:
        await answer(interaction, Notice(sentence))
    except UNREACHABLE as failure:
        log.info("The error could not be shown to user %s: %s", user_id, failure)

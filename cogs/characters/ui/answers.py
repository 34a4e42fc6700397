"""How interactions are answered, and the one handler of errors."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import discord
from discord import app_commands, ui

from characters.errors import CharacterError, OperatorError
from characters.store.time_limit import time_limit
from cogs.characters import texts
from cogs.characters.error_texts import error_text
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.in_progress import in_progress, was_stopped
from cogs.characters.ui.language import _, in_language
from cogs.characters.ui.observing import Outcome, mark, mark_error, observed
from cogs.characters.ui.panels import Notice, Panel
from cogs.characters.ui.pictures import PortraitFile
from cogs.characters.ui.reply import UNREACHABLE, Reply

UNKNOWN_INTERACTION = 10062  # Discord no longer waits for the answer
ALREADY_ACKNOWLEDGED = 40060  # the interaction was answered, perhaps by another process
INVALID_TOKEN = 50027  # the 15 minutes for further answers are over
TOO_LATE = {UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED, INVALID_TOKEN}
# The message, its channel, its webhook or the bot's rights are gone, or its thread is archived.
GONE = {10003, 10008, 10015, 50001, 50083}
STORE_SECONDS = 2.0  # that the store may take for one request of an interaction
NO_PINGS = discord.AllowedMentions.none()

log = logging.getLogger(f"game_characters.{__name__}")


class Refused(CharacterError):
    """A request that Discord or the cogs refuse, with a sentence in the player's language."""


async def answer(interaction: discord.Interaction, panel: Panel, *, ephemeral: bool = True) -> None:
    """Sends the panel as the answer, also where an answer was deferred or sent before."""
    async with _full_size(interaction, panel):
        await _answer(interaction, panel, ephemeral=ephemeral)


async def _answer(interaction: discord.Interaction, panel: Panel, *, ephemeral: bool) -> None:
    reply = Reply.to(interaction)
    if panel.is_heavy:
        await reply.put_off(thinking=True, ephemeral=ephemeral)
    async with reply.first() as is_first:
        if is_first:
            await interaction.response.send_message(
                view=panel, files=panel.files, ephemeral=ephemeral, allowed_mentions=NO_PINGS
            )
            return
    private, reply.private = reply.private, None
    if private is None:
        await _follow_up(interaction, panel, ephemeral=ephemeral)
    elif private == ephemeral:
        await _replace(interaction, panel, ephemeral=ephemeral)
    else:
        await _end_note(interaction)
        await _follow_up(interaction, panel, ephemeral=ephemeral)


async def _replace(interaction: discord.Interaction, panel: Panel, *, ephemeral: bool) -> None:
    try:
        await edit(interaction, panel)
    except discord.NotFound:  # the player has dismissed the message
        for file in panel.files:
            file.reset()
        await _follow_up(interaction, panel, ephemeral=ephemeral)


async def _end_note(interaction: discord.Interaction) -> None:
    """Ends a note that is for others than the answer, as the first answer after it is for them."""
    try:
        await interaction.edit_original_response(view=Notice(_(texts.SEE_BELOW)))
        await interaction.delete_original_response()
    except discord.HTTPException as error:
        log.info("A note to user %s could not be ended: %s", interaction.user.id, error)


async def _follow_up(interaction: discord.Interaction, panel: Panel, *, ephemeral: bool) -> None:
    await interaction.followup.send(
        view=panel, files=panel.files, ephemeral=ephemeral, allowed_mentions=NO_PINGS
    )


async def acknowledge(interaction: discord.Interaction, *, ephemeral: bool = True) -> None:
    """Says that the answer will come, unless one was given. Where that is refused, work goes on."""
    try:
        await Reply.to(interaction).put_off(ephemeral=ephemeral)
    except UNREACHABLE as error:
        log.info("A press of user %s was not acknowledged: %s", interaction.user.id, error)


async def open_form(interaction: discord.Interaction, form: ui.Modal) -> bool:
    """Opens a form. False where the answer was put off: Discord opens none then."""
    async with Reply.to(interaction).first() as is_first:
        if is_first:
            await interaction.response.send_modal(form)
    return is_first


async def redraw(interaction: discord.Interaction, panel: Panel) -> None:
    """Replaces the message whose button, menu or form was used; without one, answers."""
    if interaction.message is None:
        await answer(interaction, panel)
        return
    reply = Reply.to(interaction)
    async with _full_size(interaction, panel):
        if panel.is_heavy:
            await reply.put_off(thinking=False)
        async with reply.first() as is_first:
            if is_first:
                await interaction.response.edit_message(
                    view=panel, attachments=panel.files, allowed_mentions=NO_PINGS
                )
                return
        await _replace(interaction, panel, ephemeral=True)


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


def has_panel(interaction: discord.Interaction) -> bool:
    """Whether a message of the player's own is redrawn: one that nobody else sees, so no lobby."""
    return interaction.message is not None and interaction.message.flags.ephemeral


async def show(interaction: discord.Interaction, panel: Panel) -> None:
    """Replaces the player's own message whose button, menu or form was used; else answers."""
    if has_panel(interaction):
        await redraw(interaction, panel)
    else:
        await answer(interaction, panel)


async def working(interaction: discord.Interaction, note: Panel, *, in_place: bool = False) -> None:
    """Says what takes a while; the next `answer` replaces it.

    With `in_place`, a message of the player's own says so, and the next `show` replaces it.

    Where Discord refuses that, the work goes on: what a player typed must not depend on a note.
    """
    try:
        if in_place and has_panel(interaction):
            await redraw(interaction, note)
            return
        reply = Reply.to(interaction)
        await reply.put_off(thinking=True)
        if reply.private is not None:  # else the message is the one that was used, such as a lobby
            await interaction.edit_original_response(view=note)
    except UNREACHABLE as error:
        log.info("User %s was not told what takes a while: %s", interaction.user.id, error)


@asynccontextmanager
async def answering(
    interaction: discord.Interaction, *, name: str = "", ephemeral: bool = True
) -> AsyncGenerator[None, None]:
    """Answers in time, and whatever is raised inside; discord.py would leave the player waiting.

    An answer that is late is put off; `ephemeral` says whether only the user will see it. `name` is
    what metrics call this, unless it is a command.
    """
    with (
        in_language(interaction.locale),
        in_progress(interaction.client),
        observed(interaction, name),
        Reply.to(interaction).in_time(ephemeral=ephemeral),
        time_limit(STORE_SECONDS),
    ):
        try:
            yield
        except asyncio.CancelledError as error:
            if was_stopped(error):
                await answer_error(interaction, Refused(_(texts.STOPPED)))
            raise
        except Exception as error:  # noqa: BLE001 - the one handler takes every kind of error
            await answer_error(interaction, error)


async def admit(interaction: discord.Interaction, *, also_blocked: bool = False) -> None:
    """Counts a press. Raises TooFast; Refused where the operator has blocked the user.

    What is for `also_blocked` users is not refused to them.
    """
    registry, user_id = registry_of(interaction), interaction.user.id
    await registry.admission.count_press(user_id)
    if not also_blocked and await registry.is_blocked(user_id):
        raise Refused(_(texts.BLOCKED))


async def answer_error(interaction: discord.Interaction, error: BaseException) -> None:
    """The one handler: the player reads a sentence, and unexpected errors are logged."""
    with in_language(interaction.locale):
        await _answer_error(interaction, error)


async def _answer_error(interaction: discord.Interaction, error: BaseException) -> None:
    user_id = interaction.user.id
    if isinstance(error, CharacterError):
        mark_error(error)
        sentence = str(error) if isinstance(error, Refused) else error_text(error)
    elif isinstance(error, OperatorError):
        log.error("An interaction of user %s was refused: %s", user_id, error)
        mark(Outcome.SWITCHED_OFF)
        sentence = _(texts.SWITCHED_OFF)
    elif isinstance(error, app_commands.CheckFailure):
        mark(Outcome.NOT_ALLOWED)
        sentence = _(texts.NOT_ALLOWED)
    elif isinstance(error, discord.HTTPException) and error.code in TOO_LATE | GONE:
        mark(Outcome.TOO_LATE if error.code in TOO_LATE else Outcome.GONE)
        log.info("An interaction of user %s could not be answered: %s", user_id, error)
        if error.code in TOO_LATE:
            return
        sentence = _(texts.NOT_SHOWN)
    else:
        mark(Outcome.FAILED)
        name = type(error).__name__
        log.error("An interaction of user %s failed: %s", user_id, name, exc_info=error)
        sentence = _(texts.SOMETHING_WENT_WRONG)
    try:
        await answer(interaction, Notice(sentence))
    except UNREACHABLE as failure:
        log.info("The error could not be shown to user %s: %s", user_id, failure)

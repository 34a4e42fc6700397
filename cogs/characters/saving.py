"""From a filled-in form, or a command, to a saved character; what could not be saved is offered again."""

from functools import partial
from typing import Any

import aiohttp
import discord
from discord import ui

from characters.errors import ImageTooLarge, PortraitUnsaved
from characters.portraits.renderer import INPUT_LIMIT
from characters.saving import save as save_draft
from characters.store.drafts import ChangedMeanwhile, Draft, Unsaved, Upload
from cogs.characters import forget, texts
from cogs.characters.form import TEXT_INPUT_LIMIT, CharacterForm, Reopen
from cogs.characters.sheet import sheet
from cogs.characters.ui.messages import (
    Notice,
    Panel,
    Submission,
    answer,
    answering,
    panel_of,
    registry_of,
    row,
    working,
)


async def save(interaction: discord.Interaction, draft: Draft) -> None:
    """Saves what the player typed, and answers with the character's sheet. Raises Unsaved."""
    if draft.upload or draft.earlier_id:  # where a picture may be waiting
        await working(interaction, texts.PREPARING)
    registry, owner_id = registry_of(interaction), interaction.user.id
    character, refusal, active = await save_draft(
        registry, owner_id, draft, partial(read, interaction.client)
    )
    await answer(
        interaction,
        await sheet(registry, character, active=active, owner_id=owner_id, refusal=refusal),
    )
    if draft.pending_action:
        interaction.client.dispatch("character_saved", interaction, draft.pending_action)


async def ask(interaction: discord.Interaction, draft: Draft) -> None:
    """Opens the form with what was given so far; what it can't hold waits in a draft."""
    if draft.upload or len(draft.description or "") > TEXT_INPUT_LIMIT:
        draft_id = await registry_of(interaction).drafts.keep(interaction.user.id, draft)
        draft = draft._replace(earlier_id=draft_id)
    await interaction.response.send_modal(CharacterForm(draft))


async def read(client: discord.Client, upload: Upload) -> bytes:
    """The bytes of a file that a player sent. Raises PortraitRefused."""
    if upload.size > INPUT_LIMIT:
        raise ImageTooLarge(INPUT_LIMIT)
    try:
        return await client.http.get_from_cdn(upload.url)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise PortraitUnsaved from error


async def submitted(interaction: discord.Interaction) -> None:
    """What to do with a form of ours that was submitted; other programs' forms are none of our business."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return
    async with answering(interaction):
        submission = Submission(interaction)
        if draft := CharacterForm.read(submission):
            await save(interaction, draft)
        elif submission.custom_id == forget.FORM_ID:
            await forget.confirmed(interaction, submission)


@panel_of.register
def unsaved(error: Unsaved, user_id: int) -> Panel:
    """The reason, and a way back to what was typed."""
    again = ui.Button[Any](label=texts.OPEN_AGAIN, style=discord.ButtonStyle.primary)
    button = Reopen.on(again, user_id, error.draft_id)
    if isinstance(error.reason, ChangedMeanwhile):
        return Conflict(error.reason, error.draft, button)
    return Notice(str(error), button)


class Conflict(Panel):
    """What the character is now, and what the player wanted to make of it."""

    def __init__(self, reason: ChangedMeanwhile, draft: Draft, button: Reopen) -> None:
        super().__init__()
        self.add_item(ui.TextDisplay(str(reason)))
        now = texts.version(texts.NOW, reason.current.name, reason.current.description)
        self.add_item(ui.Container(ui.TextDisplay(now)))
        yours = texts.version(texts.YOURS, draft.name, draft.description)
        self.add_item(ui.Container(ui.TextDisplay(yours), accent_colour=discord.Colour.blurple()))
        self.add_item(row(button))

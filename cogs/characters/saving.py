"""From a filled-in form, or a command, to a saved character; what could not be saved is offered again."""

from functools import partial
from typing import Any

import discord
from discord import ui

from characters.drafts import Draft, Unsaved, new_id
from characters.errors import ChangedMeanwhile, ImageTooLarge, PortraitUnsaved
from characters.portraits import INPUT_LIMIT
from cogs.characters import forget, texts
from cogs.characters.forms import TEXT_INPUT_LIMIT, CharacterForm, Reopen
from cogs.characters.sheet import sheet
from cogs.ui import Notice, Panel, Submission, Upload, answer, answer_error, registry_of, row, working


async def save(
    interaction: discord.Interaction, draft: Draft, upload: Upload | None = None, earlier_id: str = ""
) -> None:
    """Saves what the player typed, and answers with the character's sheet. Raises Unsaved."""
    image = None
    if upload:
        await working(interaction, texts.PREPARING)
        image = partial(read, interaction.client, upload)
    registry, owner_id = registry_of(interaction), interaction.user.id
    character, refusal = await registry.save(owner_id, draft, image, earlier_id)
    active = (await registry.roster(owner_id)).active_id == character.char_id
    await answer(interaction, await sheet(registry, character, active=active, owner_id=owner_id, refusal=refusal))


async def ask(interaction: discord.Interaction, draft: Draft, upload: Upload | None = None) -> None:
    """Opens the form with what was given so far; what it can't hold waits in a draft."""
    rest = upload is not None or len(draft.description or "") > TEXT_INPUT_LIMIT
    draft_id = new_id() if rest else ""
    await interaction.response.send_modal(CharacterForm(draft, draft_id, portrait_kept=upload is not None))
    if rest:
        image = partial(read, interaction.client, upload) if upload else None
        await registry_of(interaction).keep_draft(interaction.user.id, draft, draft_id, image)


async def read(client: discord.Client, upload: Upload) -> bytes:
    """The bytes of a file that a player sent. Raises PortraitRefused."""
    if upload.size > INPUT_LIMIT:
        raise ImageTooLarge(INPUT_LIMIT)
    try:
        return await client.http.get_from_cdn(upload.url)
    except (discord.HTTPException, OSError) as error:
        raise PortraitUnsaved from error


async def submitted(interaction: discord.Interaction) -> None:
    """What to do with a form of ours that was submitted; other programs' forms are none of our business."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return
    submission = Submission(interaction)
    try:
        if form := CharacterForm.read(submission):
            draft, earlier_id = form
            await save(interaction, draft, submission.upload("portrait"), earlier_id)
        elif submission.custom_id == forget.FORM_ID:
            await forget.confirmed(interaction, submission)
    except Exception as error:  # noqa: BLE001 - discord.py would only log it, and the player see nothing
        await answer_failure(interaction, error)


async def answer_failure(interaction: discord.Interaction, error: BaseException) -> None:
    """Like `answer_error`, with a way back to what was typed."""
    if not isinstance(error, Unsaved):
        await answer_error(interaction, error)
        return
    again = ui.Button[Any](label=texts.OPEN_AGAIN, style=discord.ButtonStyle.primary)
    button = Reopen.on(again, interaction.user.id, error.draft_id)
    if isinstance(error.reason, ChangedMeanwhile):
        panel: Panel = Conflict(error.reason, error.draft, button)
    else:
        panel = Notice(str(error), button)
    await answer(interaction, panel)


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

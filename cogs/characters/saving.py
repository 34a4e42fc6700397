"""Saves what a player typed; what could not be saved yet is offered again."""

from dataclasses import replace
from functools import partial
from typing import Any

import discord
from discord import ui

from characters.errors import ImageTooLarge, PortraitUnsaved
from characters.portraits.renderer import INPUT_LIMIT
from characters.store.drafts import ChangedMeanwhile, Draft, Unsaved, Upload
from cogs.characters import forget, import_form, texts
from cogs.characters.back import back_button, view_of
from cogs.characters.error_texts import error_text
from cogs.characters.form import CharacterForm, Reopen, needs_draft, show_form
from cogs.characters.list_view import ListView
from cogs.characters.roster import searched
from cogs.characters.search_form import SearchForm
from cogs.characters.sheet import sheet
from cogs.characters.ui.answers import admit, answering, show, working
from cogs.characters.ui.attachments import NotReceived, download
from cogs.characters.ui.host import host_allows, registry_of
from cogs.characters.ui.language import _
from cogs.characters.ui.observing import Outcome, mark, mark_error
from cogs.characters.ui.panels import Notice, Panel, row
from cogs.characters.ui.submissions import Submission
from cogs.characters.undo import offer_undo


async def save(interaction: discord.Interaction, draft: Draft) -> None:
    """Saves the draft and shows the character, or the reason why it is not saved.

    The message whose button opened the form becomes that, if it is the player's own.

    Dispatches `character_saved`, and `character_pending_action` if the draft has one.
    """
    registry, owner_id = registry_of(interaction), interaction.user.id
    view = view_of(interaction)
    has_portrait = draft.upload or draft.earlier_id or (draft.focus and draft.seen)
    if has_portrait or draft.text_upload:  # a file may take a while
        sentence = _(texts.PREPARING) if has_portrait else _(texts.READING_TEXT)
        note = Notice(sentence, back_button(owner_id, view))
        await working(interaction, note, in_place=True)
    fetch = partial(read, interaction.client)
    try:
        saved = await registry.save(owner_id, draft, fetch)
    except Unsaved as error:
        mark_error(error.reason)
        await show(interaction, not_saved(error, owner_id, view))
        return
    interaction.client.dispatch("character_saved", owner_id, saved.character.to_dict())
    panel = await sheet(
        registry,
        saved.character,
        active=saved.active,
        owner_id=owner_id,
        view=view,
        refusal=saved.refusal,
        is_still=saved.is_still,
    )
    if saved.has_namesake:
        panel.add_item(ui.TextDisplay(texts.namesake(saved.character)))
    offer_undo(panel, saved, owner_id)
    await show(interaction, panel)
    if draft.pending_action:
        interaction.client.dispatch("character_pending_action", interaction, draft.pending_action)


async def ask(interaction: discord.Interaction, draft: Draft) -> None:
    """Opens the form with what was given so far; a draft keeps what the form can't hold."""
    if needs_draft(draft):
        draft_id = await registry_of(interaction).drafts.keep(interaction.user.id, draft)
        draft = replace(draft, earlier_id=draft_id)
    await show_form(interaction, CharacterForm(draft))


async def read(client: discord.Client, upload: Upload) -> bytes:
    """The bytes of a file that a player sent. Raises PortraitRefused."""
    if upload.size > INPUT_LIMIT:
        raise ImageTooLarge(INPUT_LIMIT)
    try:
        data = await download(client, upload.url, INPUT_LIMIT)
    except NotReceived as error:
        raise PortraitUnsaved from error
    if data is None:
        raise ImageTooLarge(INPUT_LIMIT)
    return data


async def submitted(interaction: discord.Interaction) -> None:
    """Does what a submitted form is for. Leaves alone all that is not a form of ours."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return
    submission = Submission(interaction)
    match = CharacterForm.ID.fullmatch(submission.custom_id)
    search = SearchForm.ID.fullmatch(submission.custom_id)
    others = {forget.FORM_ID: "forget", import_form.FORM_ID: "import-file"}
    if match is None and search is None and submission.custom_id not in others:
        return
    name = "character" if match else others.get(submission.custom_id, "search")
    async with answering(interaction, name=name):
        if not await host_allows(interaction):
            mark(Outcome.NOT_ALLOWED)
            return
        await admit(interaction, also_blocked=submission.custom_id == forget.FORM_ID)
        if match:
            await save(interaction, CharacterForm.read(match, submission))
        elif search:
            await searched(interaction, search, submission)
        elif submission.custom_id == import_form.FORM_ID:
            await import_form.submitted(interaction, submission)
        else:
            await forget.confirmed(interaction, submission)


def not_saved(error: Unsaved, owner_id: int, view: ListView) -> Panel:
    """The reason, a button to go on with what was typed, and one back to the list."""
    button = ui.Button[Any](label=_(texts.OPEN_AGAIN), style=discord.ButtonStyle.primary)
    again = Reopen.on(button, owner_id, error.draft_id)
    leave = back_button(owner_id, view)
    if isinstance(error.reason, ChangedMeanwhile):
        return Conflict(error.reason, error.draft, again, leave)
    sentences = [error_text(each) for each in (error.reason, error.refusal) if each]
    return Notice("\n".join(sentences), again, leave)


class Conflict(Panel):
    """What the character is now, and what the player made of it."""

    def __init__(self, reason: ChangedMeanwhile, draft: Draft, *buttons: ui.Item[Any]) -> None:
        super().__init__()
        self.add_item(ui.TextDisplay(_(texts.CHANGED_MEANWHILE)))
        now = texts.version(_(texts.NOW), reason.current.name, reason.current.description)
        self.add_item(ui.Container(ui.TextDisplay(now)))
        yours = texts.version(_(texts.YOURS), draft.name, draft.description)
        self.add_item(ui.Container(ui.TextDisplay(yours), accent_colour=discord.Colour.blurple()))
        self.add_item(row(*buttons))

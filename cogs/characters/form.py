"""The form for a character, and the button that opens one again."""

import re
from dataclasses import replace
from typing import Any, Self

import discord
from discord import ui

from characters.errors import DraftGone, UnknownCharacter
from characters.model import Character
from characters.names import NAME_LIMIT
from characters.registry import Registry
from characters.store.drafts import Draft
from cogs.characters import form_texts, texts
from cogs.characters.back import back_button, view_of
from cogs.characters.description_fields import (
    FILE_FIELD,
    description_fields,
    fits,
    read_description,
)
from cogs.characters.portrait_menu import MENU_ID, REMOVE, chosen_focus, portrait_menu
from cogs.characters.ui.answers import open_form, show
from cogs.characters.ui.formatting import line
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import PREFIX, OwnedItem
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Notice
from cogs.characters.ui.submissions import Form, Submission

TITLE_LIMIT = 45  # characters that Discord takes in the title of a form


class CharacterForm(Form):
    """A new character, or changes to one.

    The custom_id holds the id of the character, the `Character.version` that the player saw (empty
    for a new one), the id of the draft with what the form can't hold, and the pending action.
    """

    ID = re.compile(
        rf"{PREFIX}:form:(?P<char_id>.*):(?P<seen>[0-9a-f]*):(?P<draft_id>[0-9a-f]*)"
        r"(?:@(?P<pending_action>[a-z]+:[0-9]{1,20}))?",
        re.DOTALL,
    )

    def __init__(self, draft: Draft, character: Character | None = None) -> None:
        """`character` is what is edited, as it is now, if there is one."""
        title = (
            _(form_texts.EDIT_TITLE, name=draft.name) if draft.seen else _(form_texts.CREATE_TITLE)
        )
        custom_id = f"{PREFIX}:form:{draft.char_id}:{draft.seen}:{draft.earlier_id}"
        if draft.pending_action:
            custom_id += f"@{draft.pending_action}"
        super().__init__(line(title, TITLE_LIMIT), custom_id)
        self.draft = draft
        self._add_name(draft.name)
        for label in description_fields(_described(draft, character)):
            self.add_item(label)
        self._add_portrait(draft, character)

    @classmethod
    def create(cls, interaction: discord.Interaction, pending_action: str = "") -> Self:
        """An empty form.

        A pending action (`<word>:<number>`) is dispatched as `character_pending_action`, with the
        interaction, when the character is saved.
        """
        return cls(Draft(str(interaction.id), description="", pending_action=pending_action))

    @classmethod
    def edit(cls, character: Character) -> Self:
        """The form with the character as it is."""
        draft = Draft(character.char_id, character.version, character.name, character.description)
        return cls(draft, character)

    def _add_name(self, name: str) -> None:
        if len(name) > NAME_LIMIT:  # recorded by another program; the player types a new one
            name = ""
        text = ui.TextInput[Any](custom_id="name", max_length=NAME_LIMIT, default=name)
        help_text = _(form_texts.NAME_HELP, limit=NAME_LIMIT)
        self.add_item(
            ui.Label(text=_(form_texts.NAME_LABEL), description=help_text, component=text)
        )

    def _add_portrait(self, draft: Draft, character: Character | None) -> None:
        upload = ui.FileUpload[Any](
            custom_id="portrait", required=False, min_values=0, max_values=1
        )
        present = character if character and character.has_portrait else None
        help_text = _(form_texts.PORTRAIT_PRESENT) if present else _(form_texts.PORTRAIT_HELP)
        if draft.portrait or draft.upload:
            help_text = _(form_texts.PORTRAIT_KEPT)
        label = _(form_texts.PORTRAIT_LABEL)
        self.add_item(ui.Label(text=label, description=help_text, component=upload))
        if present:
            menu = portrait_menu(draft, present.image_path)
            label = _(form_texts.SHOWN_LABEL)
            self.add_item(
                ui.Label(text=label, description=_(form_texts.SHOWN_HELP), component=menu)
            )

    @staticmethod
    def read(match: re.Match[str], submission: Submission) -> Draft:
        """What was submitted; `match` is that of ID with the custom_id."""
        return Draft(
            char_id=match["char_id"],
            seen=match["seen"],
            name=submission.text("name") or "",
            description=read_description(submission),
            remove_portrait=submission.chosen(MENU_ID) == REMOVE,
            focus=chosen_focus(submission),
            upload=submission.upload("portrait"),
            text_upload=submission.upload(FILE_FIELD),
            earlier_id=match["draft_id"],
            pending_action=match["pending_action"] or "",
        )


class Reopen(OwnedItem, action="again"):
    """Opens the form again with everything that was typed."""

    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        draft = await registry.drafts.get(self.owner_id, self.argument)
        if draft is None:
            raise DraftGone
        character = await _present(registry, self.owner_id, draft.char_id)
        draft = replace(draft, earlier_id=self.argument)
        await show_form(interaction, CharacterForm(draft, character))


async def show_form(interaction: discord.Interaction, form: CharacterForm) -> None:
    """Opens the form; where it is too late for that, shows a button that opens it."""
    if not await open_form(interaction, form):
        owner_id = interaction.user.id
        draft_id = registry_of(interaction).drafts.hold(owner_id, form.draft)
        button = ui.Button[Any](label=_(texts.OPEN_FORM), style=discord.ButtonStyle.primary)
        again = Reopen.on(button, owner_id, draft_id)
        leave = back_button(owner_id, view_of(interaction))
        await show(interaction, Notice(_(texts.FORM_LATE), again, leave))


def needs_draft(draft: Draft) -> bool:
    """Whether a draft has to keep what the form can't hold."""
    return bool(draft.upload or draft.text_upload) or not fits(draft.description or "")


def _described(draft: Draft, character: Character | None) -> str | None:
    """The text for the fields; None where a file that was sent has it."""
    if draft.text_upload:
        return None
    if draft.description is None:
        return character.description if character else ""
    return draft.description


async def _present(registry: Registry, user_id: int, char_id: str) -> Character | None:
    try:
        return await registry.get(user_id, char_id)
    except UnknownCharacter:  # a new one, or one that was deleted, which saving finds out
        return None

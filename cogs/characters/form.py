"""The forms that players fill in, and the button that opens one again."""

import re
from typing import Any, Self

import discord
from discord import ui

from characters.errors import DraftGone, UnknownCharacter
from characters.model import Character
from characters.names import NAME_LIMIT
from characters.registry import Registry
from characters.store.drafts import Draft
from cogs.characters import texts
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.messages import Form, Submission, line, registry_of

TEXT_INPUT_LIMIT = 4000  # characters that one field of Discord's forms takes
TITLE_LIMIT = 45


class CharacterForm(Form):
    """A new character, or changes to one.

    The custom_id says which character this is about, which `Character.version` of it was seen (none of
    a new one), which earlier draft has what the form could not hold, and what is to be done when it is saved.
    """

    ID = re.compile(
        r"char:form:(?P<char_id>.*):(?P<seen>[0-9a-f]*):(?P<draft_id>[0-9a-f]*)(?:@(?P<pending_action>[a-z]+:\d{1,20}))?",
        re.DOTALL,
    )

    def __init__(self, draft: Draft, *, has_portrait: bool = False) -> None:
        title = texts.edit_title(draft.name) if draft.seen else texts.CREATE_TITLE
        custom_id = f"char:form:{draft.char_id}:{draft.seen}:{draft.earlier_id}"
        super().__init__(
            line(title, TITLE_LIMIT),
            f"{custom_id}@{draft.pending_action}" if draft.pending_action else custom_id,
        )
        shown_name = (
            draft.name if len(draft.name) <= NAME_LIMIT else ""
        )  # another program's: it needs a new one
        name = ui.TextInput[Any](custom_id="name", max_length=NAME_LIMIT, default=shown_name)
        self.add_item(ui.Label(text=texts.NAME_LABEL, description=texts.NAME_HELP, component=name))
        self._add_description(draft.description)
        upload = ui.FileUpload[Any](
            custom_id="portrait", required=False, min_values=0, max_values=1
        )
        self.add_item(
            ui.Label(text=texts.PORTRAIT_LABEL, description=texts.PORTRAIT_HELP, component=upload)
        )
        if has_portrait:
            remove = ui.Checkbox[Any](custom_id="remove", default=draft.remove_portrait)
            self.add_item(ui.Label(text=texts.REMOVE_LABEL, component=remove))
        if draft.portrait or draft.upload:
            self.add_item(ui.TextDisplay(texts.PORTRAIT_KEPT))

    @classmethod
    def create(cls, interaction: discord.Interaction, pending_action: str = "") -> Self:
        """An empty form. An pending_action (`word:id`) is dispatched as `character_saved` once it has become a character."""
        return cls(Draft(str(interaction.id), description="", pending_action=pending_action))

    @classmethod
    def edit(cls, character: Character) -> Self:
        """The form filled with what is there."""
        draft = Draft(character.char_id, character.version, character.name, character.description)
        return cls(draft, has_portrait=has_portrait(character))

    def _add_description(self, description: str | None) -> None:
        if description is None or len(description) > TEXT_INPUT_LIMIT:
            self.add_item(ui.TextDisplay(texts.description_left_out(description)))
            return
        text = ui.TextInput[Any](
            custom_id="description",
            style=discord.TextStyle.paragraph,
            required=False,
            max_length=TEXT_INPUT_LIMIT,
            default=description,
        )
        self.add_item(
            ui.Label(
                text=texts.DESCRIPTION_LABEL, description=texts.DESCRIPTION_HELP, component=text
            )
        )

    @classmethod
    def read(cls, submission: Submission) -> Draft | None:
        """What was submitted; None where it is another form."""
        if (match := cls.ID.fullmatch(submission.custom_id)) is None:
            return None
        return Draft(
            char_id=match["char_id"],
            seen=match["seen"],
            name=submission.text("name") or "",
            description=submission.text("description"),
            remove_portrait=submission.checked("remove"),
            upload=submission.upload("portrait"),
            earlier_id=match["draft_id"],
            pending_action=match["pending_action"] or "",
        )


class Reopen(OwnedItem, prefix="char:again"):
    """Opens the form again with everything that was typed."""

    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        draft = await registry.drafts.get(self.owner_id, self.argument)
        if draft is None:
            raise DraftGone
        shown = await _has_portrait(registry, self.owner_id, draft.char_id)
        draft = draft._replace(earlier_id=self.argument)
        await interaction.response.send_modal(CharacterForm(draft, has_portrait=shown))


def has_portrait(character: Character) -> bool:
    return bool(character.image_path or character.image_url)


async def _has_portrait(registry: Registry, user_id: int, char_id: str) -> bool:
    try:
        return has_portrait(await registry.get(user_id, char_id))
    except UnknownCharacter:  # a new one, or deleted meanwhile, which saving will say
        return False

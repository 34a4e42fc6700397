"""The forms that players fill in; what is done with them is the caller's."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import ui

from characters.errors import ImageTooLarge, PortraitUnsaved
from characters.model import NAME_LIMIT
from characters.portraits import INPUT_LIMIT
from cogs.characters import texts
from cogs.ui import Form

TEXT_INPUT_LIMIT = 4000  # characters that one field of Discord's forms takes


class CharacterForm(Form):
    """Name, description and portrait of a new character; `attached` is a portrait that is there already."""

    def __init__(
        self,
        submit: Callable[[discord.Interaction, str, str, discord.Attachment | None], Awaitable[None]],
        description: str = "",
        attached: discord.Attachment | None = None,
    ) -> None:
        super().__init__(texts.FORM_TITLE)
        self._submit = submit
        self._attached = attached
        self._name = ui.TextInput[Any](custom_id="name", max_length=NAME_LIMIT)
        self._description = ui.TextInput[Any](
            custom_id="description",
            style=discord.TextStyle.paragraph,
            required=False,
            max_length=TEXT_INPUT_LIMIT,
            default=description[:TEXT_INPUT_LIMIT],
        )
        self._portrait = ui.FileUpload[Any](custom_id="portrait", required=False, min_values=0, max_values=1)
        self.add_item(ui.Label(text=texts.NAME_LABEL, description=texts.NAME_HELP, component=self._name))
        self.add_item(
            ui.Label(text=texts.DESCRIPTION_LABEL, description=texts.DESCRIPTION_HELP, component=self._description)
        )
        self.add_item(ui.Label(text=texts.PORTRAIT_LABEL, description=texts.PORTRAIT_HELP, component=self._portrait))
        if attached:
            self.add_item(ui.TextDisplay(texts.PORTRAIT_ATTACHED))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        portrait = next(iter(self._portrait.values), self._attached)
        await self._submit(interaction, self._name.value, self._description.value, portrait)


class PortraitForm(Form):
    """A portrait for a character that is there already."""

    def __init__(self, submit: Callable[[discord.Interaction, discord.Attachment], Awaitable[None]]) -> None:
        super().__init__(texts.ADD_PORTRAIT)
        self._submit = submit
        self._portrait = ui.FileUpload[Any](custom_id="portrait", min_values=1, max_values=1)
        self.add_item(ui.Label(text=texts.PORTRAIT_LABEL, description=texts.PORTRAIT_HELP, component=self._portrait))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await self._submit(interaction, self._portrait.values[0])


async def read(upload: discord.Attachment) -> bytes:
    """The bytes of a file that a player sent. Raises PortraitRefused."""
    if upload.size > INPUT_LIMIT:
        raise ImageTooLarge(INPUT_LIMIT)
    try:
        return await upload.read()
    except discord.HTTPException as error:
        raise PortraitUnsaved from error

"""A button that asks for a file of characters, and the form for it."""

from typing import Any

import discord
from discord import ui

from characters.store.pending_files import PendingFile
from cogs.characters import transfer_texts as texts
from cogs.characters.importer import look
from cogs.characters.texts import FORM_LATE
from cogs.characters.ui.answers import Refused, answer, open_form
from cogs.characters.ui.items import PREFIX, OwnedItem
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Notice
from cogs.characters.ui.submissions import Form, Submission

FORM_ID = f"{PREFIX}:import-form"


def import_button(owner_id: int) -> ui.Item[Any]:
    return ImportFile.on(ui.Button(label=_(texts.IMPORT)), owner_id)


class ImportFile(OwnedItem, action="import-file", form=""):
    async def use(self, interaction: discord.Interaction) -> None:
        if not await open_form(interaction, ImportForm()):
            await answer(interaction, Notice(_(FORM_LATE), import_button(self.owner_id)))


class ImportForm(Form):
    """A file, or a link to one, as `/character import` takes them."""

    def __init__(self) -> None:
        super().__init__(_(texts.IMPORT_TITLE), FORM_ID)
        upload = ui.FileUpload[Any](custom_id="file", required=False, min_values=0, max_values=1)
        self.add_item(
            ui.Label(text=_(texts.FILE_LABEL), description=_(texts.FILE_HELP), component=upload)
        )
        link = ui.TextInput[Any](custom_id="link", required=False, max_length=texts.LINK_LIMIT)
        self.add_item(
            ui.Label(text=_(texts.LINK_LABEL), description=_(texts.LINK_HELP), component=link)
        )


async def submitted(interaction: discord.Interaction, submission: Submission) -> None:
    """Shows what is in the file. Raises Refused unless it is one file or one link."""
    upload, link = submission.upload("file"), (submission.text("link") or "").strip()
    if upload and link:
        raise Refused(_(texts.FILE_AND_LINK))
    if not upload and not link:
        raise Refused(_(texts.NO_FILE_OR_LINK))
    file = PendingFile(upload.url, upload.size) if upload else PendingFile(link, is_link=True)
    await look(interaction, file)

"""Shows a character to the whole channel; its player can take that back."""

import discord
from discord import ui

from characters.model import Character
from characters.registry import Registry
from cogs.characters import sharing_texts
from cogs.characters.sheet_panel import SheetPanel
from cogs.characters.ui.answers import Refused, acknowledge, answer
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.language import _, in_language, server_locale
from cogs.characters.ui.panels import Panel, row
from cogs.characters.ui.pictures import portrait_picture


async def share(interaction: discord.Interaction, character: Character) -> None:
    """Raises Refused where the member may not send such a message here themselves."""
    registry, owner_id = registry_of(interaction), interaction.user.id
    check_member(interaction, ["send_messages"])
    await registry.admission.admit(owner_id, "share")
    async with registry.admission.heavy_turn(owner_id):
        with in_language(server_locale(interaction)):
            panel = await public_sheet(registry, character, sharing_texts.shared_by(owner_id))
            panel.add_item(row(TakeBack.on(ui.Button(label=_(sharing_texts.TAKE_BACK)), owner_id)))
        if panel.has_files:
            check_member(interaction, ["send_messages", "attach_files", "embed_links"])
        await answer(interaction, panel, ephemeral=False)


async def public_sheet(registry: Registry, character: Character, note: str) -> "PublicSheet":
    """The sheet as others see it, below a line of ours."""
    portrait = await portrait_picture(registry, character)
    return PublicSheet(SheetPanel(character, portrait, "", public=True), note)


class PublicSheet(Panel):
    """What is ours stands above all that is the player's."""

    def __init__(self, sheet: SheetPanel, note: str) -> None:
        super().__init__(*sheet.files)
        self.has_files = sheet.has_files
        self.add_item(ui.TextDisplay(note))
        for item in sheet.children:
            self.add_item(item)


def check_member(interaction: discord.Interaction, permissions: list[str]) -> None:
    """Raises Refused where the member lacks one of these permissions of a server."""
    if interaction.guild_id is None:
        return
    if isinstance(interaction.channel, discord.Thread):
        threads = {"send_messages": "send_messages_in_threads"}
        permissions = [threads.get(each, each) for each in permissions]
    missing = [each for each in permissions if not getattr(interaction.permissions, each)]
    if missing:
        raise Refused(sharing_texts.may_not_share(missing))


class Share(OwnedItem, action="share"):
    async def use(self, interaction: discord.Interaction) -> None:
        character = await registry_of(interaction).get(self.owner_id, self.argument)
        await share(interaction, character)


class TakeBack(OwnedItem, action="take-back", form=""):
    """Deletes the message with the shared character."""

    async def use(self, interaction: discord.Interaction) -> None:
        await acknowledge(interaction)
        await interaction.delete_original_response()

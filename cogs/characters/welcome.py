"""A message to a whole channel: whoever presses its buttons is served for themselves."""

from typing import Any

import discord
from discord import ui

from cogs.characters import texts
from cogs.characters.form import CharacterForm, show_form
from cogs.characters.roster import roster_page
from cogs.characters.ui.answers import answer
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import LastingItem
from cogs.characters.ui.language import Locale, _, in_language
from cogs.characters.ui.panels import Panel, row


class Welcome(Panel):
    """A main bot may send it too: `await channel.send(view=Welcome("…"))`.

    The buttons are in the language of `locale`, such as `guild.preferred_locale`.
    """

    def __init__(self, text: str, locale: Locale = None) -> None:
        super().__init__()
        container = ui.Container[Any](ui.TextDisplay(text), accent_colour=discord.Colour.blurple())
        with in_language(locale):
            create = ui.Button[Any](label=_(texts.CREATE), style=discord.ButtonStyle.primary)
            mine = ui.Button[Any](label=_(texts.YOUR_CHARACTERS))
        self.add_item(container)
        self.add_item(row(CreateYours.to(create), ListYours.to(mine)))


class CreateYours(LastingItem, action="create-yours"):
    async def use(self, interaction: discord.Interaction) -> None:
        await show_form(interaction, CharacterForm.create(interaction))


class ListYours(LastingItem, action="list-yours"):
    async def use(self, interaction: discord.Interaction) -> None:
        panel = await roster_page(registry_of(interaction), interaction.user.id)
        await answer(interaction, panel)

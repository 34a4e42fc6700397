"""The message of a list: a heading, what is listed, and the menus and buttons below it."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from cogs.characters.ui.panels import Panel

Controls = Sequence[ui.ActionRow[Any]]


class ListPanel(Panel):
    def __init__(
        self,
        heading: str,
        items: Sequence[ui.Item[Any]],
        controls: Controls,
        *files: discord.File | None,
    ) -> None:
        super().__init__(*files)
        container = ui.Container[Any](accent_colour=discord.Colour.blurple())
        container.add_item(ui.TextDisplay(heading))
        container.add_item(ui.Separator())
        for item in items:
            container.add_item(item)
        self.add_item(container)
        for control in controls:
            self.add_item(control)

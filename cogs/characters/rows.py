"""The list of a few characters: a row with the portrait of each."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from characters.model import Character
from characters.registry import Registry
from cogs.characters import texts
from cogs.characters.ui.panels import Panel
from cogs.characters.ui.pictures import Picture, small_pictures

MOST = 6  # fits on one screen; each portrait without a public URL costs an upload

Controls = Sequence[ui.ActionRow[Any]]


async def rows(
    registry: Registry,
    heading: str,
    characters: Sequence[Character],
    active_id: str | None,
    controls: Controls,
) -> Panel:
    """The heading, at most six characters, and the menus and buttons."""
    portraits = await small_pictures(registry, characters)
    panel = Panel(*(portrait and portrait.file for portrait in portraits))
    container = ui.Container[Any](accent_colour=discord.Colour.blurple())
    container.add_item(ui.TextDisplay(heading))
    container.add_item(ui.Separator())
    for character, portrait in zip(characters, portraits, strict=True):
        active = character.char_id == active_id
        container.add_item(_row(character, portrait, active=active))
        if portrait is None:
            container.add_item(ui.Separator(visible=False))
    panel.add_item(container)
    for each in controls:
        panel.add_item(each)
    return panel


def _row(character: Character, portrait: Picture | None, *, active: bool) -> ui.Item[Any]:
    summary = texts.summary(character, active=active)
    if portrait is None:
        return ui.TextDisplay(summary)
    thumbnail = ui.Thumbnail[Any](portrait.url, description=texts.portrait_of(character))
    return ui.Section[Any](summary, accessory=thumbnail)

"""The list of many characters: their numbered faces in one picture, and their names."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import discord
from discord import ui

from characters.model import Character
from characters.registry import Registry
from cogs.characters import roster_texts as texts
from cogs.characters.list_panel import Controls, ListPanel
from cogs.characters.texts import PORTRAITS_AWAY
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Panel

PER_PAGE = 25  # options that Discord takes in a menu
FILE_NAME = "characters.jpg"


async def gallery(
    registry: Registry,
    heading: str,
    characters: Sequence[Character],
    active_id: str | None,
    controls: Controls,
) -> Panel:
    """The heading, at most 25 characters (or none that were found), the menus and buttons."""
    picture = await registry.portraits.collage(*characters) if characters else None
    file = discord.File(BytesIO(picture), FILE_NAME) if picture else None
    items: list[ui.Item[Any]] = []
    if file:
        faces = ui.MediaGallery[Any]()
        faces.add_item(media=f"attachment://{FILE_NAME}", description=texts.faces(characters))
        items.append(faces)
    if file and registry.portraits.some_away(characters):
        items.append(ui.TextDisplay(_(PORTRAITS_AWAY)))
    if characters:
        items.append(ui.TextDisplay(texts.numbered(characters, active_id)))
    return ListPanel(heading, items, controls, file)

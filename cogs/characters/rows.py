"""The list of a few characters: a row with the portrait of each."""

from collections.abc import Sequence
from typing import Any

from discord import ui

from characters.model import Character
from characters.registry import Registry
from cogs.characters import texts
from cogs.characters.list_panel import Controls, ListPanel
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Panel
from cogs.characters.ui.pictures import Picture, small_pictures

MOST = 6  # fits on one screen; each portrait without a public URL costs an upload


async def rows(
    registry: Registry,
    heading: str,
    characters: Sequence[Character],
    active_id: str | None,
    controls: Controls,
) -> Panel:
    """The heading, at most six characters, and the menus and buttons."""
    portraits = await small_pictures(registry, characters)
    items: list[ui.Item[Any]] = []
    for character, portrait in zip(characters, portraits, strict=True):
        active = character.char_id == active_id
        items.append(_row(character, portrait, active=active))
        if portrait is None:
            items.append(ui.Separator(visible=False))
    files = [portrait and portrait.file for portrait in portraits]
    return ListPanel(heading, items, controls, *files)


def _row(character: Character, portrait: Picture | None, *, active: bool) -> ui.Item[Any]:
    summary = texts.summary(character, active=active)
    if portrait is None:
        away = f"\n{_(texts.PORTRAIT_AWAY)}" if character.image_path else ""
        return ui.TextDisplay(f"{summary}{away}")
    thumbnail = ui.Thumbnail[Any](portrait.url, description=texts.portrait_of(character))
    return ui.Section[Any](summary, accessory=thumbnail)

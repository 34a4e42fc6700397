"""One character in full, as a message without buttons."""

from io import BytesIO
from typing import Any

import discord
from discord import ui

from characters.model import Character
from cogs.characters import texts
from cogs.characters.sharing_texts import public_description
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Panel
from cogs.characters.ui.pictures import Picture


class SheetPanel(Panel):
    """The sheet; `facts` stand below it.

    Where it is `public`, the player's text can't look like ours, and a portrait that was sent as a
    spoiler is one.
    """

    def __init__(
        self, character: Character, portrait: Picture | None, facts: str, *, public: bool = False
    ) -> None:
        whole = _whole_description(character)
        super().__init__(portrait and portrait.file, whole)
        self.has_files = portrait is not None or whole is not None
        container = ui.Container[Any](accent_colour=discord.Colour.blurple())
        container.add_item(ui.TextDisplay(texts.heading(character)))
        if portrait:
            gallery = ui.MediaGallery[Any]()
            gallery.add_item(
                media=portrait.url,
                description=texts.portrait_of(character),
                spoiler=public and character.has_spoiler,
            )
            container.add_item(gallery)
        elif character.image_path:
            away = texts.PORTRAIT_AWAY if public else texts.PORTRAIT_AWAY_HERE
            container.add_item(ui.TextDisplay(_(away)))
        described = public_description if public else texts.description
        container.add_item(ui.TextDisplay(described(character)))
        if whole:
            container.add_item(ui.TextDisplay(texts.shortened(character)))
            container.add_item(ui.File(whole))
        if facts:
            container.add_item(ui.TextDisplay(facts))
        self.add_item(container)


def _whole_description(character: Character) -> discord.File | None:
    if len(character.description) <= texts.DESCRIPTION_SHOWN:
        return None
    return discord.File(BytesIO(character.description.encode(errors="replace")), "description.txt")

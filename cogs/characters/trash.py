"""What was deleted and can still be restored."""

from typing import Any

import discord
from discord import ui

from characters.model import Character
from characters.registry import Registry
from cogs.characters import trash_texts as texts
from cogs.characters.back import back_button, view_of
from cogs.characters.list_view import START, ListView
from cogs.characters.sheet import restored
from cogs.characters.texts import page_number
from cogs.characters.ui.answers import redraw
from cogs.characters.ui.formatting import line
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import PAGE, OwnedItem, page_buttons
from cogs.characters.ui.panels import Notice, Page, Panel, page_of, row

PER_PAGE = 15  # lines of at most 220 characters: together below Discord's 4,000 in a message


async def trash_page(
    registry: Registry, owner_id: int, number: int = 0, view: ListView = START
) -> Panel:
    """The page of the trash as it is now; the last one if there is no such page.

    A button leads back to this view of the list.
    """
    trashed = await registry.trash(owner_id)
    if not trashed:
        return Notice(texts.EMPTY, back_button(owner_id, view))
    return TrashPage(page_of(trashed, PER_PAGE, number), owner_id, view)


class TrashPage(Panel):
    def __init__(self, page: Page[Character], owner_id: int, view: ListView) -> None:
        super().__init__()
        lines = [texts.TITLE]
        menu = ui.Select[Any](placeholder=texts.CHOOSE)
        for character in page.items:
            lines.append(texts.trashed(character))
            menu.add_option(
                label=line(character.name, 100),
                value=character.char_id,
                description=texts.EARLIER if character.is_earlier_version else None,
            )
        if any(each.is_earlier_version for each in page.items):
            lines.append(texts.EARLIER_RESTORED)
        if page.count > 1:
            lines.append(page_number(page.number, page.count))
        self.add_item(ui.Container(ui.TextDisplay("\n".join(lines))))
        self.add_item(row(Restore.on(menu, owner_id)))
        turns = page_buttons(TurnTrash, owner_id, page)
        self.add_item(row(*turns, back_button(owner_id, view)))


class Restore(OwnedItem, action="restore"):
    async def use(self, interaction: discord.Interaction) -> None:
        registry, view = registry_of(interaction), view_of(interaction)
        await redraw(interaction, await restored(registry, self.owner_id, self.chosen, view))


class TurnTrash(OwnedItem, action="trash", form=PAGE):
    async def use(self, interaction: discord.Interaction) -> None:
        registry, view = registry_of(interaction), view_of(interaction)
        number = int(self.argument)
        await redraw(interaction, await trash_page(registry, self.owner_id, number, view))

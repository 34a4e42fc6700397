"""What was deleted and can still be restored."""

from typing import Any

import discord
from discord import ui

from characters.model import Character
from characters.registry import Registry
from characters.roster import Roster
from cogs.characters import trash_texts as texts
from cogs.characters.back import back_button, view_of
from cogs.characters.list_view import START, ListView
from cogs.characters.sheet import restored
from cogs.characters.texts import page_number
from cogs.characters.ui.answers import redraw
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import PAGE, OwnedItem, page_buttons
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Notice, Page, Panel, page_of, row

PER_PAGE = 10  # lines of at most 350 characters: together below Discord's 4,000 in a message


async def trash_page(
    registry: Registry, owner_id: int, number: int = 0, view: ListView = START
) -> Panel:
    """The page of the trash as it is now; the last one if there is no such page.

    A button leads back to this view of the list.
    """
    trashed = await registry.trash(owner_id)
    if not trashed:
        return Notice(_(texts.EMPTY), back_button(owner_id, view))
    roster = await registry.roster(owner_id)
    deleted_first = sorted(trashed, key=lambda each: each.is_earlier_version)
    return TrashPage(page_of(deleted_first, PER_PAGE, number), roster, owner_id, view)


class TrashPage(Panel):
    """What was deleted, then what characters were before changes, numbered in list and menu."""

    def __init__(
        self, page: Page[Character], roster: Roster, owner_id: int, view: ListView
    ) -> None:
        super().__init__()
        lines, heading = [_(texts.TITLE)], ""
        present = {each.char_id: each for each in roster.characters}
        menu = ui.Select[Any](placeholder=_(texts.CHOOSE))
        for number, character in enumerate(page.items, start=page.number * PER_PAGE + 1):
            is_version = character.is_earlier_version
            if heading != (texts.VERSIONS if is_version else texts.DELETED):
                heading = texts.VERSIONS if is_version else texts.DELETED
                lines.append(_(heading))
            lines.append(texts.trashed(number, character, present.get(character.version_of)))
            menu.add_option(
                label=texts.option(number, character),
                value=character.char_id,
                description=texts.option_description(character),
            )
        if heading == texts.VERSIONS:
            lines.append(_(texts.VERSIONS_RESTORED))
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

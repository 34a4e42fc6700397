"""What was deleted and can still come back."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from characters.model import Character
from characters.registry import Registry
from cogs.characters import texts
from cogs.characters.sheet import sheet
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.messages import Notice, Panel, line, pages_of, redraw, registry_of, row

PER_PAGE = 15  # lines of at most 220 characters, below Discord's 4,000 in a message


async def trash_page(registry: Registry, owner_id: int, page: int = 0) -> Panel:
    """The page of the trash as it is now; a page beyond the end is the last one."""
    trashed = await registry.trash(owner_id)
    if not trashed:
        return Notice(texts.EMPTY_TRASH)
    page, pages, shown = pages_of(trashed, PER_PAGE, page)
    return TrashPage(shown, page, pages, owner_id)


class TrashPage(Panel):
    def __init__(self, shown: Sequence[Character], page: int, pages: int, owner_id: int) -> None:
        super().__init__()
        lines = [texts.TRASH_TITLE, *(texts.trashed(each) for each in shown)]
        if pages > 1:
            lines.append(f"-# {texts.page_of(page, pages)}")
        self.add_item(ui.Container(ui.TextDisplay("\n".join(lines))))
        menu = ui.Select[Any](placeholder=texts.CHOOSE_RESTORE)
        for character in shown:
            menu.add_option(label=line(character.name, 100), value=character.char_id)
        self.add_item(row(Restore.on(menu, owner_id)))
        if pages > 1:
            previous = ui.Button[Any](label=texts.PREVIOUS, disabled=page == 0)
            following = ui.Button[Any](label=texts.NEXT, disabled=page == pages - 1)
            self.add_item(
                row(
                    TurnTrash.on(previous, owner_id, page - 1),
                    TurnTrash.on(following, owner_id, page + 1),
                )
            )


class Restore(OwnedItem, prefix="char:restore"):
    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        character = await registry.restore(self.owner_id, self.item.values[0])
        active = (await registry.roster(self.owner_id)).active_id == character.char_id
        await redraw(
            interaction, await sheet(registry, character, active=active, owner_id=self.owner_id)
        )


class TurnTrash(OwnedItem, prefix="char:trash"):
    async def use(self, interaction: discord.Interaction) -> None:
        await redraw(
            interaction,
            await trash_page(registry_of(interaction), self.owner_id, int(self.argument)),
        )

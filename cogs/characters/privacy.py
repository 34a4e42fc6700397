"""A player decides who may look at the character that they play."""

from typing import Any

import discord
from discord import ui

from characters.registry import Registry
from characters.store.preference_store import Audience
from cogs.characters import privacy_texts as texts
from cogs.characters.sharing import public_sheet
from cogs.characters.ui.answers import redraw
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Notice, Panel, row


async def own_view(registry: Registry, owner_id: int) -> Panel:
    """Says who may look, shows the player what those see, and offers the other decision."""
    audience = await registry.preferences.audience(owner_id)
    if audience is Audience.NOBODY:
        return Notice(_(texts.NOBODY_LOOKS), _button(owner_id, Audience.SERVERS))
    character = await registry.active(owner_id)
    if character is None:
        return Notice(_(texts.NOTHING_TO_SEE), _button(owner_id, Audience.NOBODY))
    panel = await public_sheet(registry, character, _(texts.SERVERS_LOOK))
    panel.add_item(row(_button(owner_id, Audience.NOBODY)))
    return panel


def _button(owner_id: int, audience: Audience) -> "Decide":
    button = ui.Button[Any](label=_(texts.DECISIONS[audience]))
    return Decide.on(button, owner_id, audience.value)


class Decide(OwnedItem, action="privacy", form="|".join(Audience)):
    async def use(self, interaction: discord.Interaction) -> None:
        registry = registry_of(interaction)
        await registry.preferences.set_audience(self.owner_id, Audience(self.argument))
        await redraw(interaction, await own_view(registry, self.owner_id))

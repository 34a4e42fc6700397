"""Ways back from what a player looks at, to the list or to a character."""

import re
from typing import Any

import discord
from discord import ui

from cogs.characters import roster_texts as texts
from cogs.characters.list_view import ARGUMENT, ListView
from cogs.characters.ui.items import DRAWING, PREFIX, owned_id
from cogs.characters.ui.language import _

LIST, OPEN, SEARCH, SHOW = "list", "open", "search", "show"  # actions of items
# Each message of a panel has an item with one of these actions and the view as its argument.
_CARRIER = re.compile(
    rf"{PREFIX}:(?:{LIST}|{OPEN}|{SEARCH}):[0-9]{{1,20}}:(?P<view>{ARGUMENT})(?:{DRAWING})?"
)


def back_button(owner_id: int, view: ListView) -> ui.Button[Any]:
    """Leads to the list, where the player was in it."""
    return ui.Button(label=_(texts.BACK), custom_id=owned_id(LIST, owner_id, view.argument))


def character_button(owner_id: int, char_id: str) -> ui.Button[Any]:
    """Leads to the sheet of a character."""
    return ui.Button(label=_(texts.BACK_TO_CHARACTER), custom_id=owned_id(SHOW, owner_id, char_id))


def view_of(interaction: discord.Interaction) -> ListView:
    """Where in the list the player was, as the message says whose button or form was used."""
    rows = interaction.message.components if interaction.message else []
    for row in rows:
        if isinstance(row, discord.ActionRow):
            for item in row.children:
                if match := _CARRIER.fullmatch(item.custom_id or ""):
                    return ListView.of(match["view"])
    return ListView()

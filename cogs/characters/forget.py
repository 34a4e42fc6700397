"""Removes everything of a player, who may export it first."""

from typing import Any

import discord
from discord import ui

from characters.errors import NotForgotten
from characters.registry import Registry
from cogs.characters import forget_texts as texts
from cogs.characters.back import back_button
from cogs.characters.exporter import ExportAll
from cogs.characters.list_view import START
from cogs.characters.texts import FORM_LATE
from cogs.characters.ui.answers import open_form, redraw
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import PREFIX, OwnedItem
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Notice, Panel
from cogs.characters.ui.submissions import Form, Submission

FORM_ID = f"{PREFIX}:forget"


async def confirmation(registry: Registry, owner_id: int, note: str = "") -> Panel:
    """Says exactly what is kept of the player, and offers to export and to remove it."""
    kept = await registry.kept(owner_id)
    if not any(kept):
        return Notice(_(texts.NOTHING_KEPT), back_button(owner_id, START))
    text = texts.confirmation(kept)
    export = ui.Button[Any](label=_(texts.EXPORT_ALL))
    return Notice(
        f"{note}\n{text}".lstrip(),
        ExportAll.on(export, owner_id),
        _button(owner_id),
        back_button(owner_id, START),
    )


def _button(owner_id: int) -> ui.Item[Any]:
    button = ui.Button[Any](label=_(texts.FORGET), style=discord.ButtonStyle.danger)
    return Forget.on(button, owner_id)


class Forget(OwnedItem, action="forget"):
    also_blocked = True

    async def use(self, interaction: discord.Interaction) -> None:
        if not await open_form(interaction, ForgetForm()):
            leave = back_button(self.owner_id, START)
            await redraw(interaction, Notice(_(FORM_LATE), _button(self.owner_id), leave))


class ForgetForm(Form):
    def __init__(self) -> None:
        super().__init__(_(texts.TITLE), FORM_ID)
        word = ui.TextInput[Any](custom_id="word", placeholder=_(texts.WORD), max_length=20)
        self.add_item(ui.Label(text=_(texts.LABEL, word=_(texts.WORD)), component=word))


async def confirmed(interaction: discord.Interaction, submission: Submission) -> None:
    """Removes everything of the player if they typed the word."""
    registry, owner_id = registry_of(interaction), interaction.user.id
    typed = (submission.text("word") or "")[:100].strip()
    if not texts.is_word(typed):
        note = texts.not_confirmed(typed)
        await redraw(interaction, await confirmation(registry, owner_id, note))
        return
    await registry.admission.admit(owner_id, "forget")
    async with registry.admission.turn(owner_id):
        try:
            lobbies = await registry.forget(owner_id)
        except NotForgotten as error:
            interaction.client.dispatch("lobbies_changed", error.lobbies)
            raise
    await redraw(interaction, Notice(_(texts.FORGOTTEN)))
    interaction.client.dispatch("lobbies_changed", lobbies)

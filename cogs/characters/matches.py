"""Does what a command is for with the character that a player names: one, or one of several."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import discord
from discord import ui

from characters.errors import UnknownCharacter
from characters.model import Character
from characters.roster import Roster
from characters.store.drafts import Draft, Upload
from cogs.characters import exporter, form, match_texts, saving, sharing, texts
from cogs.characters.command_texts import FORMATS
from cogs.characters.sheet import deleted, sheet
from cogs.characters.ui.answers import Refused, answer, redraw
from cogs.characters.ui.formatting import line
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Notice

SHOWN = 25  # options that Discord takes in a menu

Action = Callable[[discord.Interaction, Roster, Character], Awaitable[None]]


async def use(interaction: discord.Interaction, name: str, action: str) -> None:
    """Does one of ACTIONS with the character of this name; where several fit, asks which.

    Raises Refused where none does.
    """
    if action not in ACTIONS:
        raise Refused(_(texts.OUTDATED))
    mine = await registry_of(interaction).roster(interaction.user.id)
    match meant(mine, name):
        case [character]:
            await ACTIONS[action](interaction, mine, character)
        case []:
            raise Refused(match_texts.no_character_called(name))
        case several:
            await answer(interaction, _question(several, name, interaction.user.id, action))


async def use_active(interaction: discord.Interaction, action: str) -> bool:
    """Does one of ACTIONS with the character that is played; False without one."""
    mine = await registry_of(interaction).roster(interaction.user.id)
    if mine.active:
        await ACTIONS[action](interaction, mine, mine.active)
    return mine.active is not None


async def edit_with_file(interaction: discord.Interaction, name: str, file: Upload) -> None:
    """Makes a text file the description of the character of this name; where several fit, asks.

    Raises Refused where none does.
    """
    registry, owner_id = registry_of(interaction), interaction.user.id
    match meant(await registry.roster(owner_id), name):
        case [character]:
            await saving.save(interaction, replace(_unchanged(character), text_upload=file))
        case []:
            raise Refused(match_texts.no_character_called(name))
        case several:
            draft_id = await registry.drafts.keep(owner_id, Draft("", text_upload=file))
            await answer(interaction, _question(several, name, owner_id, f"edit:{draft_id}"))


def meant(mine: Roster, text: str) -> list[Character]:
    """As `Roster.find`; the text may also be a label of ours, which some clients send."""
    labelled = [each for each in mine.characters if text == texts.label(each, alone=False)]
    return labelled or mine.find(text)


def _question(characters: Sequence[Character], name: str, owner_id: int, action: str) -> Notice:
    menu = ui.Select[Any](placeholder=_(match_texts.CHOOSE))
    for each in characters[:SHOWN]:
        gist = texts.gist(each) or None
        menu.add_option(label=line(each.name, 100), value=each.char_id, description=gist)
    question = match_texts.several_match(len(characters), SHOWN, name)
    return Notice(question, Meant.on(menu, owner_id, action))


class Meant(OwnedItem, action="meant", form=r"[a-z-]+(:[0-9a-f]{12})?"):
    """Does what the command was for with the chosen character.

    The argument is one of ACTIONS, and the id of a draft with a file if the command was given one.
    """

    async def use(self, interaction: discord.Interaction) -> None:
        action, _colon, draft_id = self.argument.partition(":")
        if action not in ACTIONS:
            raise Refused(_(texts.OUTDATED))
        mine = await registry_of(interaction).roster(self.owner_id)
        chosen = [each for each in mine.characters if each.char_id == self.chosen]
        if not chosen:
            raise UnknownCharacter
        if draft_id:
            await saving.save(interaction, replace(_unchanged(chosen[0]), earlier_id=draft_id))
        else:
            await ACTIONS[action](interaction, mine, chosen[0])


def _unchanged(character: Character) -> Draft:
    return Draft(character.char_id, character.version, character.name)


async def _show(interaction: discord.Interaction, mine: Roster, character: Character) -> None:
    registry, active = registry_of(interaction), character.char_id == mine.active_id
    panel = await sheet(registry, character, active=active, owner_id=interaction.user.id)
    await redraw(interaction, panel)


async def _share(interaction: discord.Interaction, mine: Roster, character: Character) -> None:
    del mine
    await sharing.share(interaction, character)


async def _play(interaction: discord.Interaction, mine: Roster, character: Character) -> None:
    del mine
    registry, owner_id = registry_of(interaction), interaction.user.id
    character = await registry.activate(owner_id, character.char_id)
    panel = await sheet(registry, character, active=True, owner_id=owner_id)
    await redraw(interaction, panel)


async def _edit(interaction: discord.Interaction, mine: Roster, character: Character) -> None:
    del mine
    await form.show_form(interaction, form.CharacterForm.edit(character))


async def _delete(interaction: discord.Interaction, mine: Roster, character: Character) -> None:
    del mine
    owner_id = interaction.user.id
    character = await registry_of(interaction).delete(owner_id, character.char_id)
    await redraw(interaction, deleted(character, owner_id))


async def _export(
    file_format: str, interaction: discord.Interaction, mine: Roster, character: Character
) -> None:
    del mine
    await exporter.export(interaction, [character], file_format)


ACTIONS: dict[str, Action] = {
    "show": _show,
    "share": _share,
    "play": _play,
    "edit": _edit,
    "delete": _delete,
    **{f"export-{each}": partial(_export, each) for each in FORMATS},
}

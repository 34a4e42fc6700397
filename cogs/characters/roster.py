"""All characters of a player: the list, and the menus and buttons that stand below it."""

import re
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from characters.errors import UnknownCharacter
from characters.model import Character
from characters.registry import Registry
from characters.roster import Roster
from cogs.characters import back, gallery, roster_texts, rows, texts
from cogs.characters.back import view_of
from cogs.characters.form import CharacterForm, show_form
from cogs.characters.import_form import import_button
from cogs.characters.list_view import ARGUMENT, START, ListView, Order
from cogs.characters.search_form import SearchForm
from cogs.characters.sheet import sheet
from cogs.characters.trash import TurnTrash
from cogs.characters.ui.answers import Refused, open_form, redraw, show
from cogs.characters.ui.formatting import line
from cogs.characters.ui.host import registry_of
from cogs.characters.ui.items import OwnedItem
from cogs.characters.ui.language import _
from cogs.characters.ui.panels import Page, Panel, page_of, row
from cogs.characters.ui.submissions import Submission

MOST_OPTIONS = 25  # that Discord takes in a menu


async def roster_page(registry: Registry, owner_id: int, view: ListView = START) -> Panel:
    """The list as it is now; the last page if there is no such page."""
    roster = await registry.roster(owner_id)
    if not roster.characters:
        return EmptyRoster(owner_id)
    limit = registry.roster_limit
    is_full = len(roster.characters) >= limit
    if len(roster.characters) <= rows.MOST:
        heading = texts.roster_heading(roster, limit)
        view, draw = START, rows.rows
        page = page_of(view.characters(roster), rows.MOST, 0)
        controls = [_open_menu(roster, page, owner_id, view)]
        last = [_create_button(owner_id, full=is_full)]
        if is_full:
            last.append(_trash_button(owner_id))
    else:
        found = view.characters(roster)
        heading = texts.roster_heading(roster, limit)
        if view.query:
            heading = roster_texts.found(roster, len(found), view)
        page, draw = page_of(found, gallery.PER_PAGE, view.page), gallery.gallery
        view = view.at(page.number)
        controls = _gallery_menus(roster, page, found, owner_id, view)
        last = _gallery_buttons(owner_id, view, full=is_full)
    if is_full:
        heading += "\n" + roster_texts.full(len(roster.characters), limit)
    return await draw(registry, heading, page.items, roster.active_id, [*controls, row(*last)])


class EmptyRoster(Panel):
    def __init__(self, owner_id: int) -> None:
        super().__init__()
        text = ui.TextDisplay[Any](_(texts.EMPTY_ROSTER))
        self.add_item(ui.Container(text, accent_colour=discord.Colour.blurple()))
        self.add_item(row(_create_button(owner_id), import_button(owner_id)))


def character_menu(
    placeholder: str, characters: Sequence[Character], active_id: str | None
) -> ui.Select[Any]:
    """A menu of characters, which says which one is played; its values are their ids.

    None is chosen beforehand: clients would show the choice also after the message was redrawn.
    """
    menu = ui.Select[Any](placeholder=placeholder)
    for character in characters:
        about = roster_texts.about(character, active=character.char_id == active_id)
        label = line(character.name, 100)
        menu.add_option(label=label, value=character.char_id, description=about or None)
    return menu


def offered_pages(number: int, count: int) -> list[int]:
    """The pages in the menu: all, or the first, the last and those around this one."""
    if count <= MOST_OPTIONS:
        return list(range(count))
    around = MOST_OPTIONS - 2
    start = max(1, min(number - around // 2, count - 1 - around))
    return [0, *range(start, start + around), count - 1]


def _gallery_menus(
    roster: Roster, page: Page[Character], found: Sequence[Character], owner_id: int, view: ListView
) -> list[ui.ActionRow[Any]]:
    menus: list[ui.ActionRow[Any]] = []
    if page.items:
        menus.append(_open_menu(roster, page, owner_id, view, numbered=True))
    if page.count > 1:
        pages = ui.Select[Any](placeholder=roster_texts.turn(page.number, page.count))
        for number in offered_pages(page.number, page.count):
            there = page_of(found, gallery.PER_PAGE, number).items
            pages.add_option(label=roster_texts.page(number, there), value=str(number))
        menus.append(row(Turn.on(pages, owner_id, view.argument)))
    if len(found) > 1:
        orders = ui.Select[Any](placeholder=_(roster_texts.SORTED[view.order]))
        for order, label in roster_texts.ORDERS.items():
            orders.add_option(label=_(label), value=order)
        menus.append(row(Sort.on(orders, owner_id, view.argument)))
    return menus


def _open_menu(
    roster: Roster,
    page: Page[Character],
    owner_id: int,
    view: ListView,
    *,
    numbered: bool = False,
) -> ui.ActionRow[Any]:
    menu = character_menu(_(roster_texts.OPEN), page.items, roster.active_id)
    if numbered:
        for number, option in enumerate(menu.options, start=1):
            option.label = roster_texts.option(number, page.items[number - 1])
    return row(Open.on(menu, owner_id, view.argument))


def _gallery_buttons(owner_id: int, view: ListView, *, full: bool) -> list[ui.Item[Any]]:
    search = Search.on(ui.Button(label=_(roster_texts.SEARCH)), owner_id, view.argument)
    buttons: list[ui.Item[Any]] = [search]
    if view.query:
        everyone = ui.Button[Any](label=_(roster_texts.SHOW_ALL))
        buttons.append(ShowAll.on(everyone, owner_id, view.of_all().argument))
    return [*buttons, _create_button(owner_id, full=full), _trash_button(owner_id)]


def _create_button(owner_id: int, *, full: bool = False) -> ui.Item[Any]:
    button = ui.Button[Any](label=_(texts.CREATE), style=discord.ButtonStyle.primary, disabled=full)
    return Create.on(button, owner_id)


def _trash_button(owner_id: int) -> ui.Item[Any]:
    return TurnTrash.on(ui.Button(label=_(roster_texts.TRASH)), owner_id, 0)


async def searched(
    interaction: discord.Interaction, match: re.Match[str], submission: Submission
) -> None:
    """Lists what was searched for; `match` is that of the form's ID."""
    view = SearchForm.read(match, submission)
    await show(interaction, await roster_page(registry_of(interaction), interaction.user.id, view))


class ListItem(OwnedItem):
    """A button or menu whose argument is a view of the list."""

    @property
    def list_view(self) -> ListView:
        return ListView.of(self.argument)

    async def redraw(self, interaction: discord.Interaction, view: ListView) -> None:
        panel = await roster_page(registry_of(interaction), self.owner_id, view)
        await redraw(interaction, panel)


class Back(ListItem, action=back.LIST, form=ARGUMENT):
    async def use(self, interaction: discord.Interaction) -> None:
        await self.redraw(interaction, self.list_view)


class ShowAll(ListItem, action="show-all", form=ARGUMENT):
    async def use(self, interaction: discord.Interaction) -> None:
        await self.redraw(interaction, self.list_view)


class Turn(ListItem, action="page", form=ARGUMENT):
    async def use(self, interaction: discord.Interaction) -> None:
        if not re.fullmatch("[0-9]{1,6}", self.chosen):
            raise Refused(_(texts.OUTDATED))
        await self.redraw(interaction, self.list_view.at(int(self.chosen)))


class Sort(ListItem, action="sort", form=ARGUMENT):
    async def use(self, interaction: discord.Interaction) -> None:
        if self.chosen not in list(Order):
            raise Refused(_(texts.OUTDATED))
        await self.redraw(interaction, self.list_view.sorted(Order(self.chosen)))


class Search(ListItem, action=back.SEARCH, form=ARGUMENT):
    async def use(self, interaction: discord.Interaction) -> None:
        await open_form(interaction, SearchForm(self.list_view))


class Open(ListItem, action=back.OPEN, form=ARGUMENT):
    """Shows a character in full; that changes nothing."""

    async def use(self, interaction: discord.Interaction) -> None:
        await _open(interaction, self.owner_id, self.chosen)


class Show(OwnedItem, action=back.SHOW):
    """Shows a character again."""

    async def use(self, interaction: discord.Interaction) -> None:
        await _open(interaction, self.owner_id, self.argument)


class Create(OwnedItem, action="create"):
    async def use(self, interaction: discord.Interaction) -> None:
        await show_form(interaction, CharacterForm.create(interaction))


async def _open(interaction: discord.Interaction, owner_id: int, char_id: str) -> None:
    registry = registry_of(interaction)
    roster = await registry.roster(owner_id)
    for each in roster.characters:
        if each.char_id == char_id:
            active, view = char_id == roster.active_id, view_of(interaction)
            panel = await sheet(registry, each, active=active, owner_id=owner_id, view=view)
            await redraw(interaction, panel)
            return
    raise UnknownCharacter

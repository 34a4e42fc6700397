"""The custom_ids of our buttons, menus and forms: they are ours alone, and Discord takes them."""

from typing import Any
from unittest.mock import Mock

import discord
import pytest

from characters.store.drafts import Draft
from cogs.characters import forget, import_form
from cogs.characters.character_items import ITEMS as CHARACTER_ITEMS
from cogs.characters.form import CharacterForm
from cogs.characters.list_view import ListView, Order
from cogs.characters.search_form import SearchForm
from cogs.characters.ui.items import LastingItem, OwnedItem
from cogs.lobby import cog as lobby_cog

LIMIT = 100  # characters that Discord takes in a custom_id
USER = MESSAGE = 2**64 - 1
CHAR_ID, VERSION, DRAFT_ID, SIGNATURE, PAGE = "x" * 64, "a" * 12, "b" * 12, "c" * 12, 10**6 - 1
VIEW = ListView(999_999, Order.NAME, "x" * 1000).searching("x" * 1000)
MENUS = {"open", "page", "sort", "restore", "meant", "lobby-choose", "lobby-remove", "lobby-see"}
ITEMS: list[type[LastingItem]] = [*CHARACTER_ITEMS, *lobby_cog.ITEMS]
# Of the actions that have one.
ARGUMENTS = {
    **dict.fromkeys(("play", "edit", "share", "export", "delete", "undo", "show"), CHAR_ID),
    **dict.fromkeys(("list", "open", "page", "search", "show-all", "sort"), VIEW.argument),
    "star": f"1:{CHAR_ID}",
    "trash": PAGE,
    **dict.fromkeys(("lobby-choose", "lobby-turn"), f"{MESSAGE}:{PAGE}"),
    **dict.fromkeys(("lobby-create", "lobby-close-now", "lobby-keep-open"), MESSAGE),
    "lobby-see": MESSAGE,
    "meant": f"export-pluralkit:{DRAFT_ID}",
    "undo-edit": f"{'d' * 32}:{VERSION}",
    "again": DRAFT_ID,
    "privacy": "servers",
    "import": f"{DRAFT_ID}:{SIGNATURE}:1",
}
THEIRS = (
    *("char:play:1:x", "char:create:1:", "char:form:1::", "char:forget", "gchrs:play:1:x"),
    *("lobby:join:", "lobby:choose:1:2:0", "lobby-join", "play:1:x", "", "gchr", "gchr:"),
)


def largest(kind: type[LastingItem]) -> str:
    item: Any = discord.ui.Select() if kind.action in MENUS else discord.ui.Button(label="x")
    if issubclass(kind, OwnedItem):
        return kind.on(item, USER, ARGUMENTS.get(kind.action, "")).custom_id
    return kind.to(item).custom_id


@pytest.mark.parametrize("kind", ITEMS, ids=lambda kind: kind.action)
def test_the_id_of_an_item_has_our_prefix_and_fits(kind: type[LastingItem]) -> None:
    custom_id = largest(kind)
    assert custom_id.startswith("gchr:")
    assert len(custom_id) <= LIMIT
    template = kind.__discord_ui_compiled_template__
    assert template.fullmatch(custom_id)
    assert not [each for each in THEIRS if template.match(each)]


@pytest.mark.parametrize("kind", ITEMS, ids=lambda kind: kind.action)
async def test_an_item_reads_its_own_argument(kind: type[LastingItem]) -> None:
    custom_id = largest(kind)
    match = kind.__discord_ui_compiled_template__.fullmatch(custom_id)
    assert match
    item: Any = discord.ui.Button(label="x", custom_id=custom_id)
    if kind.action in MENUS:
        item = discord.ui.Select(custom_id=custom_id)
    read = await kind.from_custom_id(Mock(), item, match)
    if isinstance(read, OwnedItem):
        assert read.owner_id == USER
        assert read.argument == str(ARGUMENTS.get(kind.action, ""))
        assert read.form.fullmatch(read.argument)


@pytest.mark.parametrize("kind", ITEMS, ids=lambda kind: kind.action)
def test_two_drawings_of_a_menu_differ(kind: type[LastingItem]) -> None:
    """Where they did not, Discord's clients showed what was chosen in the earlier one."""
    assert (largest(kind) != largest(kind)) == (kind.action in MENUS)


def test_one_id_belongs_to_one_item() -> None:
    for custom_id in map(largest, ITEMS):
        templates = [each.__discord_ui_compiled_template__ for each in ITEMS]
        assert sum(bool(template.fullmatch(custom_id)) for template in templates) == 1


@pytest.mark.parametrize(
    "draft",
    [
        Draft(CHAR_ID, VERSION, "Zed", earlier_id=DRAFT_ID),
        Draft(str(USER), VERSION, "Zed", earlier_id=DRAFT_ID, pending_action=f"keep:{MESSAGE}"),
        Draft(str(USER)),
    ],
)
def test_the_id_of_a_form_has_our_prefix_and_fits_and_is_read_again(draft: Draft) -> None:
    custom_id = CharacterForm(draft).custom_id
    assert custom_id.startswith("gchr:")
    assert len(custom_id) <= LIMIT
    match = CharacterForm.ID.fullmatch(custom_id)
    assert match
    assert match["char_id"] == draft.char_id
    assert match["seen"] == draft.seen
    assert match["draft_id"] == draft.earlier_id
    assert (match["pending_action"] or "") == draft.pending_action


def test_no_form_of_another_program_is_taken_for_ours() -> None:
    assert forget.FORM_ID.startswith("gchr:")
    assert import_form.FORM_ID.startswith("gchr:")
    assert not CharacterForm.ID.match(import_form.FORM_ID)
    assert not [each for each in THEIRS if CharacterForm.ID.match(each)]
    assert forget.FORM_ID not in THEIRS
    assert not CharacterForm.ID.match(forget.FORM_ID)
    custom_id = SearchForm(VIEW).custom_id
    assert custom_id.startswith("gchr:")
    assert len(custom_id) <= LIMIT
    assert SearchForm.ID.fullmatch(custom_id)
    assert not CharacterForm.ID.match(custom_id)
    assert not [each for each in THEIRS if SearchForm.ID.match(each)]

"""The list of many characters: a gallery with pages, search and orders."""

from typing import Any

import pytest
import simcord

from characters.registry import Registry
from cogs.characters import rows
from cogs.characters.gallery import PER_PAGE
from cogs.characters.roster import offered_pages
from tests import images
from tests.people import answer, buttons, choose, components, menu, pictures, read

BACK = "Back to the list"


async def gallery(player: Any, channel: Any, registry: Registry, count: int) -> Any:
    """The list of so many: Hero 00 was created first, and the last one is played."""
    for number in range(count):
        await registry.create(player.id, f"Hero {number:02}")
    return answer(await player.slash(channel, "character list"))


async def turn(player: Any, panel: Any, number: int) -> Any:
    custom_id = menu(panel, "page")["custom_id"]
    result = await player.select(panel.message, [str(number)], custom_id=custom_id)
    assert answer(result).id == panel.id
    return answer(result)


async def search(player: Any, panel: Any, text: str) -> Any:
    form = await player.click(panel.message, label="Search")
    result = await player.submit_modal(form, {"query": text})
    assert answer(result).id == panel.id
    return answer(result)


def plain(panel: Any) -> str:
    return read(panel).replace("\N{NO-BREAK SPACE}", " ")


def names(panel: Any) -> list[str]:
    """Who is on the page, in order, as the menu says."""
    return [each["label"].partition(". ")[2] for each in menu(panel, "open")["options"]]


async def test_up_to_six_are_rows_and_more_are_a_gallery(
    ana: Any, channel: Any, registry: Registry
) -> None:
    few = await gallery(ana, channel, registry, rows.MOST)
    assert "### Hero 00" in read(few)
    await registry.create(ana.id, "One more")
    many = answer(await ana.slash(channel, "character list"))
    assert "### Hero 00" not in read(many)
    assert "**1** One more (🎭 **playing**) · **2** Hero 05" in plain(many)
    assert "**6** Hero 01 · **7** Hero 00" in plain(many)
    assert menu(many, "open")["options"][0]["label"] == "1. One more"


async def test_the_faces_of_a_page_are_one_picture(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await ana.slash(
        channel, "character create", name="Zed", portrait=("a.png", images.png((300, 200)))
    )
    panel = await gallery(ana, channel, registry, 6)
    (picture,) = pictures(panel)
    (file,) = panel.attachments
    assert picture["media"]["url"] == file.url
    assert picture["description"].startswith("Portraits: 1 Hero 05, 2 Hero 04")
    assert images.decode(await file.read()).size == (832, 328)


@pytest.mark.parametrize("wanted", [0, 37, 99])
async def test_anyone_of_a_hundred_is_opened_in_two_choices_and_none_is_played(
    ana: Any, channel: Any, registry: Registry, wanted: int
) -> None:
    panel = await gallery(ana, channel, registry, 100)
    before = await registry.active(ana.id)
    name, choices = f"Hero {wanted:02}", 0
    if name not in names(panel):
        pages = menu(panel, "page")["options"]
        (page,) = (
            int(each["value"])
            for each in pages
            for first, last in [each["label"].partition(": ")[2].split(" … ")]
            if last <= name <= first
        )
        panel, choices = await turn(ana, panel, page), choices + 1
    number = names(panel).index(name) + 1
    sheet = answer(await choose(ana, panel, "open", f"{number}. {name}"))
    choices += 1
    assert choices <= 2
    assert f"## {name}" in read(sheet)
    assert sheet.id == panel.id
    assert await registry.active(ana.id) == before
    back = answer(await ana.click(sheet.message, label=BACK))
    assert name in names(back)


async def test_everyone_is_on_one_page_and_pages_say_who_is_there(
    ana: Any, channel: Any, registry: Registry
) -> None:
    panel = await gallery(ana, channel, registry, 60)
    labels = [each["label"] for each in menu(panel, "page")["options"]]
    assert labels == [
        "1: Hero 59 … Hero 35",
        "2: Hero 34 … Hero 10",
        "3: Hero 09 … Hero 00",
    ]
    seen: list[str] = []
    for number in range(3):
        panel = await turn(ana, panel, number)
        seen += names(panel)
    assert seen == [f"Hero {number:02}" for number in range(59, -1, -1)]


async def test_a_page_that_is_gone_is_the_last_one(
    ana: Any, channel: Any, registry: Registry
) -> None:
    panel = await gallery(ana, channel, registry, PER_PAGE + 1)
    await registry.delete(ana.id, (await registry.roster(ana.id)).characters[-1].char_id)
    turned = await turn(ana, panel, 1)
    assert len(names(turned)) == PER_PAGE
    assert not [each for each in components(turned) if ":page:" in each.get("custom_id", "")]


@pytest.mark.parametrize("count", [1, 24, 25, 26, 27, 40, 1000])
def test_the_menu_of_pages_leads_to_every_page(count: int) -> None:
    reached, new = {0}, {0}
    while new:
        offered = {number: offered_pages(number, count) for number in new}
        for number, pages in offered.items():
            assert len(pages) == len(set(pages)) == min(count, 25)
            assert pages == sorted(pages)
            assert number in pages
        new = {each for pages in offered.values() for each in pages} - reached
        reached |= new
    assert reached == {*range(count)}


async def test_search_sort_and_page_are_kept_through_a_sheet_its_form_and_its_files(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await gallery(ana, channel, registry, 40)
    for number in range(40):
        await registry.create(ana.id, f"Zoë {number:02}")
    panel = answer(await ana.slash(channel, "character list"))
    panel = answer(await choose(ana, panel, "sort", "By name"))
    panel = await turn(ana, await search(ana, panel, "zoë"), 1)
    expected = [f"Zoë {number:02}" for number in range(25, 40)]
    assert names(panel) == expected
    assert "40 of your 80 characters have “zoë” in the name" in read(panel)
    sheet = answer(await choose(ana, panel, "open", "2. Zoë 26"))
    sheet = answer(await ana.click(sheet.message, label="Star"))
    sheet = answer(await ana.click(sheet.message, label="Unstar"))
    sheet = answer(await ana.click(sheet.message, label="Play"))
    files = answer(await ana.click(sheet.message, label="Export"))
    sheet = answer(await ana.click(files.message, label="Back to the character"))
    form = await ana.click(sheet.message, label="Edit")
    told = answer(await ana.submit_modal(form, {"name": "\u3164"}))
    form = await ana.click(told.message, label="Open the form again")
    portrait = ("a.png", images.png())
    sheet = answer(await ana.submit_modal(form, {"name": "Zoë 26", "portrait": portrait}))
    deleted = answer(await ana.click(sheet.message, label="Delete"))
    sheet = answer(await ana.click(deleted.message, label="Undo"))
    back = answer(await ana.click(sheet.message, label=BACK))
    assert back.id == panel.id
    assert names(back) == expected
    trash = answer(await ana.click(back.message, label="Trash"))
    back = answer(await ana.click(trash.message, label=BACK))
    assert names(back) == expected
    everyone = answer(await ana.click(back.message, label="Show all"))
    assert names(everyone)[0] == "Hero 00"
    assert "Show all" not in buttons(everyone)


async def test_a_search_without_a_result_says_so_and_leads_back(
    ana: Any, channel: Any, registry: Registry
) -> None:
    panel = await search(ana, await gallery(ana, channel, registry, 7), "**none**")
    assert "0 of your 7 characters have “\\*\\*none\\*\\*” in the name" in read(panel)
    assert not pictures(panel)
    form = await ana.click(panel.message, label="Search")
    assert "**none**" in str(form.modal)
    found = answer(await ana.submit_modal(form, {"query": "hero 03"}))
    assert names(found) == ["Hero 03"]
    everyone = answer(await ana.submit_modal(await ana.click(found.message, label="Search"), {}))
    assert len(names(everyone)) == 7


@pytest.mark.parametrize(
    "text", ["a:b", "#abcd", "", "  ", "\x00", "%s{}", "\u202e", "😀" * 9, "é" * 19, "@everyone"]
)
async def test_any_search_keeps_the_panel_working(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry, text: str
) -> None:
    await registry.create(ana.id, "a:b #abcd")
    panel = await search(ana, await gallery(ana, channel, registry, 7), text)
    assert read(panel)
    panel = await search(ana, panel, text)
    assert answer(await ana.click(panel.message, label="Trash"))
    back = answer(await ana.click(panel.message, label=BACK))
    assert ("Show all" in buttons(back)) == bool(text.split())
    assert not world.errors


async def test_orders_are_by_use_name_and_creation(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for name in ("Fay", "Bob", "Eve", "Cid", "Ana", "Gus", "Dan"):
        await registry.create(ana.id, name)
    bob = (await registry.roster(ana.id)).find("bob")[0]
    await registry.activate(ana.id, bob.char_id)
    panel = answer(await ana.slash(channel, "character list"))
    assert names(panel) == ["Bob", "Dan", "Gus", "Ana", "Cid", "Eve", "Fay"]
    panel = answer(await choose(ana, panel, "sort", "By name"))
    assert names(panel) == ["Ana", "Bob", "Cid", "Dan", "Eve", "Fay", "Gus"]
    assert menu(panel, "sort")["placeholder"] == "Sorted: by name"
    panel = answer(await choose(ana, panel, "sort", "Newest first"))
    assert names(panel) == ["Dan", "Gus", "Ana", "Cid", "Eve", "Bob", "Fay"]
    sheet = answer(await choose(ana, panel, "open", "7. Fay"))
    await ana.click(sheet.message, label="Star")
    back = answer(await ana.click(sheet.message, label=BACK))
    assert names(back) == ["Fay", "Dan", "Gus", "Ana", "Cid", "Eve", "Bob"]
    assert "**1** Fay ⭐ · **2** Dan" in plain(back)


async def test_no_menu_is_drawn_with_a_choice_or_with_an_earlier_id(
    ana: Any, channel: Any, registry: Registry
) -> None:
    """Discord's clients keep what was chosen in a menu that has the same custom_id."""
    panel = await gallery(ana, channel, registry, 60)
    seen: set[str] = set()
    for number in (0, 1, 1, 0):
        panel = await turn(ana, panel, number)
        menus = [each for each in components(panel) if each["type"] == 3]
        assert len(menus) == 3
        for each in menus:
            assert each["custom_id"] not in seen
            assert str(each["id"]) not in seen
            assert not [option for option in each["options"] if option.get("default")]
            seen |= {each["custom_id"], str(each["id"])}


async def test_a_gallery_without_a_picture_still_lists_everyone(
    ana: Any, channel: Any, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(*_: object) -> None:
        return None

    monkeypatch.setattr(registry.portraits, "collage", none)
    panel = await gallery(ana, channel, registry, 7)
    assert not pictures(panel)
    assert "**7** Hero 00" in plain(panel)


async def test_a_full_gallery_fits_and_says_why(ana: Any, channel: Any, registry: Registry) -> None:
    registry.roster_limit = 30
    for number in range(30):
        character = await registry.create(ana.id, "*" * 78 + f"{number:02}", "_" * 4000)
        await registry.star(ana.id, character.char_id, favourite=True)
    panel = answer(await ana.slash(channel, "character list"))
    panel = await search(ana, panel, "*" * 39)
    text = read(panel)
    assert "You have 30 of 30 characters, so you can't create another one" in text
    assert len(text) <= 4000
    assert sum(1 for _ in components(panel)) <= 40
    assert "Trash" in buttons(panel)


async def test_names_from_right_to_left_keep_their_places(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for number in range(26):
        await registry.create(ana.id, f"زينب {number}")
    panel = answer(await ana.slash(channel, "character list"))
    assert "**1** \u2068زينب 25\u2069 (🎭 **playing**) · **2** \u2068زينب" in plain(panel)
    pages = [each["label"] for each in menu(panel, "page")["options"]]
    assert pages == ["1: \u2068زينب 25\u2069 … \u2068زينب 1\u2069", "2: \u2068زينب 0\u2069"]
    assert pictures(panel)[0]["description"].startswith("Portraits: 1 \u2068زينب 25\u2069, 2 ")
    found = await search(ana, panel, "زينب 2")
    assert "“\u2068زينب 2\u2069” in the name" in plain(found)

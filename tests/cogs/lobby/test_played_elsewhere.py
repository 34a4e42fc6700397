"""What a player changes elsewhere is shown in the open lobbies where they have a seat."""

import asyncio
import time
from typing import Any

import pytest
import simcord

from characters.registry import Registry
from tests.people import answer, components, menu, read
from tests.transfer.imports import tuppers


@pytest.fixture
async def lobby(ana: Any, bob: Any, channel: Any, registry: Registry) -> Any:
    """A lobby in which Bob plays Zed and could play Yan."""
    await registry.create(bob.id, "Yan")
    await registry.create(bob.id, "Zed")
    opened = answer(await ana.slash(channel, "lobby open"))
    await bob.click(opened.message, label="Join")
    assert "### Zed" in read(opened)
    return opened


@pytest.fixture
def elsewhere(world: simcord.Env, lobby: Any) -> Any:
    assert lobby
    return world.guild.create_text_channel("elsewhere")


@pytest.fixture
def heard(world: simcord.Env) -> list[int]:
    """The users of whom the bot hears that their characters have changed."""
    users: list[int] = []

    async def on_characters_changed(user_id: int) -> None:
        users.append(user_id)

    world.bot.add_listener(on_characters_changed)
    return users


async def shows(world: simcord.Env, lobby: Any, text: str) -> None:
    """Waits for what nobody pressed anything for; a redraw may pause, on simcord's clock."""
    for _ in range(300):
        if text in read(lobby):
            return
        await asyncio.to_thread(time.sleep, 0.01)
        await world.advance_time(0.1)
    raise AssertionError(read(lobby))


async def test_who_is_activated(bob: Any, lobby: Any, elsewhere: Any, world: simcord.Env) -> None:
    await bob.slash(elsewhere, "character activate", name="Yan")
    await shows(world, lobby, "### Yan")


async def test_who_is_played_from_the_sheet(
    bob: Any, lobby: Any, elsewhere: Any, world: simcord.Env
) -> None:
    sheet = answer(await bob.slash(elsewhere, "character show", name="Yan"))
    await bob.click(sheet.message, label="Play")
    await shows(world, lobby, "### Yan")


async def test_another_name(bob: Any, lobby: Any, elsewhere: Any, world: simcord.Env) -> None:
    form = await bob.slash(elsewhere, "character edit", name="Zed")
    await bob.submit_modal(form, {"name": "Zed the Old"})
    await shows(world, lobby, "### Zed the Old")


async def test_a_star_is_of_no_interest_to_others(
    bob: Any, lobby: Any, elsewhere: Any, registry: Registry, heard: list[int]
) -> None:
    before = (await registry.lobbies.get(lobby.id)).version
    sheet = answer(await bob.slash(elsewhere, "character show", name="Zed"))
    (star,) = [each for each in components(sheet) if ":star:" in each.get("custom_id", "")]
    await bob.click(sheet.message, custom_id=star["custom_id"])
    assert (await registry.roster(bob.id)).find("Zed")[0].is_favourite
    assert heard == []
    assert (await registry.lobbies.get(lobby.id)).version == before


async def test_an_edit_that_is_undone(
    bob: Any, lobby: Any, elsewhere: Any, world: simcord.Env
) -> None:
    form = await bob.slash(elsewhere, "character edit", name="Zed")
    edited = answer(await bob.submit_modal(form, {"name": "Zed the Old"}))
    await bob.click(edited.message, label="Undo this change")
    await shows(world, lobby, "### Zed\n")


async def test_who_is_changed_by_an_import(
    bob: Any, lobby: Any, elsewhere: Any, world: simcord.Env
) -> None:
    file = ("t.json", tuppers({"name": "zed", "description": "Tall."}))
    planned = answer(await bob.slash(elsewhere, "character import", file=file))
    (update,) = [each for each in components(planned) if each.get("style") == 4]
    await bob.click(planned.message, custom_id=update["custom_id"])
    await shows(world, lobby, "### zed")


async def test_who_is_created(bob: Any, lobby: Any, elsewhere: Any, world: simcord.Env) -> None:
    await bob.slash(elsewhere, "character create", name="Xia")
    await shows(world, lobby, "### Xia")


async def test_who_is_deleted_and_restored(
    bob: Any, lobby: Any, elsewhere: Any, world: simcord.Env
) -> None:
    deleted = answer(await bob.slash(elsewhere, "character delete", name="Zed"))
    await shows(world, lobby, "### Yan")
    await bob.slash(elsewhere, "character delete", name="Yan")
    await shows(world, lobby, "has no character")
    await bob.click(deleted.message, label="Undo")
    await shows(world, lobby, "### Zed")


async def test_who_is_imported(
    bob: Any, lobby: Any, elsewhere: Any, registry: Registry, world: simcord.Env
) -> None:
    for each in (await registry.roster(bob.id)).characters:
        await registry.delete(bob.id, each.char_id)
    file = ("t.json", tuppers({"name": "Xia"}, {"name": "Wim"}))
    planned = answer(await bob.slash(elsewhere, "character import", file=file))
    await bob.click(planned.message, label="Import 2 new")
    await shows(world, lobby, "### Xia")


async def test_what_a_main_bot_changes_through_the_registry(
    world: simcord.Env, bob: Any, lobby: Any, registry: Registry, heard: list[int]
) -> None:
    yan = (await registry.roster(bob.id)).find("Yan")[0]
    await registry.activate(bob.id, yan.char_id)
    await shows(world, lobby, "### Yan")
    assert heard == [bob.id]


async def test_a_closed_lobby_and_one_that_was_left_stay_as_they_are(
    world: simcord.Env, ana: Any, bob: Any, lobby: Any, elsewhere: Any, registry: Registry
) -> None:
    other = answer(await ana.slash(elsewhere, "lobby open"))
    await bob.click(other.message, label="Join")
    await bob.click(other.message, label="Leave")
    await registry.lobbies.close(lobby.id, ana.id)
    before = [(await registry.lobbies.get(each.id)).version for each in (lobby, other)]
    requests = len(world.http_requests)
    await bob.slash(elsewhere, "character activate", name="Yan")
    assert before == [(await registry.lobbies.get(each.id)).version for each in (lobby, other)]
    edited = [each for each in world.http_requests[requests:] if each.method == "PATCH"]
    assert not [each for each in edited if each.path.endswith((str(lobby.id), str(other.id)))]


async def test_the_menu_of_a_lobby_says_that_a_choice_holds_everywhere(
    bob: Any, lobby: Any
) -> None:
    picker = answer(await bob.click(lobby.message, label="Change character"))
    assert "You play **Zed**, in this lobby and everywhere else." in read(picker)
    assert menu(picker)["placeholder"] == "Choose who to play"


async def test_a_reloaded_cog_hears_of_each_change_once(
    world: simcord.Env, bob: Any, lobby: Any, registry: Registry, heard: list[int]
) -> None:
    await world.bot.reload_extension("cogs.characters")
    yan = (await registry.roster(bob.id)).find("Yan")[0]
    await registry.activate(bob.id, yan.char_id)
    await shows(world, lobby, "### Yan")
    assert heard == [bob.id]

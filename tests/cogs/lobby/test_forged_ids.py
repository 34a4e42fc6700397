"""A lobby changes only from its own channel, whatever lobby id a form or a menu names."""

from typing import Any

import pytest
import simcord
from discord.ui import LayoutView

from characters.registry import Registry
from tests.people import answer, buttons, menu, read


@pytest.fixture
def elsewhere(world: simcord.Env, channel: Any) -> Any:
    assert channel.guild is world.guild
    return world.guild.create_text_channel("elsewhere")


async def open_lobby(host: Any, channel: Any) -> Any:
    return answer(await host.slash(channel, "lobby open"))


async def submit_with_action(who: Any, channel: Any, action: str) -> Any:
    """Fills in a form whose custom_id names this action."""
    form = await who.slash(channel, "character create")
    form._interaction.modal["custom_id"] += f"@{action}"
    return await who.submit_modal(form, {"name": "Zed"})


@pytest.mark.parametrize("word", ["join", "keep"])
async def test_a_form_from_another_channel_changes_no_lobby(
    ana: Any, bob: Any, channel: Any, elsewhere: Any, registry: Registry, word: str
) -> None:
    """Found: it deleted anybody's lobby, and joined it."""
    lobby = await open_lobby(ana, channel)
    before = await registry.lobbies.get(lobby.id)
    await submit_with_action(bob, elsewhere, f"{word}:{lobby.id}")
    assert await registry.active(bob.id)  # what was typed is saved all the same
    assert await registry.lobbies.get(lobby.id) == before


async def test_a_menu_from_another_channel_changes_no_lobby(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, elsewhere: Any, registry: Registry
) -> None:
    zed, _ = await registry.create(bob.id, "Zed"), await registry.create(bob.id, "Yan")
    lobby = await open_lobby(ana, channel)
    await bob.click(lobby.message, label="Join")
    before = await registry.lobbies.get(lobby.id)
    picker = answer(await bob.click(lobby.message, label="Change character"))
    place = world.bot.get_channel(elsewhere.id)
    copy = await place.send(view=LayoutView.from_message(picker.message, timeout=None))
    result = await bob.select(copy, [zed.char_id], custom_id=menu(picker)["custom_id"])
    assert "over" in read(result)
    assert await registry.lobbies.get(lobby.id) == before
    active = await registry.active(bob.id)
    assert active
    assert active.name == "Yan"


async def test_a_menu_from_another_channel_shows_nobody(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, elsewhere: Any, registry: Registry
) -> None:
    await registry.create(bob.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await bob.click(lobby.message, label="Join")
    shown = answer(await ana.click(lobby.message, label="Look at…"))
    place = world.bot.get_channel(elsewhere.id)
    copy = await place.send(view=LayoutView.from_message(shown.message, timeout=None))
    result = await ana.select(copy, [str(bob.id)], custom_id=menu(shown)["custom_id"])
    assert "This lobby is over" in read(result)


async def test_a_form_that_names_another_message_of_ours_leaves_it_as_it_is(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    """The id of a shared sheet in the same channel is no lobby."""
    await registry.create(ana.id, "Yan", "A pirate.")
    shared = answer(await ana.slash(channel, "character show", share=True))
    await submit_with_action(bob, channel, f"keep:{shared.id}")
    assert "A pirate." in read(shared)


async def test_the_lobby_still_works_afterwards(
    ana: Any, bob: Any, channel: Any, elsewhere: Any, registry: Registry
) -> None:
    lobby = await open_lobby(ana, channel)
    await submit_with_action(bob, elsewhere, f"join:{lobby.id}")
    await bob.click(lobby.message, label="Join")
    assert (await registry.lobbies.get(lobby.id)).user_ids == [bob.id]
    assert "Leave" in buttons(lobby)
    assert menu(lobby)["options"]

"""Look at…: whoever sees a lobby or a party opens its characters, privately."""

from typing import Any

import pytest
import simcord

from bot import CharacterBot
from characters.registry import Registry
from tests import images
from tests.people import Press, answer, at_once, buttons, components, menu, pictures, read


@pytest.fixture
async def lobby(ana: Any, bob: Any, channel: Any) -> Any:
    """A lobby of Ana's, in which Bob plays Zed."""
    spoiler = ("SPOILER_zed.png", images.png())
    text = "## Hums\nwhen she lies."
    await bob.slash(channel, "character create", name="Zed", description=text, portrait=spoiler)
    opened = answer(await ana.slash(channel, "lobby open"))
    await bob.click(opened.message, label="Join")
    return opened


@pytest.fixture
def cy(world: simcord.Env, channel: Any) -> Any:
    assert channel.guild is world.guild
    return world.guild.add_member(world.create_user("cy"))


async def looking(who: Any, lobby: Any) -> Any:
    result = await who.click(lobby.message, label="Look at…")
    assert result.ephemeral
    return answer(result)


async def see(who: Any, shown: Any, player: Any) -> Any:
    return await who.select(shown.message, [str(player.id)], custom_id=menu(shown)["custom_id"])


async def test_the_menu_names_the_characters_and_their_players(cy: Any, lobby: Any) -> None:
    shown = await looking(cy, lobby)
    (option,) = menu(shown)["options"]
    assert (option["label"], option["description"]) == ("Zed", "Played by bob")


async def test_who_only_watches_sees_the_character_as_it_is_shared(
    bob: Any, cy: Any, lobby: Any
) -> None:
    shown = await looking(cy, lobby)
    await see(cy, shown, bob)
    first, *_ = [each["content"] for each in components(shown) if each["type"] == 10]
    assert first == f"<@{bob.id}> plays:"
    assert "## Zed\n\\#\\# Hums" in read(shown)
    (picture,) = pictures(shown)
    assert picture["spoiler"]
    assert buttons(shown) == {}


async def test_a_drawing_has_a_menu_of_its_own(
    ana: Any, bob: Any, lobby: Any, registry: Registry
) -> None:
    """Discord's clients keep what was chosen in a menu until its custom_id is another one."""
    await registry.create(ana.id, "Yan")
    await ana.click(lobby.message, label="Join")
    shown = await looking(ana, lobby)
    seen = [menu(shown)["custom_id"]]
    for player in (bob, ana):
        await see(ana, shown, player)
        seen.append(menu(shown)["custom_id"])
    assert len({*seen}) == 3
    assert not any(each["default"] for each in menu(shown)["options"])
    assert "## Yan" in read(shown)


async def test_a_session_shows_the_party_as_it_was_at_the_start(
    world: simcord.Env, ana: Any, bob: Any, cy: Any, lobby: Any, registry: Registry
) -> None:
    await ana.click(lobby.message, label="Host: start")
    await registry.create(bob.id, "Yan")
    await world.restart_bot(CharacterBot(registry, shard_count=1))
    shown = await looking(cy, lobby)
    await see(cy, shown, bob)
    assert f"<@{bob.id}> plays in this session:" in read(shown)
    assert "## Zed" in read(shown)


async def test_who_left_is_not_shown_by_a_menu_left_open(
    ana: Any, bob: Any, lobby: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Yan")
    await ana.click(lobby.message, label="Join")
    shown = await looking(ana, lobby)
    await bob.click(lobby.message, label="Leave")
    assert "already left" in read(await see(ana, shown, bob))


async def test_the_characters_of_no_other_lobby_and_of_nobody_else_are_shown(
    world: simcord.Env, ana: Any, bob: Any, cy: Any, lobby: Any, registry: Registry
) -> None:
    """Whatever a menu says that somebody made up."""
    await registry.create(cy.id, "Secret")
    shown = await looking(ana, lobby)
    for value in (str(cy.id), "0", "9" * 40, "Zed"):
        (result,) = await at_once(world, Press(ana, shown, menu(shown)["custom_id"], (value,)))
        assert "already left" in read(result)
    elsewhere = world.guild.create_text_channel("elsewhere")
    other = answer(await ana.slash(elsewhere, "lobby open"))
    await cy.click(other.message, label="Join")
    strange = answer(await cy.click(other.message, label="Look at…"))
    own = menu(strange)["custom_id"]
    (result,) = await at_once(world, Press(cy, strange, own, (str(bob.id),)))
    assert "already left" in read(result)


async def test_a_closed_or_empty_lobby_shows_nobody(
    world: simcord.Env, ana: Any, bob: Any, lobby: Any
) -> None:
    shown = await looking(ana, lobby)
    await bob.click(lobby.message, label="Leave")
    assert buttons(lobby)["Look at…"]["disabled"]
    assert "Nobody is here yet" in read(await see(ana, shown, bob))
    (result,) = await at_once(world, Press(ana, lobby, "gchr:lobby-look"))
    assert "Nobody is here yet" in read(result.followups[0] if result.followups else result)


async def test_who_has_no_character_any_more_is_in_the_menu(
    ana: Any, bob: Any, lobby: Any, registry: Registry
) -> None:
    zed = await registry.active(bob.id)
    await registry.delete(bob.id, zed.char_id)
    shown = await looking(ana, lobby)
    assert menu(shown)["options"][0]["label"] == "No character yet"
    assert "has no character yet" in read(await see(ana, shown, bob))

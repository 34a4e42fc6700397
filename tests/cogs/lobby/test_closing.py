"""Closing a lobby: the host is asked first, privately."""

from typing import Any

import pytest
import simcord

from bot import CharacterBot
from characters.registry import Registry
from tests.people import Press, answer, at_once, buttons, components, read


@pytest.fixture
async def lobby(ana: Any, bob: Any, channel: Any, registry: Registry) -> Any:
    """A lobby of Ana's, in which Bob has a seat."""
    await registry.create(bob.id, "Zed")
    opened = answer(await ana.slash(channel, "lobby open", title="The *Keep*"))
    await bob.click(opened.message, label="Join")
    return opened


async def test_the_host_is_asked_with_the_number_of_players(ana: Any, lobby: Any) -> None:
    result = await ana.click(lobby.message, label="Host: close")
    assert result.ephemeral
    assert "Close **The \\*Keep\\***? 1 player has a seat." in read(result)
    assert list(buttons(answer(result))) == ["Close the lobby", "Keep it open"]
    assert "1 of 8 seats" in read(lobby)


async def test_what_is_kept_open_goes_on(ana: Any, bob: Any, lobby: Any) -> None:
    question = answer(await ana.click(lobby.message, label="Host: close"))
    await ana.click(question.message, label="Keep it open")
    assert read(question) == "The lobby stays open."
    assert buttons(question) == {}
    await bob.click(lobby.message, label="Leave")
    assert "0 of 8 seats" in read(lobby)


async def test_the_question_can_be_answered_after_a_restart(
    world: simcord.Env, ana: Any, lobby: Any, registry: Registry
) -> None:
    question = answer(await ana.click(lobby.message, label="Host: close"))
    await world.restart_bot(CharacterBot(registry, shard_count=1))
    await ana.click(question.message, label="Close the lobby")
    assert read(question) == "The lobby is closed."
    assert f"<@{ana.id}> closed this lobby." in read(lobby)
    assert buttons(lobby) == {}


async def test_nobody_else_is_asked_or_closes_it(
    world: simcord.Env, ana: Any, bob: Any, lobby: Any, registry: Registry
) -> None:
    refused = await bob.click(lobby.message, label="Host: close")
    assert "Only the host can do that" in read(refused)
    question = answer(await ana.click(lobby.message, label="Host: close"))
    close = buttons(question)["Close the lobby"]["custom_id"]
    (theirs,) = await at_once(world, Press(bob, question, close))
    assert "belong to somebody else" in read(theirs)
    assert (await registry.lobbies.get(lobby.id)).state == "open"


async def test_who_is_not_the_host_any_more_does_not_close_it(
    ana: Any, bob: Any, lobby: Any, registry: Registry
) -> None:
    question = answer(await ana.click(lobby.message, label="Host: close"))
    await ana.click(lobby.message, label="Leave")  # Bob is the host now
    refused = await ana.click(question.message, label="Close the lobby")
    assert "Only the host can do that" in read(refused)
    assert (await registry.lobbies.get(lobby.id)).host_id == bob.id


async def test_what_ends_the_lobby_stands_apart_from_what_starts_it(lobby: Any) -> None:
    """In another row, with a line and the menu between them."""
    rows = [each for each in components(lobby) if each["type"] in {1, 14}]
    labels = [[item.get("label") for item in each.get("components", [])] for each in rows]
    start = labels.index(["Host: start"])
    assert labels[start + 1 :] == [[None], [], ["Host: close"]]  # the menu, the line, the button

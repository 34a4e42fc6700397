"""Who has left the server is not started with, and does not stay the host."""

import asyncio
from typing import Any

import discord
import pytest
import simcord

from characters.lobby.session import GameSession
from characters.registry import Registry
from cogs.lobby import members
from tests.people import answer, read


@pytest.fixture
def cy(world: simcord.Env, channel: Any) -> Any:
    assert channel.guild is world.guild
    return world.guild.add_member(world.create_user("cy"))


@pytest.fixture
async def lobby(ana: Any, bob: Any, cy: Any, channel: Any, registry: Registry) -> Any:
    """A lobby of Ana's, in which Ana, Bob and Cy have seats."""
    opened = answer(await ana.slash(channel, "lobby open"))
    for player in (ana, bob, cy):
        await registry.create(player.id, f"Hero of {player.name}")
        await player.click(opened.message, label="Join")
    return opened


@pytest.fixture
def sessions(world: simcord.Env) -> list[GameSession]:
    heard: list[GameSession] = []

    async def on_game_session_start(session: GameSession) -> None:
        heard.append(session)

    world.bot.add_listener(on_game_session_start)
    return heard


def leaves(world: simcord.Env, member: Any) -> None:
    world.backend.remove_member(world.guild.id, member.id)


async def test_who_left_is_named_and_taken_out_and_the_next_press_starts(
    world: simcord.Env, ana: Any, bob: Any, lobby: Any, sessions: list[GameSession]
) -> None:
    leaves(world, bob)
    result = await ana.click(lobby.message, label="Host: start")
    sentence = "Not started yet: **bob** has left this server, so their seat is free again."
    assert sentence in read(result)
    assert not sessions
    assert "2 of 8 seats" in read(lobby)
    await ana.click(lobby.message, label="Host: start")
    assert [each["name"] for each in sessions[0].characters] == ["Hero of ana", "Hero of cy"]


async def test_several_are_named_at_once(
    world: simcord.Env, ana: Any, bob: Any, cy: Any, lobby: Any
) -> None:
    for player in (bob, cy):
        leaves(world, player)
    result = await ana.click(lobby.message, label="Host: start")
    assert "have left this server" in read(result)
    assert "**bob**" in read(result)
    assert "**cy**" in read(result)


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_where_discord_does_not_say_who_is_a_member_the_session_starts(
    world: simcord.Env, ana: Any, lobby: Any, sessions: list[GameSession], status: int
) -> None:
    path = f"/guilds/{world.guild.id}/members/*"
    world.inject_error("GET", path, status=status, code=10004, message="no", times=None)
    await ana.click(lobby.message, label="Host: start")
    assert len(sessions[0].characters) == 3


async def test_a_stranger_asks_discord_nothing(world: simcord.Env, ana: Any, lobby: Any) -> None:
    dan = world.guild.add_member(world.create_user("dan"))
    leaves(world, ana)
    before = len(world.http_requests)
    assert "Only the host can do that" in read(await dan.click(lobby.message, label="Host: start"))
    assert not [each for each in world.http_requests[before:] if "/members/" in each.path]


async def test_where_the_host_has_left_the_longest_seated_player_is_the_host(
    world: simcord.Env, ana: Any, bob: Any, cy: Any, lobby: Any, sessions: list[GameSession]
) -> None:
    leaves(world, ana)
    refused = await cy.click(lobby.message, label="Host: start")  # Bob has been seated longer
    assert "Only the host can do that" in read(refused)
    assert f"Hosted by <@{bob.id}> · 2 of 8" in read(lobby)
    assert f"<@{ana.id}> left, so <@{bob.id}> hosts now." in read(lobby)
    await bob.click(lobby.message, label="Host: start")
    assert sessions[0].host_id == bob.id


async def test_a_host_without_a_seat_is_replaced_too_by_one_who_is_there(
    world: simcord.Env, ana: Any, bob: Any, cy: Any, channel: Any, registry: Registry
) -> None:
    opened = answer(await ana.slash(channel, "lobby open"))
    for player in (bob, cy):
        await registry.create(player.id, "Zed")
        await player.click(opened.message, label="Join")
    for player in (ana, bob):
        leaves(world, player)
    result = await cy.click(opened.message, label="Host: close")
    assert "1 player has a seat" in read(result)
    assert f"Hosted by <@{cy.id}> · 1 of 8" in read(opened)


async def test_who_manages_messages_starts_with_those_who_are_there(
    world: simcord.Env, ana: Any, bob: Any, lobby: Any, sessions: list[GameSession]
) -> None:
    moderators = world.guild.create_role(
        "moderators", permissions=discord.Permissions(manage_messages=True)
    )
    dan = world.guild.add_member(world.create_user("dan"), roles=[moderators])
    leaves(world, ana)
    assert "**ana** has left" in read(await dan.click(lobby.message, label="Host: start"))
    await dan.click(lobby.message, label="Host: start")
    assert sessions[0].host_id == bob.id


@pytest.mark.parametrize("also_a_player", [False, True])
async def test_a_host_without_a_seat_who_left_is_not_named_and_delays_no_start(
    world: simcord.Env,
    ana: Any,
    bob: Any,
    cy: Any,
    channel: Any,
    registry: Registry,
    sessions: list[GameSession],
    *,
    also_a_player: bool,
) -> None:
    moderators = world.guild.create_role(
        "moderators", permissions=discord.Permissions(manage_messages=True)
    )
    dan = world.guild.add_member(world.create_user("dan"), roles=[moderators])
    opened = answer(await ana.slash(channel, "lobby open"))
    for player in (bob, cy):
        await registry.create(player.id, f"Hero of {player.name}")
        await player.click(opened.message, label="Join")
    leaves(world, ana)
    if also_a_player:
        leaves(world, cy)
        sentence = read(await dan.click(opened.message, label="Host: start"))
        assert "**cy** has left this server, so their seat is free again." in sentence
    await dan.click(opened.message, label="Host: start")
    assert sessions[0].host_id == bob.id
    assert len(sessions[0].characters) == 2 - also_a_player


class SilentGuild:
    """A server whose members Discord never tells of."""

    def __init__(self) -> None:
        self.asked = 0

    async def fetch_member(self, user_id: int) -> None:
        self.asked += 1
        await asyncio.Event().wait()
        raise AssertionError(user_id)


def test_discord_may_take_a_bounded_time_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """In real time: simcord's loop has another clock."""
    monkeypatch.setattr(members, "SECONDS", 0.05)
    guild: Any = SilentGuild()
    assert asyncio.run(members.departed(guild, range(1, 26))) == set()
    assert guild.asked == members.AT_ONCE

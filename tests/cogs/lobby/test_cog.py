"""The /lobby command, as hosts and players use it in a simulated Discord."""

import asyncio
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from PIL import ImageColor
from redis.asyncio import Redis

from bot import CharacterBot
from characters.lobby.lobby import Player
from characters.lobby.session import GameSession
from characters.model import Character, PortraitFile
from characters.portraits.assets import thumbnail_of
from characters.portraits.folder import FolderAssets
from characters.portraits.tiles import tile_of
from characters.registry import Registry
from characters.store.characters import CharacterStore
from tests import images
from tests.people import Press, answer, at_once, buttons, components, menu, pictures, read


def member(world: simcord.Env, name: str) -> Any:
    return world.guild.add_member(world.create_user(name))


@pytest.fixture
def cy(world: simcord.Env, channel: Any) -> Any:
    assert channel.guild is world.guild
    return member(world, "cy")


@pytest.fixture
def sessions(world: simcord.Env) -> list[GameSession]:
    """The sessions that the main bot is told of."""
    heard: list[GameSession] = []

    async def on_game_session_start(session: GameSession) -> None:
        heard.append(session)

    world.bot.add_listener(on_game_session_start)
    return heard


async def open_lobby(host: Any, channel: Any, **options: Any) -> Any:
    """The message of a new lobby, which changes with it."""
    return answer(await host.slash(channel, "lobby open", **options))


async def press(who: Any, lobby: Any, label: str) -> Any:
    return await who.click(lobby.message, label=label)


async def remove(who: Any, lobby: Any, player: Any) -> Any:
    return await who.select(lobby.message, [str(player.id)], custom_id=menu(lobby)["custom_id"])


def options(message: Any) -> dict[str, str]:
    """The values of the menu by their labels."""
    return {each["label"]: each["value"] for each in menu(message)["options"]}


def edits(world: simcord.Env, lobby: Any) -> int:
    return sum(
        entry.method == "PATCH" and entry.path.endswith(f"/{lobby.id}")
        for entry in world.http_requests
    )


def privately(result: Any) -> str:
    """The answer that only the user who pressed sees."""
    (message,) = result.followups or [result.response]
    assert result.followups == [] or message._message.flags & 64
    return read(message)


# -- opening ---------------------------------------------------------------------------------------


async def test_a_lobby_says_who_hosts_it_and_how_many_can_play(ana: Any, channel: Any) -> None:
    result = await ana.slash(channel, "lobby open", title="The *Sunken* Keep", seats=5)
    assert not result.ephemeral
    assert "## The \\*Sunken\\* Keep" in read(result)
    assert f"Hosted by <@{ana.id}> · 0 of 5 seats" in read(result)
    assert "Nobody is here yet" in read(result)
    players = ["Join", "Leave", "Change character", "Look at…"]
    assert list(buttons(answer(result))) == [*players, "Host: start", "Host: close"]


async def test_a_lobby_has_eight_seats_unless_the_host_says_so(ana: Any, channel: Any) -> None:
    assert "0 of 8 seats" in read(await open_lobby(ana, channel))


async def test_lobbies_are_for_servers(world: simcord.Env, ana: Any) -> None:
    (sync,) = (entry.json for entry in world.http_requests if entry.path.endswith("/commands"))
    lobby = next(command for command in sync if command["name"] == "lobby")
    assert lobby["contexts"] == [0]
    seats = next(each for each in lobby["options"][0]["options"] if each["name"] == "seats")
    assert (seats["min_value"], seats["max_value"]) == (2, 25)
    assert ana.id


async def test_where_the_message_could_not_be_kept_up_to_date_there_is_no_lobby(
    world: simcord.Env, ana: Any
) -> None:
    denied = {world.guild.default_role: discord.PermissionOverwrite(attach_files=False)}
    channel = world.guild.create_text_channel("quiet", overwrites=denied)
    result = await ana.slash(channel, "lobby open")
    assert result.ephemeral
    assert "permission for me in this channel: **Attach Files**" in read(result)


async def test_while_the_store_is_down_there_is_no_lobby(
    ana: Any, channel: Any, valkey: Redis
) -> None:
    await valkey.config_set("requirepass", "hunter2")
    await valkey.connection_pool.disconnect()
    result = await ana.slash(channel, "lobby open")
    assert result.ephemeral
    assert "only whoever runs this bot can mend it" in read(result)


async def test_five_lobbies_a_minute_are_enough(ana: Any, channel: Any) -> None:
    for _ in range(5):
        await open_lobby(ana, channel)
    assert "a lot in a short time" in read(await open_lobby(ana, channel))


# -- players ---------------------------------------------------------------------------------------


async def test_joining_brings_the_active_character(ana: Any, bob: Any, channel: Any) -> None:
    await bob.slash(channel, "character create", name="Zed", portrait=("zed.png", images.png()))
    lobby = await open_lobby(ana, channel)
    result = await press(bob, lobby, "Join")
    assert not result.followups
    assert f"### Zed\nplayed by <@{bob.id}>" in read(lobby)
    assert "1 of 8 seats" in read(lobby)
    (portrait,) = pictures(lobby)
    assert portrait["description"] == "Portrait of Zed"
    assert images.decode(await lobby.attachments[0].read()).size == (256, 256)
    await press(bob, lobby, "Join")
    assert "1 of 8 seats" in read(lobby)


async def test_leaving_frees_the_seat(ana: Any, bob: Any, channel: Any, registry: Registry) -> None:
    await registry.create(bob.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    await press(bob, lobby, "Leave")
    assert "Zed" not in read(lobby)
    assert "0 of 8 seats" in read(lobby)
    assert "You have no seat in this lobby" in privately(await press(bob, lobby, "Leave"))


async def test_a_player_without_a_character_gets_the_form_and_the_seat_when_it_is_submitted(
    ana: Any, bob: Any, channel: Any
) -> None:
    lobby = await open_lobby(ana, channel)
    form = await press(bob, lobby, "Join")
    assert form.modal["title"] == "Create a character"
    assert "0 of 8 seats" in read(lobby)
    result = await bob.submit_modal(form, {"name": "Zed", "portrait": ("zed.png", images.png())})
    assert result.ephemeral
    assert "## Zed" in read(result)
    assert f"### Zed\nplayed by <@{bob.id}>" in read(lobby)
    assert pictures(lobby)


async def test_the_seat_waits_also_while_a_name_is_refused_and_the_bot_restarts(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    lobby = await open_lobby(ana, channel)
    refused = await bob.submit_modal(await press(bob, lobby, "Join"), {"name": "\u3164"})
    assert "0 of 8 seats" in read(lobby)
    await world.restart_bot(CharacterBot(registry, shard_count=1))
    again = await bob.click(answer(refused).message, label="Open the form again")
    await bob.submit_modal(again, {"name": "Zed"})
    assert f"### Zed\nplayed by <@{bob.id}>" in read(lobby)


async def test_a_character_made_for_a_lobby_that_filled_up_is_kept_and_said_so(
    world: simcord.Env, ana: Any, bob: Any, cy: Any, channel: Any, registry: Registry
) -> None:
    dan = member(world, "dan")
    for player in (ana, cy):
        await registry.create(player.id, "Zed")
    lobby = await open_lobby(ana, channel, seats=2)
    form = await press(bob, lobby, "Join")
    await press(ana, lobby, "Join")
    await press(cy, lobby, "Join")
    assert buttons(lobby)["Join"]["disabled"]
    result = await bob.submit_modal(form, {"name": "Yan"})
    assert "## Yan" in read(result.response)
    assert "Every seat is taken" in privately(result)
    assert (await registry.active(bob.id)).name == "Yan"
    (late,) = await at_once(world, Press(dan, lobby, "gchr:lobby-join"))
    assert "Every seat is taken" in privately(late)
    assert late.modal is None


async def test_change_character_is_private_and_redraws_the_lobby(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    zed = await registry.create(bob.id, "Zed", "A pirate.")
    await registry.create(bob.id, "Yan")
    lobby = await open_lobby(ana, channel)
    assert "You have no seat in this lobby" in read(await press(bob, lobby, "Change character"))
    await press(bob, lobby, "Join")
    assert "### Yan" in read(lobby)
    result = await press(bob, lobby, "Change character")
    assert result.ephemeral
    picker = answer(result)
    assert "You play **Yan**" in read(picker)
    assert [option["label"] for option in menu(picker)["options"]] == ["Yan", "Zed"]
    await bob.select(picker.message, [zed.char_id], custom_id=menu(picker)["custom_id"])
    assert "You play **Zed**" in read(picker)
    assert "### Zed" in read(lobby)
    assert (await registry.active(bob.id)).char_id == zed.char_id
    form = await bob.click(picker.message, label="Create a character")
    await bob.submit_modal(form, {"name": "Xia"})
    assert "### Xia" in read(lobby)
    assert "1 of 8 seats" in read(lobby)


async def test_who_has_left_is_not_seated_by_a_menu_or_form_left_open(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    zed = await registry.create(bob.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    picker = answer(await press(bob, lobby, "Change character"))
    other = answer(await press(bob, lobby, "Change character"))
    form = await bob.click(other.message, label="Create a character")
    await press(bob, lobby, "Leave")
    result = await bob.submit_modal(form, {"name": "Yan"})
    assert "You have no seat" in privately(result)
    chosen = await bob.select(picker.message, [zed.char_id], custom_id=menu(picker)["custom_id"])
    assert "You have no seat" in read(chosen)
    assert "0 of 8 seats" in read(lobby)


async def test_a_full_roster_has_no_room_for_another(
    ana: Any, channel: Any, room_for_one: Registry
) -> None:
    await room_for_one.create(ana.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(ana, lobby, "Join")
    picker = answer(await press(ana, lobby, "Change character"))
    assert buttons(picker)["Create a character"]["disabled"]


async def test_a_hundred_characters_have_pages_of_25_most_recent_first(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    for number in range(100):
        await registry.create(bob.id, f"Zed {number}")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    picker = answer(await press(bob, lobby, "Change character"))
    seen: list[str] = []
    for page in range(4):
        seen += [option["label"] for option in menu(picker)["options"]]
        assert f"Page {page + 1} of 4" in read(picker)
        if page < 3:
            await bob.click(picker.message, label="Next")
    assert seen == [f"Zed {number}" for number in reversed(range(100))]
    assert buttons(picker)["Next"]["disabled"]
    last = menu(picker)["options"][-1]["value"]
    await bob.select(picker.message, [last], custom_id=menu(picker)["custom_id"])
    assert "### Zed 0" in read(lobby)


# -- the host --------------------------------------------------------------------------------------


async def test_the_host_starts_and_the_message_becomes_the_party(
    ana: Any, bob: Any, channel: Any, registry: Registry, sessions: list[GameSession]
) -> None:
    await ana.slash(channel, "character create", name="Ana", portrait=("a.png", images.png()))
    await bob.slash(channel, "character create", name="Zed", portrait=("z.png", images.png()))
    lobby = await open_lobby(ana, channel, title="The Sunken Keep")
    await press(bob, lobby, "Join")
    await press(ana, lobby, "Join")
    await press(ana, lobby, "Host: start")
    assert "The session has started" in read(lobby)
    assert f"1. **Zed**, played by <@{bob.id}>\n2. **Ana**, played by <@{ana.id}>" in read(lobby)
    assert [each["description"] for each in pictures(lobby)] == [
        "Portrait of Zed",
        "Portrait of Ana",
    ]
    assert list(buttons(lobby)) == ["Look at…"]
    (session,) = sessions
    assert (session.session_id, session.channel_id, session.host_id) == (
        lobby.id,
        channel.id,
        ana.id,
    )
    assert session.title == "The Sunken Keep"
    party = await registry.party([bob.id, ana.id])
    assert session.characters == [
        {**character.to_dict(), "user_id": user} for user, character in party.items()
    ]
    assert [each["name"] for each in session.characters] == ["Zed", "Ana"]


async def test_an_empty_lobby_can_not_be_started(
    world: simcord.Env, ana: Any, channel: Any
) -> None:
    lobby = await open_lobby(ana, channel)
    assert buttons(lobby)["Host: start"]["disabled"]
    (result,) = await at_once(world, Press(ana, lobby, "gchr:lobby-start"))
    assert "Nobody has a seat yet" in privately(result)


async def test_a_player_whose_last_character_is_gone_is_shown_and_asked(
    ana: Any, bob: Any, channel: Any, registry: Registry, sessions: list[GameSession]
) -> None:
    zed = await registry.create(bob.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    await registry.delete(bob.id, zed.char_id)
    assert f"<@{bob.id}> has no character" in privately(await press(ana, lobby, "Host: start"))
    assert not sessions
    assert f"<@{bob.id}> ⚠️ has no character: press **Change character** to create one." in read(
        lobby
    )
    form = await press(bob, lobby, "Change character")
    await bob.submit_modal(form, {"name": "Yan"})
    assert "### Yan" in read(lobby)
    await press(ana, lobby, "Host: start")
    assert [each["name"] for each in sessions[0].characters] == ["Yan"]


async def test_the_host_removes_a_player_and_closes(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(bob.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    assert [option["label"] for option in menu(lobby)["options"]] == ["bob"]
    await remove(ana, lobby, bob)
    assert "Zed" not in read(lobby)
    question = answer(await press(ana, lobby, "Host: close"))
    await ana.click(question.message, label="Close the lobby")
    assert f"<@{ana.id}> closed this lobby." in read(lobby)
    assert buttons(lobby) == {}


async def test_who_may_manage_messages_has_the_hosts_powers_and_nobody_else(
    world: simcord.Env,
    ana: Any,
    bob: Any,
    channel: Any,
    registry: Registry,
    sessions: list[GameSession],
) -> None:
    moderators = world.guild.create_role(
        "moderators", permissions=discord.Permissions(manage_messages=True)
    )
    dan = world.guild.add_member(world.create_user("dan"), roles=[moderators])
    for player in (ana, bob):
        await registry.create(player.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(ana, lobby, "Join")
    await press(bob, lobby, "Join")
    for result in (
        await press(bob, lobby, "Host: start"),
        await press(bob, lobby, "Host: close"),
        await remove(bob, lobby, ana),
    ):
        assert "Only the host can do that" in privately(result)
    assert "2 of 8 seats" in read(lobby)
    await remove(dan, lobby, ana)
    await press(dan, lobby, "Host: start")
    assert len(sessions) == 1


async def test_a_host_who_leaves_hands_the_lobby_on(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    for player in (ana, bob):
        await registry.create(player.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(ana, lobby, "Join")
    await press(bob, lobby, "Join")
    await press(ana, lobby, "Leave")
    assert f"Hosted by <@{bob.id}> · 1 of 8" in read(lobby)
    assert f"<@{ana.id}> left, so <@{bob.id}> hosts now." in read(lobby)
    assert "Only the host" in privately(await press(ana, lobby, "Host: close"))
    await press(bob, lobby, "Leave")
    assert "Everybody has left." in read(lobby)


async def test_a_session_of_which_the_main_bot_did_not_hear_is_started_again(
    world: simcord.Env,
    ana: Any,
    channel: Any,
    registry: Registry,
    valkey: Redis,
    sessions: list[GameSession],
) -> None:
    """As after a process that ended between starting the session and announcing it."""
    await registry.create(ana.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(ana, lobby, "Join")
    await press(ana, lobby, "Host: start")
    await valkey.hdel(f"game:lobby:{lobby.id}", "announced")
    await valkey.hset(f"game:lobby:{lobby.id}", "started_at", 1.0)
    await world.bot.get_cog("GameLobby").redraw(channel.id, lobby.id)
    assert "If the game does not begin, press **Host: start** again." in read(lobby)
    await press(ana, lobby, "Host: start")
    assert sessions[0] == sessions[1]
    assert list(buttons(lobby)) == ["Look at…"]


async def test_a_title_has_nothing_that_can_not_be_seen(ana: Any, channel: Any) -> None:
    assert "## Keep 👩\u200d🚀\n" in read(
        await open_lobby(ana, channel, title=" \u202e Keep  👩\u200d🚀 ")
    )
    assert "## Game session\n" in read(await open_lobby(ana, channel, title="\u202e"))


# -- what goes wrong -------------------------------------------------------------------------------


async def test_the_message_is_deleted_while_a_menu_is_open(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    zed = await registry.create(bob.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    picker = answer(await press(bob, lobby, "Change character"))
    world.backend.delete_message(channel.id, lobby.id)
    result = await bob.select(picker.message, [zed.char_id], custom_id=menu(picker)["custom_id"])
    assert "The lobby's message is gone" in read(result.followups[0])
    again = await bob.select(picker.message, [zed.char_id], custom_id=menu(picker)["custom_id"])
    assert "This lobby is over" in read(again)


async def test_the_channel_is_deleted_while_a_menu_is_open(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    zed = await registry.create(bob.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    picker = answer(await press(bob, lobby, "Change character"))
    world.inject_error(
        "PATCH", f"/channels/{channel.id}/*", status=404, code=10003, message="Unknown Channel"
    )
    result = await bob.select(picker.message, [zed.char_id], custom_id=menu(picker)["custom_id"])
    assert "The lobby's message is gone" in read(result.followups[0])
    assert not world.errors


async def test_a_form_submitted_after_the_lobby_is_gone_still_makes_the_character(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    lobby = await open_lobby(ana, channel)
    form = await press(bob, lobby, "Join")
    await registry.lobbies.delete(lobby.id)
    result = await bob.submit_modal(form, {"name": "Zed"})
    assert "This lobby is over" in privately(result)
    assert (await registry.active(bob.id)).name == "Zed"
    assert read(lobby) == "This lobby is over."
    assert not world.errors


async def test_a_bot_that_may_no_longer_edit_says_so_and_catches_up_later(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    for player in (ana, bob):
        await registry.create(player.id, "Zed")
    lobby = await open_lobby(ana, channel)
    world.inject_error(
        "PATCH",
        f"/channels/{channel.id}/*",
        status=403,
        code=50001,
        message="Missing Access",
        times=1,
    )
    assert "I may no longer change the lobby's message" in privately(
        await press(bob, lobby, "Join")
    )
    assert "0 of 8 seats" in read(lobby)
    await press(ana, lobby, "Join")
    assert "2 of 8 seats" in read(lobby)


async def test_a_refusal_is_told_also_where_the_message_can_not_be_changed(
    world: simcord.Env, ana: Any, bob: Any, channel: Any
) -> None:
    lobby = await open_lobby(ana, channel)
    world.inject_error(
        "PATCH", f"/channels/{channel.id}/*", status=403, code=50013, message="Missing", times=None
    )
    before = edits(world, lobby)
    assert "Only the host can do that" in privately(await press(bob, lobby, "Host: close"))
    assert "You have no seat" in privately(await press(bob, lobby, "Leave"))
    assert edits(world, lobby) - before <= 1


@pytest.mark.parametrize(
    ("status", "code", "sentence"), [(400, 50083, "may no longer"), (500, 0, "did not take")]
)
async def test_whatever_discord_refuses_is_a_sentence(
    world: simcord.Env,
    ana: Any,
    channel: Any,
    registry: Registry,
    status: int,
    code: int,
    sentence: str,
) -> None:
    await registry.create(ana.id, "Zed")
    lobby = await open_lobby(ana, channel)
    world.inject_error(
        "PATCH", f"/channels/{channel.id}/*", status=status, code=code, message="no", times=10
    )
    assert sentence in privately(await press(ana, lobby, "Join"))
    assert not world.errors


async def test_portraits_that_discord_refuses_leave_the_names(
    world: simcord.Env, ana: Any, channel: Any
) -> None:
    await ana.slash(channel, "character create", name="Zed", portrait=("zed.png", images.png()))
    lobby = await open_lobby(ana, channel)
    world.inject_error(
        "PATCH", f"/channels/{channel.id}/*", status=413, code=40005, message="too large", times=1
    )
    result = await press(ana, lobby, "Join")
    assert not result.followups
    assert "### Zed" in read(lobby)
    assert not pictures(lobby)


async def test_who_is_forgotten_is_gone_from_the_lobby(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(bob.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    form = await bob.click(
        answer(await bob.slash(channel, "character forget")).message, label="Forget me"
    )
    await bob.submit_modal(form, {"word": "forget"})
    assert "Zed" not in read(lobby)
    assert "0 of 8 seats" in read(lobby)


async def test_after_a_day_of_quiet_a_press_says_it_is_over(
    ana: Any, bob: Any, channel: Any, valkey: Redis
) -> None:
    lobby = await open_lobby(ana, channel)
    await valkey.delete(f"game:lobby:{lobby.id}")
    assert "This lobby is over" in privately(await press(ana, lobby, "Host: close"))
    assert read(lobby) == "This lobby is over."
    assert buttons(lobby) == {}
    assert bob.id


async def test_somebody_elses_menu_is_refused(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    for player in (ana, bob):
        await registry.create(player.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    await press(ana, lobby, "Join")
    picker = answer(await press(bob, lobby, "Change character"))
    world, before = channel._env, await registry.active(bob.id)
    for each in components(picker):
        if custom_id := each.get("custom_id"):
            values = (each["options"][0]["value"],) if each["type"] == 3 else ()
            (result,) = await at_once(world, Press(ana, picker, custom_id, values))
            assert "belong to somebody else" in read(result)
    assert await registry.active(bob.id) == before


@pytest.mark.parametrize("values", [("1",), ("9" * 40,), ("Zed",)])
async def test_a_forged_choice_of_a_player_changes_nothing(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry, values: tuple[str]
) -> None:
    await registry.create(bob.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    custom_id = menu(lobby, "lobby-remove")["custom_id"]
    (result,) = await at_once(world, Press(ana, lobby, custom_id, values))
    assert privately(result)
    assert "1 of 8 seats" in read(lobby)


# -- many ------------------------------------------------------------------------------------------


@pytest.fixture
async def crowd(world: simcord.Env, ana: Any, registry: Registry) -> list[Any]:
    """The host and 24 others, each with two characters: Old … and New …, which is active."""
    everyone = [ana, *(member(world, f"player-{number}") for number in range(1, 25))]
    portraits = await five_portraits(registry)
    for number, player in enumerate(everyone):
        await registry.create(player.id, f"Old {number}")
        await registry.create(player.id, f"New {number}", portrait=portraits[number % 5])
    return everyone


async def five_portraits(registry: Registry) -> list[PortraitFile]:
    pictures = [images.png((300, 300), (number * 50, 100, 200)) for number in range(5)]
    return [(await registry.portraits.keep(source_of(each))).saved for each in pictures]


async def test_25_players_join_leave_change_and_start_at_once(
    world: simcord.Env,
    crowd: list[Any],
    channel: Any,
    registry: Registry,
    sessions: list[GameSession],
) -> None:
    host = crowd[0]
    lobby = await open_lobby(host, channel, seats=25)
    before = edits(world, lobby)
    await at_once(world, *(Press(each, lobby, "gchr:lobby-join") for each in crowd))
    assert "25 of 25 seats" in read(lobby)
    assert edits(world, lobby) - before <= 3
    assert len(lobby.attachments) == 1
    collage = images.decode(await lobby.attachments[0].read())
    assert collage.size == (5 * 168 - 8, 5 * 168 - 8)
    assert collage.convert("RGB").getpixel((80, 140)) != (30, 31, 34)  # not the background

    await world.restart_bot(CharacterBot(registry, shard_count=1))
    sessions.clear()
    world.bot.add_listener(collect(sessions), "on_game_session_start")
    pickers = [answer(await press(each, lobby, "Change character")) for each in crowd[1:6]]
    before = edits(world, lobby)
    await at_once(
        world,
        *(
            Press(each, picker, menu(picker)["custom_id"], (options(picker)[f"Old {number}"],))
            for number, (each, picker) in enumerate(zip(crowd[1:6], pickers, strict=True), start=1)
        ),
        *(Press(each, lobby, "gchr:lobby-leave") for each in crowd[20:]),
    )
    assert "20 of 25 seats" in read(lobby)
    assert all(f"**Old {number}**" in read(lobby) for number in range(1, 6))
    assert all(f"**New {number}**" in read(lobby) for number in range(6, 20))
    assert edits(world, lobby) - before <= 5  # of ten presses

    await world.restart_bot(CharacterBot(registry, shard_count=1))
    world.bot.add_listener(collect(sessions), "on_game_session_start")
    storm = [
        Press(each, lobby, f"gchr:lobby-{dice}")
        for each in crowd[18:]
        for dice in ("join", "leave")
    ]
    results = await at_once(world, *storm[:7], Press(host, lobby, "gchr:lobby-start"), *storm[7:])
    assert all(result.acknowledged for result in results)
    if not sessions:  # players joined and left too fast, and the host was asked to try again
        assert "Please press **Host: start** again" in privately(results[7])
        await press(host, lobby, "Host: start")
    (session,) = sessions
    assert "The session has started" in read(lobby)
    assert read(lobby).count("played by") == len(session.characters)
    assert all(
        f"**{each['name']}**, played by <@{each['user_id']}>" in read(lobby)
        for each in session.characters
    )
    assert list(buttons(lobby)) == ["Look at…"]
    assert not world.errors


def collect(sessions: list[GameSession]) -> Any:
    async def on_game_session_start(session: GameSession) -> None:
        sessions.append(session)

    return on_game_session_start


async def test_a_double_click_on_start_starts_once(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry, sessions: list[GameSession]
) -> None:
    await registry.create(ana.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(ana, lobby, "Join")
    await at_once(world, *[Press(ana, lobby, "gchr:lobby-start")] * 3)
    assert len(sessions) == 1
    assert "The session has started" in read(lobby)


async def test_what_another_process_did_meanwhile_is_shown_as_well(
    world: simcord.Env,
    ana: Any,
    bob: Any,
    channel: Any,
    registry: Registry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another process may edit the message before we do, with a newer state."""
    for player in (ana, bob):
        await registry.create(player.id, "Zed")
    lobby = await open_lobby(ana, channel)
    refresh = import_module("cogs.lobby.refresh")  # as the bot has loaded it just now
    drawn, elsewhere = refresh.lobby_message, [Player(bob.id, "bob")]

    async def meanwhile(*arguments: Any, **options: Any) -> Any:
        panel = await drawn(*arguments, **options)
        if elsewhere:
            await registry.lobbies.join(lobby.id, elsewhere.pop())
        return panel

    monkeypatch.setattr(refresh, "lobby_message", meanwhile)
    await press(ana, lobby, "Join")
    for _ in range(300):
        if "2 of 8 seats" in read(lobby):
            return
        await asyncio.to_thread(time.sleep, 0.01)
        await world.advance_time(0.1)
    raise AssertionError(read(lobby))


async def test_the_longest_names_fit_into_the_fullest_lobby(
    world: simcord.Env, ana: Any, channel: Any, valkey: Redis, sessions: list[GameSession]
) -> None:
    store = CharacterStore(valkey)
    players = [ana, *(member(world, "_" * 31 + chr(65 + number)) for number in range(24))]
    for number, player in enumerate(players):
        await store.create(
            player.id, Character(f"{number:064}", {"name": "*" * 80, "last_used": 1.8e9}), 10
        )
    lobby = await open_lobby(ana, channel, title="*" * 100, seats=25)
    for count in (8, 9, 25):
        await at_once(world, *(Press(each, lobby, "gchr:lobby-join") for each in players[:count]))
        assert sum(1 for _ in components(lobby)) <= 40
        assert len(read(lobby)) <= 4000
        assert f"{count} of 25 seats" in read(lobby)
    await press(ana, lobby, "Host: start")
    assert len(read(lobby)) <= 4000
    assert sessions


async def test_in_one_picture_everybody_has_a_tile_of_their_own(
    world: simcord.Env,
    crowd: list[Any],
    channel: Any,
    valkey: Redis,
    assets: FolderAssets,
    registry: Registry,
) -> None:
    """Also characters with the same id, a broken file, a foreign picture, or a public URL."""
    store, foreign = CharacterStore(valkey), assets.root / "theirs.png"
    foreign.write_bytes(images.png((50, 50), "lime"))
    colours = ["red", "blue", "yellow", "cyan"]
    kept = [
        (await registry.portraits.keep(source_of(images.png((300, 300), colour)))).saved
        for colour in [*colours, colours[0]]  # the last one is for number 4, whose file breaks
    ]
    for number, player in enumerate(crowd[:12]):
        portrait = kept[4 if number == 4 else number % 4]
        record = {
            "name": f"Hero {number}",
            "last_used": 2e9,
            "image_path": portrait.path,
            "image_url": None,
        }
        match number:
            case 4:
                Path(thumbnail_of(portrait.path)).write_bytes(b"broken")
                registry.portraits._thumbnails.drop(thumbnail_of(portrait.path))
            case 5:
                record["image_path"] = str(foreign)
            case 6:
                record |= {"image_path": None, "image_url": "https://example.org/hero.png"}
            case _:
                pass
        await store.create(player.id, Character("hero", record), 10)
    lobby = await open_lobby(crowd[0], channel, seats=12)
    await at_once(world, *(Press(each, lobby, "gchr:lobby-join") for each in crowd[:12]))
    assert "12 of 12 seats taken · full" in read(lobby)
    public, together = pictures(lobby)
    assert public["media"]["url"] == "https://example.org/hero.png"
    assert "4 Hero" in together["description"]
    collage = images.decode(await lobby.attachments[0].read()).convert("RGB")
    order = [
        int(line.split("Hero ")[1].split("**")[0])
        for line in read(lobby).splitlines()
        if "Hero" in line
    ]
    for place, number in enumerate(order):
        tile = collage.getpixel((place % 5 * 168 + 150, place // 5 * 168 + 150))
        plain = number in {4, 5, 6}
        quiet = tile_of(f"Hero {number}").colour
        expected = quiet if plain else ImageColor.getrgb(colours[number % 4])
        assert all(abs(a - b) < 60 for a, b in zip(tile, expected, strict=True)), (number, tile)


def source_of(data: bytes) -> Any:
    async def source() -> bytes:
        return data

    return source


async def test_public_portraits_are_shown_by_url_ten_in_a_gallery(
    world: simcord.Env, crowd: list[Any], channel: Any, valkey: Redis, assets: FolderAssets
) -> None:
    public = FolderAssets(assets.root, "https://example.org/assets")
    registry = Registry(CharacterStore(valkey), public)
    portraits = await five_portraits(registry)
    for number, player in enumerate(crowd):
        await registry.create(player.id, f"Public {number}", portrait=portraits[number % 5])
    await world.restart_bot(CharacterBot(registry, shard_count=1))
    lobby = await open_lobby(crowd[0], channel, seats=25)
    await at_once(world, *(Press(each, lobby, "gchr:lobby-join") for each in crowd))
    assert not lobby.attachments
    galleries = [len(each["items"]) for each in components(lobby) if each["type"] == 12]
    assert galleries == [10, 10, 5]
    assert all(
        each["media"]["url"].startswith("https://example.org/assets/") for each in pictures(lobby)
    )


# -- a main bot ------------------------------------------------------------------------------------


async def test_without_the_characters_cog_it_says_what_to_load() -> None:
    bot = discord.ext.commands.Bot("!", intents=discord.Intents.none())
    with pytest.raises(
        discord.ext.commands.ExtensionFailed,
        match=r"load the extension cogs\.characters before cogs\.lobby",
    ):
        await bot.load_extension("cogs.lobby")


async def test_whom_the_host_removed_can_not_join_again(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    for player in (ana, bob):
        await registry.create(player.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    await remove(ana, lobby, bob)
    assert "has removed you from this lobby" in privately(await press(bob, lobby, "Join"))
    assert "0 of 8 seats" in read(lobby)
    other = await open_lobby(ana, channel)
    await press(bob, other, "Join")
    assert "1 of 8 seats" in read(other)


async def test_who_left_may_join_again(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(bob.id, "Zed")
    lobby = await open_lobby(ana, channel)
    for label in ("Join", "Leave", "Join"):
        await press(bob, lobby, label)
    assert "1 of 8 seats" in read(lobby)


async def test_a_removed_player_without_a_character_gets_no_form(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    zed = await registry.create(bob.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    await remove(ana, lobby, bob)
    await registry.delete(bob.id, zed.char_id)
    result = await press(bob, lobby, "Join")
    assert "has removed you from this lobby" in privately(result)


async def test_a_forgotten_player_is_not_named_among_the_removed(
    ana: Any, bob: Any, channel: Any, registry: Registry, valkey: Redis
) -> None:
    await registry.create(bob.id, "Zed")
    lobby = await open_lobby(ana, channel)
    await press(bob, lobby, "Join")
    await remove(ana, lobby, bob)
    await registry.forget(bob.id)
    fields = await valkey.hgetall(f"game:lobby:{lobby.id}")
    assert str(bob.id).encode() not in b" ".join([*fields, *fields.values()])


async def test_an_error_is_answered_before_the_message_is_redrawn(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    """Redrawing may wait for a store or for Discord, and the player for the answer."""
    await registry.create(ana.id, "Zed")
    lobby = await open_lobby(ana, channel)
    before = len(world.http_requests)
    await press(bob, lobby, "Leave")
    paths = [(each.method, each.path) for each in world.http_requests[before:]]
    told = next(n for n, (_, path) in enumerate(paths) if "/webhooks/" in path)
    drawn = next(n for n, (method, _) in enumerate(paths) if method == "PATCH")
    assert told < drawn

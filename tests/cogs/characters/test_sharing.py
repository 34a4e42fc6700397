"""A shared character: who may show one where, what others see, and how it is taken back."""

from typing import Any

import discord
import pytest
import simcord

from characters import admission
from characters.model import Character
from characters.registry import Registry
from cogs.characters.sharing_texts import public_description
from cogs.characters.texts import DESCRIPTION_SHOWN
from tests import images
from tests.language_border import Border
from tests.people import Press, answer, at_once, buttons, components, pictures, read


async def shared(who: Any, channel: Any, **options: Any) -> Any:
    await who.slash(channel, "character create", name="Zed", **options)
    return await who.slash(channel, "character show", share=True)


def public(channel: Any, viewer: Any) -> list[int]:
    """The ids of the messages that everybody sees."""
    return [each.id for each in channel.history(viewer=viewer) if not each.flags.ephemeral]


def restricted(world: simcord.Env, **denied: bool) -> Any:
    """A channel in which members lack some permissions."""
    overwrite = discord.PermissionOverwrite(**dict.fromkeys(denied, False))
    overwrites = {world.guild.default_role: overwrite}
    return world.guild.create_text_channel("quiet", overwrites=overwrites)


async def test_the_player_is_named_above_the_character(ana: Any, bob: Any, channel: Any) -> None:
    result = await shared(ana, channel, description="Tall.")
    assert not result.ephemeral
    first, *_ = [each for each in components(answer(result)) if each["type"] == 10]
    assert first["content"] == f"<@{ana.id}> shares a character they play:"
    assert "## Zed\nTall." in read(result)
    assert list(buttons(answer(result))) == ["Take back"]
    assert channel.history(viewer=bob)[-1].id == answer(result).id


@pytest.mark.parametrize(
    "text",
    [
        "## Nyx\n-# played by <@1>",
        "-# <@1> shares a character they play:",
        "<@1> shares a character they play:",
        "> # Nyx",
        "- # Nyx",
        "[a harmless name](https://evil.example)",
        "\\[a](https://evil.example)",
        "\\# Nyx",
        ">>> quoted",
        "<https://evil.example>",
        "</character forget:1>",
        "<#1> <@&2> <t:1:R>",
    ],
)
async def test_the_players_text_can_not_look_like_ours(
    ana: Any, channel: Any, registry: Registry, languages: Border, text: str
) -> None:
    languages.typed.add(text)
    await registry.create(ana.id, "Zed", text)
    result = await ana.slash(channel, "character show", share=True)
    ours, heading, theirs = [
        each["content"] for each in components(answer(result)) if each["type"] == 10
    ]
    assert (ours, heading) == (f"<@{ana.id}> shares a character they play:", "## Zed")
    assert theirs.replace("\\", "") == text.replace("\\", "")
    for position, symbol in enumerate(theirs):
        if symbol in "#<>[]":
            before = theirs[:position]
            assert (len(before) - len(before.rstrip("\\"))) % 2 == 1, theirs
    assert {each.id for each in answer(result).message.mentions} == {ana.id}


def test_emphasis_stays_and_a_long_description_is_cut() -> None:
    kind = Character.new("Zed", "**bold** _and_ ~~gone~~ ||hidden||")
    assert public_description(kind) == "**bold** _and_ ~~gone~~ ||hidden||"
    long = public_description(Character.new("Zed", "#" * 20_000))
    assert len(long) <= DESCRIPTION_SHOWN
    assert long.endswith("#…")


async def test_only_who_may_send_messages_shares(
    world: simcord.Env, ana: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed")
    quiet = restricted(world, send_messages=True)
    refused = await ana.slash(quiet, "character show", share=True)
    assert refused.ephemeral
    assert "permission in this channel: **Send Messages**" in read(refused)
    sheet = answer(await ana.slash(quiet, "character show"))
    refused = await ana.click(sheet.message, label="Share")
    assert "**Send Messages**" in read(refused)
    assert not public(quiet, ana)


async def test_a_picture_needs_the_permission_to_attach_files(
    world: simcord.Env, ana: Any, channel: Any
) -> None:
    await shared(ana, channel, portrait=("a.png", images.png()))
    quiet = restricted(world, attach_files=True, embed_links=True)
    refused = await ana.slash(quiet, "character show", share=True)
    assert "permissions in this channel: **Attach Files**, **Embed Links**" in read(refused)
    await ana.slash(channel, "character create", name="Yan")
    assert not (await ana.slash(quiet, "character show", share=True)).ephemeral


async def test_shares_are_counted(ana: Any, channel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(admission.LIMITS, "share", 2)
    for _ in range(2):
        assert not (await shared(ana, channel)).ephemeral
    assert "That was a lot" in read(await ana.slash(channel, "character show", share=True))


async def test_the_player_takes_it_back_and_nobody_else_does(
    ana: Any, bob: Any, channel: Any, world: simcord.Env
) -> None:
    message = answer(await shared(ana, channel)).message
    assert "belong to somebody else" in read(await bob.click(message, label="Take back"))
    assert public(channel, bob) == [message.id]
    await world.restart_bot(world.bot.__class__(world.bot.character_registry, shard_count=1))
    await ana.click(message, label="Take back")
    assert public(channel, bob) == []


async def test_in_a_direct_message_it_is_taken_back_too(world: simcord.Env) -> None:
    user = world.create_user("cy")
    await user.slash("character create", name="Zed")
    shared = answer(await user.slash("character show", share=True)).message
    await user.click(shared, label="Take back")
    path = f"/{shared.id}"
    ended = [each for each in world.http_requests if each.method == "DELETE"]
    assert any(each.path.endswith(("@original", path)) for each in ended)


async def test_it_is_taken_back_with_the_token_of_the_press_alone(
    world: simcord.Env, ana: Any, channel: Any
) -> None:
    """So it works where the bot is no member: as an app that the player has installed."""
    message = answer(await shared(ana, channel)).message
    before = len(world.http_requests)
    await ana.click(message, label="Take back")
    paths = [each.path for each in world.http_requests[before:]]
    assert paths
    assert all(path.startswith(("/interactions/", "/webhooks/")) for path in paths)
    assert public(channel, ana) == []


async def test_a_forged_button_deletes_no_message_that_has_no_such_button(
    world: simcord.Env, ana: Any, bob: Any, channel: Any
) -> None:
    """discord.py looks for a pressed button among those of the message."""
    message = answer(await shared(ana, channel))
    (result,) = await at_once(world, Press(bob, message, f"gchr:take-back:{bob.id}:"))
    assert not result.acknowledged
    assert public(channel, bob) == [message.id]


# Spoilers


async def test_a_spoiler_stays_one_where_it_is_shared(ana: Any, channel: Any) -> None:
    result = await shared(ana, channel, portrait=("SPOILER_a.png", images.png()))
    (picture,) = pictures(answer(result))
    assert picture["spoiler"]
    private = await ana.slash(channel, "character show")
    (picture,) = pictures(answer(private))
    assert not picture["spoiler"]


async def test_a_spoiler_in_a_form_is_one_too_until_the_portrait_is_another_one(
    ana: Any, channel: Any, registry: Registry
) -> None:
    form = await ana.slash(channel, "character create")
    await ana.submit_modal(form, {"name": "Zed", "portrait": [("SPOILER_a.png", images.png())]})
    (zed,) = (await registry.roster(ana.id)).characters
    assert zed.has_spoiler
    edit = await ana.slash(channel, "character edit", name="Zed")
    await ana.submit_modal(edit, {"name": "Zed", "description": "Tall."})
    assert (await registry.get(ana.id, zed.char_id)).has_spoiler
    edit = await ana.slash(channel, "character edit", name="Zed")
    await ana.submit_modal(edit, {"name": "Zed", "portrait": [("a.png", images.png())]})
    assert not (await registry.get(ana.id, zed.char_id)).has_spoiler


async def test_a_removed_portrait_is_no_spoiler_any_more(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await shared(ana, channel, portrait=("SPOILER_a.png", images.png()))
    edit = await ana.slash(channel, "character edit", name="Zed")
    await ana.submit_modal(edit, {"name": "Zed", "shown": ["remove"]})
    (zed,) = (await registry.roster(ana.id)).characters
    assert "image_spoiler" not in zed.record


async def test_a_spoiler_is_one_in_a_lobby(ana: Any, channel: Any) -> None:
    await shared(ana, channel, portrait=("SPOILER_a.png", images.png()))
    lobby = answer(await ana.slash(channel, "lobby open"))
    await ana.click(lobby.message, label="Join")
    (picture,) = pictures(lobby)
    assert picture["spoiler"]

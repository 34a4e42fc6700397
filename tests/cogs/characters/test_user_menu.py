"""Apps → Character in the menu of a member, and the player's decision who may look."""

from contextlib import suppress
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands
from discord.ext import commands
from redis.asyncio import Redis
from simcord import interactions
from simcord.backend import serializers
from simcord.results import InteractionResult

from characters.registry import Registry
from characters.store.block_store import BlockStore
from characters.store.keys import user_keys
from characters.store.preference_store import Audience
from cogs.characters.cog import Characters
from tests import images
from tests.people import Press, answer, at_once, buttons, components, pictures, read

NOT_SHOWN = "They don't show a character."


async def shown_to_servers(registry: Registry, player: Any) -> None:
    await registry.preferences.set_audience(player.id, Audience.SERVERS)


async def test_who_lets_others_look_is_seen_as_shared(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    portrait = ("SPOILER_a.png", images.png())
    await bob.slash(
        channel, "character create", name="Zed", description="## Hums", portrait=portrait
    )
    await shown_to_servers(registry, bob)
    result = await ana.context_menu(channel, "Character", bob)
    assert result.ephemeral
    first, *_ = [each["content"] for each in components(answer(result)) if each["type"] == 10]
    assert first == f"<@{bob.id}> plays:"
    assert "## Zed\n\\#\\# Hums" in read(result)
    assert pictures(answer(result))[0]["spoiler"]
    assert buttons(answer(result)) == {}


async def test_by_default_nobody_looks_and_nobody_learns_whether_there_is_anybody(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    answers = [read(await ana.context_menu(channel, "Character", bob))]
    await registry.create(bob.id, "Zed")
    answers.append(read(await ana.context_menu(channel, "Character", bob)))
    zed = await registry.active(bob.id)
    await shown_to_servers(registry, bob)
    await registry.delete(bob.id, zed.char_id)
    answers.append(read(await ana.context_menu(channel, "Character", bob)))
    assert answers == [NOT_SHOWN] * 3


async def test_who_is_not_a_member_is_not_shown(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    """Discord says of whom the menu was opened whether they are a member."""
    await registry.create(bob.id, "Zed")
    await shown_to_servers(registry, bob)
    user = dict(serializers.user_payload(world.backend.get_user(bob.id)))
    data = {"id": "1", "name": "Character", "type": 2, "target_id": str(bob.id)}
    data["resolved"] = {"users": {str(bob.id): user}}
    record, payload = interactions.base_payload(
        world.backend,
        type=2,
        channel_id=channel.id,
        guild_id=world.guild.id,
        user_id=ana.id,
        data=data,
    )
    world.backend.emit("INTERACTION_CREATE", payload)
    await world.settle()
    assert read(InteractionResult(world, record)) == NOT_SHOWN


async def test_ones_own_menu_says_what_others_see_and_changes_it(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed")
    own = answer(await ana.context_menu(channel, "Character", ana))
    assert "Nobody can look at the character you play" in read(own)
    assert list(buttons(own)) == ["Let members of my servers look"]
    await ana.click(own.message, label="Let members of my servers look")
    assert "They see this:" in read(own)
    assert "## Zed" in read(own)
    assert "## Zed" in read(await bob.context_menu(channel, "Character", ana))
    await ana.click(own.message, label="Let nobody look")
    assert "Nobody can look" in read(own)
    assert read(await bob.context_menu(channel, "Character", ana)) == NOT_SHOWN


async def test_the_command_says_how_it_is_and_changes_it(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry
) -> None:
    assert "Nobody can look" in read(await ana.slash(channel, "character privacy"))
    changed = await ana.slash(channel, "character privacy", look="servers")
    assert changed.ephemeral
    assert "but you have none yet" in read(changed)
    await registry.create(ana.id, "Zed")
    assert "## Zed" in read(await ana.slash(channel, "character privacy"))
    assert "Nobody can look" in read(await ana.slash(channel, "character privacy", look="nobody"))
    stranger = world.create_user("dan")
    assert "Nobody can look" in read(await stranger.slash("character privacy"))


async def test_a_forged_decision_is_refused(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    own = answer(await ana.slash(channel, "character privacy"))
    custom_id = buttons(own)["Let members of my servers look"]["custom_id"]
    (result,) = await at_once(world, Press(bob, own, custom_id))
    assert "belong to somebody else" in read(result)
    assert await registry.preferences.audience(ana.id) is Audience.NOBODY


async def test_the_decision_is_named_and_forgotten(
    ana: Any, channel: Any, registry: Registry, valkey: Redis
) -> None:
    await shown_to_servers(registry, ana)
    asked = answer(await ana.slash(channel, "character forget"))
    assert "- your decision that others may look at who you play" in read(asked)
    form = await ana.click(asked.message, label="Forget me")
    await ana.submit_modal(form, {"word": "forget"})
    note = user_keys(ana.id, cluster=False).forgotten.encode()
    assert await valkey.keys(f"game:*{ana.id}*") == [note]


async def test_who_is_blocked_looks_at_nobody(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(bob.id, "Zed")
    await shown_to_servers(registry, bob)
    await BlockStore(registry._store.client).block(ana.id)
    assert "do not let you use me" in read(await ana.context_menu(channel, "Character", bob))


async def test_the_check_of_the_hosts_tree_holds_for_the_menu(
    world: simcord.Env, ana: Any, bob: Any, channel: Any
) -> None:
    async def refuse(_: discord.Interaction) -> bool:
        return False

    world.bot.tree.interaction_check = refuse
    assert not (await ana.context_menu(channel, "Character", bob)).acknowledged
    assert not world.errors


async def test_it_is_for_servers_whoever_installed_the_bot(world: simcord.Env, ana: Any) -> None:
    (sync,) = (entry.json for entry in world.http_requests if entry.path.endswith("/commands"))
    (menu,) = (each for each in sync if each["name"] == "Character")
    assert (menu["type"], menu["integration_types"], menu["contexts"]) == (2, [0, 1], [0])
    assert ana.id


# -- in another bot --------------------------------------------------------------------------------


def plain_bot() -> Any:
    return commands.Bot("!", intents=discord.Intents.none())


async def theirs(_: discord.Interaction, __: discord.User) -> None: ...


async def test_a_menu_of_our_name_is_named(registry: Registry) -> None:
    bot = plain_bot()
    bot.character_registry = registry
    bot.tree.add_command(app_commands.ContextMenu(name="Character", callback=theirs))
    async with bot:
        with pytest.raises(commands.ExtensionFailed, match="already has a user menu Character"):
            await bot.load_extension("cogs.characters")
        assert bot.tree.get_command("character") is None
        assert not bot.cogs


async def test_it_comes_and_goes_with_the_cog(registry: Registry) -> None:
    bot = plain_bot()
    bot.character_registry = registry
    async with bot:
        for _ in range(2):
            await bot.load_extension("cogs.characters")
            await bot.reload_extension("cogs.characters")
            user = discord.AppCommandType.user
            assert bot.tree.get_command("Character", type=user)
            await bot.unload_extension("cogs.characters")
            assert bot.tree.get_command("Character", type=user) is None


async def test_without_room_for_a_menu_the_commands_are_there(
    registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    bot = plain_bot()
    bot.character_registry = registry
    with suppress(app_commands.CommandLimitReached):
        for number in range(100):
            bot.tree.add_command(app_commands.ContextMenu(name=f"Menu {number}", callback=theirs))
    async with bot:
        await bot.load_extension("cogs.characters")
        assert bot.tree.get_command("character")
        assert "as many as Discord takes" in caplog.text


async def test_a_host_with_commands_in_some_servers_adds_the_menu_there(registry: Registry) -> None:
    bot, guild = plain_bot(), discord.Object(1)
    async with bot:
        cog = Characters(bot, registry)
        await bot.add_cog(cog, guild=guild)
        assert bot.tree.get_commands() == []
        bot.tree.add_command(cog.user_menu, guild=guild)
        assert {each.name for each in bot.tree.get_commands(guild=guild)} == {
            "character",
            "Character",
        }

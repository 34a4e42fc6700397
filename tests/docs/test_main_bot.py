"""The page for developers of main bots: what it shows is run here."""

import asyncio
import time
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from redis.asyncio import Redis

from characters.registry import Registry
from characters.transfer.formats.reading import read as read_file
from tests import images
from tests.docs.pages import names_in
from tests.people import answer, read
from tests.player_input import given

PAGE = "docs/main-bot.md"


async def test_a_main_bot_opens_a_registry_over_its_own_client(
    valkey: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No settings are read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REDIS_URL", "no URL")
    bot = names_in(PAGE, "class MainBot")["MainBot"]("!", intents=discord.Intents(guilds=True))

    async def start(token: str) -> None:
        assert token == "the token"
        async with simcord.run(bot) as world:
            channel = world.create_guild().create_text_channel("general")
            ana = channel.guild.add_member(world.create_user("ana"))
            assert "Ana" in read(await ana.slash(channel, "character create", name="Ana"))
            assert (await bot.character_registry.party([ana.id]))[ana.id].name == "Ana"
            await bot.close()

    bot.start = start
    await names_in(PAGE, "async def run")["run"](bot, valkey, "the token")
    assert not (tmp_path / "data").exists()


async def test_the_commands_are_copied_to_one_server(ana: Any, channel: Any) -> None:
    bot = channel._env.bot
    guild = discord.Object(channel.guild.id)
    await names_in(PAGE, "sync_to_one_server")["sync_to_one_server"](bot, guild)
    assert {each.name for each in bot.tree.get_commands(guild=guild)} >= {"character", "lobby"}
    assert "Ana" in read(await ana.slash(channel, "character create", name="Ana"))


async def test_the_active_character_goes_into_a_prompt_and_an_image(
    ana: Any, registry: Registry, valkey: Redis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASSETS_DIR", str(tmp_path / "assets"))
    prompt_and_image = names_in(PAGE, "prompt_and_image")["prompt_and_image"]
    assert await prompt_and_image("Go.", ana.id, valkey) == ("Go.", None, None)
    portrait, _ = await registry.portraits.keep(given(images.png()))
    character = await registry.create(ana.id, "Ana", "A pirate.", portrait)
    prompt, image, url = await prompt_and_image("Go.", ana.id, valkey)
    assert prompt == f"{character.name}: {character.description}\n\nGo."
    assert images.decode(image).format == "WEBP"
    assert url is None


async def test_a_main_bot_gets_the_session_that_a_host_starts(
    ana: Any, channel: Any, registry: Registry
) -> None:
    bot = channel._env.bot
    await bot.add_cog(names_in(PAGE, "class Games")["Games"](bot))
    await registry.create(ana.id, "Ana the Bold")
    lobby = answer(await ana.slash(channel, "lobby open", title="The Sunken Keep"))
    await ana.click(lobby.message, label="Join")
    await ana.click(lobby.message, label="Host: start")
    expected = f"**The Sunken Keep** begins, with Ana the Bold (<@{ana.id}>)."
    assert channel.last_message.content == expected


async def test_a_privacy_command_exports_and_removes_all_of_a_user(
    ana: Any, channel: Any, registry: Registry
) -> None:
    names = names_in(PAGE, "everything_of")
    await registry.create(ana.id, "Ana")
    deleted = await registry.create(ana.id, "Bob")
    await registry.delete(ana.id, deleted.char_id)
    lobby = answer(await ana.slash(channel, "lobby open"))
    await ana.click(lobby.message, label="Join")
    ((name, archive),) = await names["everything_of"](registry, ana.id)
    assert name.endswith(".zip")
    assert {each.name for each in read_file(archive).characters} == {"Ana", "Bob"}
    await names["remove_everything_of"](channel._env.bot, ana.id)
    for _ in range(500):  # nothing says when an event has been dealt with
        if "This lobby is over" in read(lobby):
            break
        await asyncio.to_thread(time.sleep, 0.01)
    assert "This lobby is over" in read(lobby)
    assert await registry.roster(ana.id) == ([], None)
    assert await registry.trash(ana.id) == []


async def test_a_translator_of_the_main_bot_asks_for_our_texts(world: simcord.Env) -> None:
    translator = names_in(PAGE, "class Translations")["Translations"]()
    await world.bot.tree.set_translator(translator)
    await world.bot.tree.sync()
    (group,) = (each for each in world.http_requests[-1].json if each["name"] == "character")
    (activate,) = (each for each in group["options"] if each["name"] == "activate")
    assert "Charakter" in activate["description_localizations"]["de"]
    assert not activate["name_localizations"]
    own = discord.app_commands.locale_str("Show the weather")
    assert await translator.translate(own, discord.Locale.german, None) == "Zeige das Wetter"

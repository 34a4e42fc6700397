"""The first minute: an empty roster, the form for a file, and a welcome for a whole channel."""

from typing import Any

import discord
import simcord

from bot import CharacterBot
from characters.registry import Registry
from cogs.characters.welcome import Welcome
from tests.people import answer, buttons, read
from tests.transfer.imports import tuppers


async def test_an_empty_roster_says_what_this_is_and_offers_both_ways(
    ana: Any, channel: Any
) -> None:
    for command in ("character list", "character show"):
        result = await ana.slash(channel, command)
        assert "Make a character once, and play it in every game session" in read(result)
        assert list(buttons(answer(result))) == ["Create a character", "Import"]


async def test_a_file_is_imported_by_the_button(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry
) -> None:
    empty = answer(await ana.slash(channel, "character list"))
    await world.restart_bot(CharacterBot(registry, shard_count=1))
    form = await ana.click(empty.message, label="Import")
    assert form.modal["title"] == "Import characters"
    file = ("tuppers.json", tuppers({"name": "Zed"}))
    planned = await ana.submit_modal(form, {"file": [file]})
    assert planned.ephemeral
    assert "Nothing is imported yet" in read(planned)
    await ana.click(answer(planned).message, label="Import 1 new")
    assert [each.name for each in (await registry.roster(ana.id)).characters] == ["Zed"]


async def test_the_form_takes_a_link_and_no_more_than_one_of_both(ana: Any, channel: Any) -> None:
    empty = answer(await ana.slash(channel, "character list"))
    file = [("tuppers.json", tuppers({"name": "Zed"}))]
    for values, sentence in (
        ({}, "Please give a file, or the link to one."),
        ({"file": file, "link": "https://example.org"}, "either a file or a link"),
        ({"link": "ftp://example.org"}, "link"),
    ):
        form = await ana.click(empty.message, label="Import")
        assert sentence in read(await ana.submit_modal(form, values))


async def test_a_welcome_is_for_whoever_presses(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    place = world.bot.get_channel(channel.id)
    assert isinstance(place, discord.TextChannel)
    welcome = await place.send(view=Welcome("## Welcome"))
    await world.restart_bot(CharacterBot(registry, shard_count=1))
    for player in (ana, bob):
        form = await player.click(welcome, label="Create a character")
        result = await player.submit_modal(form, {"name": f"Hero of {player.name}"})
        assert result.ephemeral
        mine = await player.click(welcome, label="Your characters")
        assert mine.ephemeral
        assert f"Hero of {player.name}" in read(mine)

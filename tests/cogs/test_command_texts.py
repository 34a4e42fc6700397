"""The texts of the command tree, in the languages of Discord's clients."""

from collections.abc import Iterator
from typing import Any

import discord
import simcord
from discord import app_commands

from tests.pseudo_language import PLAYER, plain

GROUPS = {"character", "lobby"}
SUBCOMMANDS = {1, 2}  # types of options
MOST = 8000  # letters that Discord takes in a command: each text in its longest language


def commands(world: simcord.Env) -> list[dict[str, Any]]:
    """The commands as the bot has registered them."""
    (request,) = (each for each in world.http_requests if each.method == "PUT")
    assert isinstance(request.json, list)
    return request.json


def parts(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The command, its subcommands, their options and choices."""
    yield command
    for each in [*command.get("options", []), *command.get("choices", [])]:
        yield from parts(each)


def longest(part: dict[str, Any]) -> int:
    return sum(
        max(map(len, [part.get(key) or "", *(part.get(f"{key}_localizations") or {}).values()]))
        for key in ("name", "description")
    ) + len(str(part.get("value", "")))


async def test_all_texts_are_translated_and_no_name_of_a_command(world: simcord.Env) -> None:
    found = [each for command in commands(world) for each in parts(command)]
    for part in found:
        names = part.get("name_localizations") or {}
        is_command = "type" not in part or part["name"] in GROUPS | {"Character"}
        if "value" in part:  # a choice
            assert plain(names[PLAYER]) == part["name"]
        elif is_command or part["type"] in SUBCOMMANDS:
            assert not names, part["name"]
        else:
            assert plain(names[PLAYER]) == part["name"]
        if part.get("description"):
            translation = part["description_localizations"][PLAYER]
            assert plain(translation) == part["description"]
            assert len(translation) <= 100
    assert len(found) == 40


async def test_each_command_has_room_in_a_longer_language(world: simcord.Env) -> None:
    for command in commands(world):
        assert sum(map(longest, parts(command))) <= MOST


async def test_the_bot_gets_a_translator_where_it_has_none(world: simcord.Env) -> None:
    tree = world.bot.tree
    assert type(tree.translator).__name__ == "CommandTranslator"  # the cogs may be imported anew
    await world.bot.unload_extension("cogs.lobby")
    await world.bot.unload_extension("cogs.characters")
    assert tree.translator is None


async def test_a_translator_of_the_host_stays(world: simcord.Env) -> None:
    class Own(app_commands.Translator):
        async def translate(self, string: Any, locale: discord.Locale, context: Any) -> None:
            del string, locale, context

    tree, own = world.bot.tree, Own()
    await world.bot.unload_extension("cogs.lobby")
    await world.bot.unload_extension("cogs.characters")
    await tree.set_translator(own)
    await world.bot.load_extension("cogs.characters")
    assert tree.translator is own
    await world.bot.unload_extension("cogs.characters")
    assert tree.translator is own

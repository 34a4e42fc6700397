"""Our cogs in another bot: its checks, error handlers, names, registry and listeners."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands
from discord.ext import commands

from characters.registry import Registry
from cogs.characters.cog import Characters
from cogs.characters.ui.submissions import Submission
from tests.people import answer, buttons, menu, read

ROOT = Path(__file__).parents[2]
NOT_TODAY = "Not today."
COMMANDS = {"character": "list", "lobby": "open"}


class NotToday(app_commands.CheckFailure):
    """What the host raises."""


async def say_not_today(interaction: discord.Interaction) -> bool:
    await interaction.response.send_message(NOT_TODAY, ephemeral=True)
    return False


async def raise_not_today(_: discord.Interaction) -> bool:
    raise NotToday


async def refuse(_: discord.Interaction) -> bool:
    return False


async def handle(interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
    """The host's handler, which knows no answers of ours."""
    assert isinstance(error, app_commands.CheckFailure)
    await interaction.response.send_message(NOT_TODAY, ephemeral=True)


async def use_everything(ana: Any, channel: Any, world: simcord.Env, check: Any) -> list[str]:
    """A button, a menu, a form and a lobby's button, opened before the host has this check."""
    await ana.slash(channel, "character create", name="Zed")
    sheet = answer(await ana.slash(channel, "character show"))
    roster = answer(await ana.slash(channel, "character list"))
    form = await ana.slash(channel, "character create")
    lobby = answer(await ana.slash(channel, "lobby open"))
    world.bot.tree.interaction_check = check
    option = menu(roster)["options"][0]["value"]
    results = [
        await ana.click(sheet.message, label="Delete"),
        await ana.select(roster.message, [option], custom_id=menu(roster)["custom_id"]),
        await ana.submit_modal(form, {"name": "Yan"}),
        await ana.click(lobby.message, label="Join"),
        await ana.slash(channel, "character delete", name="Zed"),
    ]
    assert "0 of 8 seats" in read(lobby)
    assert not world.errors
    return [read(each) if each.response or each.followups else "" for each in results]


async def test_the_check_of_the_hosts_tree_holds_for_buttons_menus_and_forms(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry
) -> None:
    assert await use_everything(ana, channel, world, say_not_today) == [NOT_TODAY] * 5
    assert [each.name for each in (await registry.roster(ana.id)).characters] == ["Zed"]


async def test_a_silent_refusal_of_the_hosts_tree_is_not_answered_by_us(
    world: simcord.Env, ana: Any, channel: Any
) -> None:
    assert await use_everything(ana, channel, world, refuse) == [""] * 5


async def test_an_error_of_the_hosts_check_goes_to_the_hosts_handler(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry
) -> None:
    world.bot.tree.error(handle)
    assert await use_everything(ana, channel, world, raise_not_today) == [NOT_TODAY] * 5
    assert [each.name for each in (await registry.roster(ana.id)).characters] == ["Zed"]


@pytest.mark.parametrize("group", ["character", "lobby"])
@pytest.mark.parametrize("check", [refuse, raise_not_today])
async def test_a_check_added_to_our_commands_is_answered_by_the_hosts_handler_alone(
    world: simcord.Env, ana: Any, channel: Any, group: str, check: Any
) -> None:
    world.bot.tree.error(handle)
    with added_check(world, group, check) as command:
        result = await ana.slash(channel, command)
    assert read(result) == NOT_TODAY
    assert not result.followups


@pytest.mark.parametrize("group", ["character", "lobby"])
async def test_a_check_added_to_our_commands_is_one_sentence_where_the_host_has_no_handler(
    world: simcord.Env, ana: Any, channel: Any, group: str, caplog: pytest.LogCaptureFixture
) -> None:
    del world.bot.tree.on_error  # simcord's; the default one of discord.py is left
    with added_check(world, group, refuse) as command:
        result = await ana.slash(channel, command)
    assert read(result) == "You can't use this command here right now."
    assert result.ephemeral
    assert "failed" not in caplog.text


@contextmanager
def added_check(world: simcord.Env, group: str, check: Any) -> Generator[str, None, None]:
    """A command of the group to which the host has added the check."""
    command = world.bot.tree.get_command(group).get_command(COMMANDS[group])
    command.add_check(check)
    yield command.qualified_name
    command.remove_check(check)  # commands share their checks with those of other bots


@pytest.mark.parametrize(
    "custom_id", ["char:form:1::", "lobby:open", "gchr:later", "somebody:else"]
)
async def test_the_fields_of_a_form_that_is_not_ours_are_not_even_read(
    world: simcord.Env,
    ana: Any,
    channel: Any,
    monkeypatch: pytest.MonkeyPatch,
    custom_id: str,
) -> None:
    def fail(_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Submission, "text", fail)
    monkeypatch.setattr(Submission, "_fields", property(fail))
    shown = await ana.slash(channel, "character create")
    shown._interaction.modal["custom_id"] = custom_id
    result = await ana.submit_modal(shown, {"name": "Zed"})
    assert not result.acknowledged
    assert not world.errors


async def test_a_hosts_view_with_other_ids_is_the_hosts_alone(
    world: simcord.Env, ana: Any, channel: Any
) -> None:
    pressed: list[str] = []

    class Theirs(discord.ui.View):
        @discord.ui.button(label="Join", custom_id="lobby:join:")
        async def join(self, interaction: discord.Interaction, _: Any) -> None:
            pressed.append("join")
            await interaction.response.send_message("Theirs.")

    view = Theirs(timeout=None)
    world.bot.add_view(view)
    message = await world.bot.get_channel(channel.id).send(view=view)
    result = await ana.click(message, label="Join")
    assert read(result) == "Theirs."
    assert pressed == ["join"]


# -- names -----------------------------------------------------------------------------------------


def plain_bot() -> Any:
    return commands.Bot("!", intents=discord.Intents.none())


async def load(bot: Any, registry: Registry, extension: str) -> None:
    bot.character_registry = registry
    if extension == "cogs.lobby":
        await bot.load_extension("cogs.characters")
    await bot.load_extension(extension)


@pytest.mark.parametrize(
    ("extension", "command"), [("cogs.characters", "character"), ("cogs.lobby", "lobby")]
)
async def test_a_command_of_our_name_is_named(
    registry: Registry, extension: str, command: str
) -> None:
    bot = plain_bot()

    @bot.tree.command(name=command, description="Theirs.")
    async def theirs(_: discord.Interaction) -> None: ...

    async with bot:
        with pytest.raises(
            commands.ExtensionFailed,
            match=f"already has a command /{command}: rename or remove it, then load {extension}",
        ):
            await load(bot, registry, extension)


@pytest.mark.parametrize(
    ("extension", "name"), [("cogs.characters", "GameCharacters"), ("cogs.lobby", "GameLobby")]
)
async def test_a_cog_of_our_name_is_named(registry: Registry, extension: str, name: str) -> None:
    bot = plain_bot()
    theirs = type("Theirs", (commands.Cog,), {}, name=name)
    async with bot:
        await bot.add_cog(theirs())
        with pytest.raises(
            commands.ExtensionFailed,
            match=f"already has a cog named {name}: rename or remove it, then load {extension}",
        ):
            await load(bot, registry, extension)


async def test_cogs_and_commands_of_other_names_are_left_alone(registry: Registry) -> None:
    bot = plain_bot()
    bot.registry = "theirs"
    async with bot:
        await bot.add_cog(type("Characters", (commands.Cog,), {})())
        await bot.add_cog(type("Theirs", (commands.Cog,), {}, name="lobby")())
        await load(bot, registry, "cogs.lobby")
        assert sorted(bot.cogs) == ["Characters", "GameCharacters", "GameLobby", "lobby"]
        assert bot.registry == "theirs"


async def test_our_cogs_can_be_loaded_again(registry: Registry) -> None:
    bot = plain_bot()
    async with bot:
        await load(bot, registry, "cogs.lobby")
        bot.tree.copy_global_to(guild=discord.Object(1))
        await bot.reload_extension("cogs.characters")
        await bot.reload_extension("cogs.lobby")


@pytest.mark.parametrize("extension", ["cogs.characters", "cogs.lobby"])
@pytest.mark.parametrize("file", ["characters.py", "characters/__init__.py"])
def test_another_module_named_characters_is_named(
    tmp_path: Path, extension: str, file: str
) -> None:
    theirs = tmp_path / file
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("HEROES = []\n")
    code = f"import sys; sys.path.insert(1, {str(ROOT)!r}); import {extension}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: The cogs need the module `characters` of")
    assert f"Python finds {theirs}: rename that file or folder." in last


# -- the registry ----------------------------------------------------------------------------------


async def test_the_cog_takes_a_registry_and_offers_it_to_the_lobby(registry: Registry) -> None:
    bot = plain_bot()
    async with bot:
        await bot.add_cog(Characters(bot, registry))
        assert bot.character_registry is registry
        await bot.load_extension("cogs.lobby")
        await bot.remove_cog("GameCharacters")
        assert bot.character_registry is None


# -- what listeners hear ---------------------------------------------------------------------------


@pytest.fixture
def heard(world: simcord.Env) -> list[tuple[str, Any, Any]]:
    """The events of the characters cog, with their arguments."""
    events: list[tuple[str, Any, Any]] = []

    async def on_character_saved(user_id: int, character: dict[str, Any]) -> None:
        events.append(("saved", user_id, character))

    async def on_character_pending_action(interaction: Any, action: str) -> None:
        events.append(("pending", interaction.user.id, action))

    world.bot.add_listener(on_character_saved)
    world.bot.add_listener(on_character_pending_action)
    return events


async def test_whoever_listens_hears_of_every_saved_character(
    ana: Any, channel: Any, registry: Registry, heard: list[tuple[str, Any, Any]]
) -> None:
    await ana.slash(channel, "character create", name="Zed")
    await ana.submit_modal(await ana.slash(channel, "character create"), {"name": "Yan"})
    edited = await ana.slash(channel, "character edit", name="Yan")
    await ana.submit_modal(edited, {"name": "Yanna"})
    assert [(event, user, each["name"]) for event, user, each in heard] == [
        ("saved", ana.id, "Zed"),
        ("saved", ana.id, "Yan"),
        ("saved", ana.id, "Yanna"),
    ]
    yanna = await registry.active(ana.id)
    assert yanna
    assert heard[-1][2] == yanna.to_dict()


async def test_a_character_that_is_not_saved_is_no_event(
    ana: Any, channel: Any, heard: list[tuple[str, Any, Any]]
) -> None:
    told = await ana.slash(channel, "character create", name="\u200b")
    assert list(buttons(answer(told))) == ["Open the form again", "Back to the list"]
    assert heard == []


async def test_what_a_form_has_still_to_do_is_an_event_of_its_own(
    ana: Any, bob: Any, channel: Any, heard: list[tuple[str, Any, Any]]
) -> None:
    lobby = answer(await ana.slash(channel, "lobby open"))
    form = await bob.click(lobby.message, label="Join")
    await bob.submit_modal(form, {"name": "Zed"})
    assert [event for event, _, _ in heard] == ["saved", "pending"]
    assert heard[1] == ("pending", bob.id, f"join:{lobby.id}")
    assert "### Zed" in read(lobby)

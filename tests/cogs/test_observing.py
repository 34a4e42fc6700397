"""What players do is in the metrics, and what is logged of it names the interaction."""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from aiohttp import ClientSession
from redis.asyncio import Redis

from bot import CharacterBot
from characters import web
from characters.log_lines import InteractionFilter
from characters.metrics.exposition import metrics_page
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from cogs.characters.ui.observing import KINDS, Outcome
from tests import images
from tests.interactions import CASES, opened
from tests.people import Press, answer, at_once, buttons, read
from tests.prometheus import series, value
from tests.transfer.imports import tuppers

USED = "characters_interactions_total"
Scrape = Callable[[], Any]


@asynccontextmanager
async def served(registry: Registry) -> AsyncGenerator[Scrape, None]:
    """A function that asks for the page as Prometheus does."""
    pages = web.metrics_application(metrics_page(registry), {})
    async with (
        web.serve(pages, "127.0.0.1", 0) as port,
        ClientSession(f"http://127.0.0.1:{port}") as client,
    ):

        async def scrape() -> str:
            async with client.get("/metrics") as page:
                assert page.status == 200
                return await page.text()

        yield scrape


def used(page: str, kind: str, command: str, outcome: str = "answered") -> float:
    return value(page, USED, kind=kind, command=command, outcome=outcome)


async def test_commands_presses_forms_and_refusals_are_told_by_name_and_outcome(
    ana: Any, bob: Any, channel: Any, registry: Registry, world: simcord.Env
) -> None:
    async with served(registry) as scrape:
        form = await ana.slash(channel, "character create")
        await ana.submit_modal(form, {"name": "Zed"})
        await ana.submit_modal(await ana.slash(channel, "character create"), {"name": "\u200b"})
        await ana.autocomplete(channel, "character show", "name", "Z")
        sheet = answer(await ana.slash(channel, "character show", name="Zed"))
        await at_once(world, Press(bob, sheet, buttons(sheet)["Delete"]["custom_id"]))
        await ana.click(sheet.message, label="Delete")
        await ana.slash(channel, "character show", name="Nobody")
        for number in range(3):
            await at_once(world, Press(ana, sheet, f"gchr:made-up-{number}:1"))
        page = await scrape()
        assert used(page, "command", "character create") == 2
        assert used(page, "form", "character") == 1
        assert used(page, "form", "character", "refused") == 1
        assert used(page, "autocomplete", "character show") == 1
        assert used(page, "command", "character show") == 1
        assert used(page, "command", "character show", "refused") == 1
        assert used(page, "component", "delete") == 1
        assert used(page, "component", "delete", "refused") == 1
        assert used(page, "component", "unknown", "unknown") == 3
        name = "characters_interaction_answer_seconds"
        labels = {"kind": "command", "command": "character show"}
        assert value(page, f"{name}_count", **labels) == 2
        assert value(page, "characters_interaction_seconds_count", **labels) == 2
        assert value(page, "characters_gateway_ready") == 1
        assert value(page, "characters_gateway_servers") == 1
        assert value(page, "characters_gateway_shard_connected", shard="0") == 1


async def test_an_import_and_a_lobby_are_told(ana: Any, channel: Any, registry: Registry) -> None:
    file = "tuppers.json", tuppers({"name": "Yan"})
    plan = answer(await ana.slash(channel, "character import", file=file))
    await ana.click(plan.message, label="Import 1 new")
    lobby = answer(await ana.slash(channel, "lobby open"))
    await ana.click(lobby.message, label="Join")
    async with served(registry) as scrape:
        page = await scrape()
    assert used(page, "component", "import") == 1
    assert value(page, "characters_import_files_total", outcome="read") == 2
    assert value(page, "characters_imports_total", outcome="finished") == 1
    assert value(page, "characters_imported_characters_total", outcome="created") == 1
    assert used(page, "component", "lobby-join") == 1
    assert value(page, "characters_lobby_edits_total", outcome="edited") >= 1


async def test_a_store_that_refuses_and_an_error_of_ours_are_told(
    ana: Any, channel: Any, registry: Registry, valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(registry) as scrape:
        await ana.slash(channel, "character list")
        assert used(await scrape(), "command", "character list", "failed") == 0
        await valkey.set(f"game:characters:{ana.id}", "another program's")
        await ana.slash(channel, "character list")

        async def fail(_: int) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(registry, "roster", fail)
        assert "Something went wrong" in read(await ana.slash(channel, "character list"))
        page = await scrape()
    assert used(page, "command", "character list") == 1
    assert used(page, "command", "character list", "store") == 1
    assert used(page, "command", "character list", "failed") == 1
    assert value(page, "characters_store_errors_total", reason="refused") >= 1


async def test_two_bots_count_apart(
    world: simcord.Env, valkey_url: str, assets: FolderAssets, registry: Registry
) -> None:
    """Each has a client of its own; one is started after the other in the same process."""
    channel = world.create_guild().create_text_channel("general")
    ana = channel.guild.add_member(world.create_user("ana"))
    await ana.slash(channel, "character list")
    async with Redis.from_url(valkey_url) as client:
        other = Registry(CharacterStore(client), assets)
        await world.restart_bot(CharacterBot(other, shard_count=1))
        await ana.slash(channel, "character list")
        await ana.slash(channel, "character list")
        async with served(registry) as scrape, served(other) as scrape_other:
            assert used(await scrape(), "command", "character list") == 1
            assert used(await scrape_other(), "command", "character list") == 2
            assert value(await scrape_other(), "characters_gateway_ready") == 1
        await world.restart_bot(CharacterBot(registry, shard_count=1))


async def test_labels_are_few_and_hold_nothing_of_players(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After everything that players can do."""
    for name in [*sys.modules]:  # of an earlier bot: both cogs are loaded together, as by a host
        if name.startswith(("cogs.characters", "cogs.lobby")):
            monkeypatch.delitem(sys.modules, name)
    users = dict(enumerate(CASES.values(), 100_000_000))
    async with opened(tmp_path) as world:
        given = [await case.prepare(world, user) for user, case in users.items()]
        work = zip(users.items(), given, strict=True)
        await asyncio.gather(*(case.act(world.discord, user, it) for (user, case), it in work))
        page = metrics_page(world.bot.character_registry)("")[0].decode()
        known = {each.qualified_name for each in world.bot.tree.walk_commands()}
        items = sys.modules["cogs.characters.ui.items"].LastingItem
        known |= {each.action for each in _classes(items) - {items}}
    assert "1000000" not in page
    counted = [dict(labels) for name, labels in series(page) if name == USED]
    known |= {"character", "search", "forget", "import-file", "lobby-keep"}
    commands = {each["command"] for each in counted}
    assert commands <= known
    assert len(commands) > 40
    assert {each["kind"] for each in counted} == {*KINDS.values()}
    assert {each["outcome"] for each in counted} <= {*Outcome}
    labels = {"kind": "command", "command": "character show"}
    for name in ("characters_interaction_answer_seconds", "characters_interaction_seconds"):
        assert 0 < value(page, f"{name}_sum", **labels) < 60


def _classes(kind: type[Any]) -> set[type[Any]]:
    return {kind}.union(*map(_classes, kind.__subclasses__()))


async def test_a_command_that_a_check_refuses_is_counted_too(
    ana: Any, channel: Any, registry: Registry, world: simcord.Env
) -> None:
    del world.bot.tree.on_error  # simcord's; the default one of discord.py is left
    group: Any = world.bot.tree.get_command("character")
    command = group.get_command("list")
    command.add_check(_refuse)
    try:
        assert "can't use this" in read(await ana.slash(channel, "character list"))
    finally:
        command.remove_check(_refuse)
    page = metrics_page(registry)("")[0].decode()
    assert used(page, "command", "character list", "not_allowed") == 1


async def test_presses_and_forms_that_the_host_refuses_are_counted_so(
    ana: Any, channel: Any, registry: Registry, world: simcord.Env
) -> None:
    await ana.slash(channel, "character create", name="Zed")
    sheet = answer(await ana.slash(channel, "character show"))
    form = await ana.slash(channel, "character create")
    world.bot.tree.interaction_check = _refuse
    await ana.click(sheet.message, label="Delete")
    await ana.submit_modal(form, {"name": "Yan"})
    page = metrics_page(registry)("")[0].decode()
    assert used(page, "component", "delete", "not_allowed") == 1
    assert used(page, "form", "character", "not_allowed") == 1


async def _refuse(_: discord.Interaction) -> bool:
    return False


# -- the log ---------------------------------------------------------------------------------------


@pytest.fixture
def interactions(world: simcord.Env, caplog: pytest.LogCaptureFixture) -> list[int]:
    """The ids of all interactions; records of the log have theirs."""
    ids: list[int] = []

    async def on_interaction(interaction: discord.Interaction) -> None:
        ids.append(interaction.id)

    world.bot.add_listener(on_interaction)
    caplog.handler.addFilter(InteractionFilter())
    caplog.set_level(logging.INFO)
    return ids


def causes(caplog: pytest.LogCaptureFixture, beginning: str) -> list[Any]:
    """The ids of interactions in the lines that begin so."""
    found = [each for each in caplog.records if each.getMessage().startswith(beginning)]
    return [getattr(each, "interaction", "no filter") for each in found]


async def test_each_line_names_the_interaction_that_caused_it(
    ana: Any,
    bob: Any,
    channel: Any,
    interactions: list[int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    logging.getLogger("game_characters").info("of nobody")
    damaged = "a.png", images.png()[:60]
    for player in (ana, bob):
        await player.slash(channel, "character create", name="Zed", portrait=damaged)
    assert causes(caplog, "of nobody") == [None]
    assert len({*interactions}) == 2
    assert causes(caplog, "An image was refused as damaged") == interactions


async def test_so_do_lines_of_tasks_threads_and_listeners_that_it_starts(
    ana: Any,
    channel: Any,
    world: simcord.Env,
    interactions: list[int],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = logging.getLogger("game_characters.tests")

    async def on_characters_changed(_: int) -> None:
        log.info("listener")
        await asyncio.to_thread(log.info, "thread")

    world.bot.add_listener(on_characters_changed)
    lobby = answer(await ana.slash(channel, "lobby open"))
    await ana.slash(channel, "character create", name="Zed")
    assert causes(caplog, "listener") == causes(caplog, "thread") == [interactions[-1]]

    async def fail(*_: object, **__: object) -> None:
        raise discord.DiscordServerError(_Answer(), "down")  # type: ignore[arg-type] - its status

    monkeypatch.setattr(discord.PartialMessage, "edit", fail)
    await ana.click(lobby.message, label="Join")
    assert causes(caplog, "The message of lobby") == [interactions[-1]]


class _Answer:
    status, reason = 500, "down"

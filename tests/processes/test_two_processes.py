"""Two processes of the bot over one Valkey, each sent the presses of all players or some."""

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from characters.admission import PRESSES, TOLD
from characters.store.keys import SWEEP
from tests import images
from tests.discord_server import COMMAND
from tests.docs.pages import block
from tests.processes.fleet import Fleet, fleet
from tests.processes.presses import command, kind_of, option, pressed, submission
from tests.shown import Json, Shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

PORTRAIT, CARD = "portrait", "card.json"
FILES = {PORTRAIT: images.png((64, 64)), CARD: b'{"name": "Zed", "description": "From a file."}'}
SEATS = 25
PRIVACY = command("character privacy")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two(
    tmp_path_factory: pytest.TempPathFactory, shared_valkey: Any
) -> AsyncGenerator[Fleet, None]:
    url, operator = shared_valkey
    operator.flushall()
    async with fleet(tmp_path_factory.mktemp("two"), url, FILES) as bots:
        await asyncio.gather(bots.begin(), bots.begin())
        await asyncio.gather(*(bot.until("Ready as registry") for bot in bots.bots))
        yield bots
    operator.flushall()


@pytest_asyncio.fixture(loop_scope="module")
async def store(shared_valkey: Any) -> AsyncGenerator[Redis, None]:
    async with Redis.from_url(shared_valkey[0], decode_responses=True) as client:
        yield client


async def names(store: Redis, user_id: int) -> list[str]:
    records = await store.hvals(f"game:characters:{user_id}")
    return [json.loads(each)["name"] for each in records]


async def use(
    two: Fleet, user_id: int, data: Json, message: Shown | None = None, at: int | None = None
) -> Shown:
    """A command, a button or a form at one of the processes, or at both."""
    return await two.discord.interact(user_id, kind_of(data), data, message, session=at)


async def test_one_of_both_answers_each_press(two: Fleet, store: Redis) -> None:
    for number in range(8):
        shown = await use(two, 10, command("character create", name=f"Ana {number}"))
        await shown.until("gchr:edit:")
    assert sorted(await names(store, 10)) == [f"Ana {number}" for number in range(8)]
    deleted = await use(two, 10, command("character delete", name="Ana 3"))
    await deleted.until("gchr:undo:")
    assert len(await names(store, 10)) == 7
    assert two.discord.twice == 0


async def test_a_form_that_one_opened_is_submitted_to_the_other(two: Fleet, store: Redis) -> None:
    form = await use(two, 11, command("character create"), at=0)
    await form.until("gchr:form:")
    sheet = await use(two, 11, submission(form, name="Bea", description="Tall."), at=1)
    await sheet.until("gchr:edit:")
    form = await use(two, 11, pressed(sheet, "gchr:edit:"), sheet, at=0)
    await form.until("gchr:form:")
    await use(two, 11, submission(form, name="Bea the Tall", description=""), sheet, at=1)
    await sheet.until("Bea the Tall")
    assert await names(store, 11) == ["Bea the Tall"]
    changes = sheet.changes
    await use(two, 11, pressed(sheet, "gchr:undo-edit:"), sheet, at=0)
    await sheet.until_changed(changes)
    assert await names(store, 11) == ["Bea"]


async def test_a_panel_is_turned_by_either(two: Fleet) -> None:
    for number in range(3):
        await (await use(two, 12, command("character create", name=f"Cy {number}"))).until("Cy")
    panel = await (await use(two, 12, command("character list"), at=0)).until("gchr:open:")
    for at in (1, 0, 1):
        changes = panel.changes
        chosen = panel.values("gchr:open:")[-1]
        await use(two, 12, pressed(panel, "gchr:open:", chosen), panel, at=at)
        await (await panel.until_changed(changes)).until("gchr:list:")
        changes = panel.changes
        await use(two, 12, pressed(panel, "gchr:list:"), panel, at=1 - at)
        await (await panel.until_changed(changes)).until("gchr:open:")


async def test_a_full_lobby_is_shown_whole_whoever_edits_last(two: Fleet) -> None:
    players = range(100, 100 + SEATS)
    for start in range(0, SEATS, 5):
        created = [
            await use(two, each, command("character create", name=f"Dot {each}"))
            for each in players[start : start + 5]
        ]
        await asyncio.gather(*(each.until("gchr:edit:") for each in created))
    data = command("lobby open", seats=option(SEATS))
    lobby = await (await use(two, 100, data)).until("gchr:lobby-join")
    two.discord.edit_delays = [0.3, 0.1] * 10
    for number, user_id in enumerate(players):
        await use(two, user_id, pressed(lobby, "gchr:lobby-join"), lobby, at=number % 2)
    await lobby.until(f"{SEATS} of {SEATS} seats")
    await settled(lobby)
    text = json.dumps(lobby.data)
    assert all(f"Dot {user_id}" in text for user_id in players)
    assert f"{SEATS} of {SEATS} seats" in text


async def test_an_edit_that_arrives_late_is_not_the_last_one(two: Fleet) -> None:
    """What one process edits first arrives after what the other one edited later."""
    for user_id in (17, 18):
        created = await use(two, user_id, command("character create", name=f"Fay {user_id}"))
        await created.until("gchr:edit:")
    lobby = await (await use(two, 17, command("lobby open"))).until("gchr:lobby-join")
    edits, two.discord.edit_delays = two.discord.edits, [0.7]
    await use(two, 17, pressed(lobby, "gchr:lobby-join"), lobby, at=0)
    while two.discord.edits == edits:  # noqa: ASYNC110 - of other processes
        await asyncio.sleep(0.01)
    await use(two, 18, pressed(lobby, "gchr:lobby-join"), lobby, at=1)
    await lobby.until("2 of 8 seats")
    await settled(lobby)
    text = json.dumps(lobby.data)
    assert "Fay 17" in text
    assert "Fay 18" in text


async def settled(message: Shown) -> None:
    """Returns when nobody has changed it for some time."""
    changes = -1
    while changes != message.changes:
        changes = message.changes
        await asyncio.sleep(1.5)


async def test_an_import_at_one_is_refused_at_the_other(two: Fleet) -> None:
    two.discord.file_seconds = 2.0
    file = {"id": "1", "filename": CARD, "url": f"{two.api}/attachments/{CARD}", "size": 9}
    try:
        first = await use(two, 13, command("character import", file=file), at=0)
        await first.until("Reading")
        second = await use(two, 13, command("character import", file=file), at=1)
        await second.until("is still running")
        await first.until("gchr:import:")
    finally:
        two.discord.file_seconds = 0.0
    third = await use(two, 13, command("character import", file=file), at=1)
    await third.until("gchr:import:")


async def test_costly_actions_of_a_player_wait_for_each_other(two: Fleet, store: Redis) -> None:
    two.discord.file_seconds, two.discord.most_downloads = 0.5, 0
    file = {"id": "1", "filename": "a.png", "url": f"{two.api}/attachments/{PORTRAIT}", "size": 9}
    try:
        shown = [
            await use(two, 14, command("character create", name=f"Eve {at}", portrait=file), at=at)
            for at in (0, 1, 0, 1)
        ]
        await asyncio.gather(*(each.until("gchr:edit:") for each in shown))
    finally:
        two.discord.file_seconds = 0.0
    assert two.discord.most_downloads == 1
    assert len(await names(store, 14)) == 4
    assert not await store.exists("game:turn:14")


async def test_presses_are_counted_together(two: Fleet) -> None:
    """Each of both sees fewer than a process alone may take."""
    each = PRESSES // 2 + 2 * TOLD
    for _ in range(each // TOLD):
        shown = [await use(two, 15, PRIVACY, at=number % 2) for number in range(2 * TOLD)]
        await asyncio.gather(*(press.until("content") for press in shown))
    for at in (0, 1):
        await (await use(two, 15, PRIVACY, at=at)).until("That was a lot")


async def test_one_of_both_sweeps(two: Fleet, store: Redis) -> None:
    assert await store.ttl(SWEEP) > 0
    swept = [bot.output.count("records from the trash") for bot in two.bots]
    assert sorted(swept) == [0, 1]


async def test_each_of_both_has_its_shards_and_one_names_the_commands(
    tmp_path: Path, shared_valkey: Any
) -> None:
    url, _ = shared_valkey
    lines = block("docs/operating.md", "SHARD_IDS").splitlines()
    assert len(lines) == 2
    async with fleet(tmp_path, url) as bots:
        for line in lines:
            settings = dict(word.split("=") for word in line.split() if "=" in word)
            await bots.begin(**settings)
        first, second = bots.bots
        await asyncio.gather(*(bot.until("Ready as registry") for bot in (first, second)))
        assert "Registered 3 commands" in first.output
        assert "Registered" not in second.output
        shards = sorted((shard, count) for _, shard, count in bots.discord.sessions)
        assert shards == [(number, 4) for number in range(4)]
        for number in range(4):
            shown = await bots.discord.interact(
                16, COMMAND, command("character list"), guild=str((number << 22) + 7)
            )
            await shown.until("gchr:")
        assert await first.stop() == 0
        assert await second.stop() == 0

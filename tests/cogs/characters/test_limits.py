"""Limits per minute, which no hand reaches: one sentence beyond them, and nothing is done."""

from typing import Any

import pytest
from redis.asyncio import Redis

from characters.admission import LIMITS, PRESSES
from characters.registry import Registry
from characters.transfer import importer
from tests.people import answer, buttons, menu, read

A_LOT = "That was a lot in a short time. Please try again in"


async def exhaust(valkey: Redis, player: Any, action: str) -> None:
    await valkey.hset(f"game:rates:{player.id}", action, str(LIMITS[action]))


@pytest.mark.parametrize("way", ["Undo", "menu"])
async def test_restorations(
    ana: Any, channel: Any, registry: Registry, valkey: Redis, way: str
) -> None:
    await registry.create(ana.id, "Zed")
    deleted = answer(await ana.slash(channel, "character delete", name="Zed"))
    trash = answer(await ana.slash(channel, "character restore"))
    await exhaust(valkey, ana, "restore")
    if way == "Undo":
        told = await ana.click(deleted.message, label="Undo")
    else:
        (option,) = menu(trash)["options"]
        told = await ana.select(trash.message, [option["value"]])
    assert A_LOT in read(told)
    assert len(await registry.trash(ana.id)) == 1


async def test_exports(ana: Any, channel: Any, registry: Registry, valkey: Redis) -> None:
    await registry.create(ana.id, "Zed")
    sheet = answer(await ana.slash(channel, "character show"))
    await exhaust(valkey, ana, "export")
    for told in (
        await ana.slash(channel, "character export"),
        await ana.slash(channel, "character export", name="Zed"),
        await ana.click(sheet.message, label="Export"),
    ):
        assert A_LOT in read(told)
        assert not answer(told).attachments


async def test_presses_of_an_import(
    ana: Any, channel: Any, registry: Registry, valkey: Redis
) -> None:
    plan = await planned(ana, channel)
    await exhaust(valkey, ana, "import-run")
    assert A_LOT in read(await ana.click(plan.message, label="Import 1 new"))
    assert (await registry.roster(ana.id)).characters == []
    await valkey.delete(f"game:rates:{ana.id}")  # a minute later
    await ana.click(plan.message, label="Import 1 new")
    assert len((await registry.roster(ana.id)).characters) == 1


async def test_an_import_that_is_refused_because_others_import_keeps_its_button(
    ana: Any, channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = await planned(ana, channel)
    monkeypatch.setattr(importer, "IMPORTS_AT_ONCE", 0)
    told = await ana.click(plan.message, label="Import 1 new")
    assert "Too many players need me at once just now" in read(told)
    assert "Import 1 new" in buttons(plan)


async def planned(player: Any, channel: Any) -> Any:
    file = ("tuppers.json", b'{"tuppers": [{"name": "Yan"}], "groups": []}')
    return answer(await player.slash(channel, "character import", file=file))


async def test_forgetting(ana: Any, channel: Any, registry: Registry, valkey: Redis) -> None:
    await registry.create(ana.id, "Zed")
    asked = answer(await ana.slash(channel, "character forget"))
    form = await ana.click(asked.message, label="Forget me")
    await exhaust(valkey, ana, "forget")
    assert A_LOT in read(await ana.submit_modal(form, {"word": "forget"}))
    assert (await registry.roster(ana.id)).characters


async def test_presses_of_any_kind(ana: Any, channel: Any, registry: Registry) -> None:
    await registry.create(ana.id, "Zed")
    for _ in range(PRESSES):
        await registry.admission.count_press(ana.id)
    for command in ("list", "show", "restore", "forget"):
        assert A_LOT in read(await ana.slash(channel, f"character {command}"))

"""An import with slow links keeps no other player waiting, and ends."""

import asyncio
import time
from typing import Any

import pytest

from characters import admission
from characters.errors import LinkProblem, TooBusy, UnusableLink
from characters.registry import Registry
from characters.transfer import import_run, importer
from characters.transfer.import_run import Outcome
from tests import images, player_input
from tests.transfer.imports import OTHER, USER, planned, tuppers

THIRD = 44


def linked(count: int) -> bytes:
    members = [
        {"name": f"Zed {number}", "avatar_url": f"https://slow.example/{number}.png"}
        for number in range(count)
    ]
    return tuppers(*members)


async def one_pixel(_: str) -> bytes:
    return images.png((1, 1))


async def slow_import(registry: Registry, user_id: int, count: int, seconds: float) -> Outcome:
    async def fetch(_: str) -> bytes:
        await asyncio.sleep(seconds)
        return images.png()

    plan, outcome = await planned(registry, linked(count), user_id), Outcome()
    async with registry.importer.turn(user_id):
        async for progress in registry.importer.run(user_id, plan, fetch):
            outcome = progress.outcome
    return outcome


async def test_two_imports_with_slow_links_keep_no_third_player_waiting(
    registry: Registry,
) -> None:
    slow = [asyncio.create_task(slow_import(registry, user, 8, 20)) for user in (USER, OTHER)]
    await asyncio.sleep(0.5)
    async with asyncio.timeout(5):
        assert (await slow_import(registry, THIRD, 1, 0)).created[0].image_path
        draft = player_input.new("Ana", upload=player_input.upload("portrait"))
        saved = await registry.save(THIRD, draft, player_input.fetch)
        assert saved.character.image_path
    for task in slow:
        task.cancel()
    await asyncio.wait(slow)


async def test_all_links_of_an_import_share_one_time(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "LINKS_SECONDS", 1.0)
    began = time.monotonic()
    outcome = await slow_import(registry, USER, 12, 0.8)
    assert time.monotonic() - began < 10
    reasons: list[Any] = [each.reason for each in outcome.without_portrait]
    assert len(outcome.created) == 12
    assert len(reasons) == 8
    assert {reason.problem for reason in reasons} == {LinkProblem.OUT_OF_TIME}
    assert all(isinstance(reason, UnusableLink) for reason in reasons)


async def test_what_else_an_import_waits_for_takes_none_of_the_time_of_its_links(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "LINKS_SECONDS", 1.0)
    keep = registry.portraits.keep

    async def keep_slowly(*arguments: Any, **options: Any) -> Any:
        await asyncio.sleep(0.3)
        return await keep(*arguments, **options)

    monkeypatch.setattr(registry.portraits, "keep", keep_slowly)
    outcome = await slow_import(registry, USER, 8, 0.1)
    assert outcome.without_portrait == []
    assert len(outcome.created) == 8


async def test_an_import_that_has_begun_loses_no_portrait_because_others_are_busy(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, outcome = registry.admission, Outcome()

    async def hold(user_id: int) -> None:
        async with gate.turn(user_id):
            await asyncio.sleep(0.2)

    plan = await planned(registry, linked(2))
    others = [asyncio.create_task(hold(user_id)) for user_id in [USER] * 4 + [OTHER] * 4]
    await asyncio.sleep(0)
    monkeypatch.setattr(admission, "ADMITTED", 1)
    async for progress in registry.importer.run(USER, plan, one_pixel):
        outcome = progress.outcome
    assert (outcome.failures, outcome.without_portrait, len(outcome.created)) == ([], [], 2)
    await asyncio.gather(*others)


async def test_the_links_of_an_import_are_those_of_its_player(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners: list[int | None] = []

    async def fetch(_: str, owner: int | None = None) -> bytes:
        owners.append(owner)
        return images.png()

    monkeypatch.setattr("characters.portraits.fetching.fetch_image", fetch)
    async for _ in registry.importer.run(USER, await planned(registry, linked(2))):
        pass
    assert owners == [USER, USER]


async def test_beyond_the_imports_at_once_one_is_refused_and_does_not_wait(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "IMPORTS_AT_ONCE", 2)
    async with registry.importer.turn(USER), registry.importer.turn(OTHER):
        with pytest.raises(TooBusy):
            async with registry.importer.turn(THIRD):
                pass
    async with registry.importer.turn(THIRD):
        pass

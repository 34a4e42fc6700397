"""An import with slow links keeps no other player waiting, and ends."""

import asyncio
import time
from typing import Any

import pytest

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

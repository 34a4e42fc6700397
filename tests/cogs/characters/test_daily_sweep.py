"""The bot tries to sweep at its start and every hour, and one attempt a day does it."""

import asyncio
from typing import Any

import pytest
import simcord
from redis.asyncio import Redis

from bot import CharacterBot
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.keys import SWEEP
from tests.operator import files, portrait


@pytest.fixture
def cog(world: simcord.Env, simcord_bot: CharacterBot) -> Any:
    assert world
    return simcord_bot.get_cog("GameCharacters")


async def test_it_sweeps_what_nobody_refers_to(
    cog: Any, valkey: Redis, assets: FolderAssets, registry: Registry
) -> None:
    await registry.create(1, "Ana")
    await portrait(assets, age=7200)
    await valkey.delete(SWEEP)
    await cog.sweep()
    assert files(assets.root) == {}


async def test_a_day_has_one_sweep(
    cog: Any, valkey: Redis, assets: FolderAssets, registry: Registry
) -> None:
    await registry.create(1, "Ana")
    await valkey.set(SWEEP, "another process")
    await portrait(assets, age=7200)
    await cog.sweep()
    assert len(files(assets.root)) == 2


async def test_a_sweep_that_fails_is_logged_and_the_next_one_comes(
    cog: Any, valkey: Redis, assets: FolderAssets, caplog: pytest.LogCaptureFixture
) -> None:
    await valkey.delete(SWEEP)
    await portrait(assets, age=7200)  # in the assets of an empty store
    await cog.sweep()
    assert "The daily sweep failed" in caplog.text
    assert "Is this the right store?" in caplog.text
    assert cog.sweep.is_running()


async def test_it_ends_with_the_cog(cog: Any, simcord_bot: CharacterBot) -> None:
    await simcord_bot.remove_cog("GameCharacters")
    await asyncio.wait([cog.sweep.get_task()], timeout=5)
    assert not cog.sweep.is_running()

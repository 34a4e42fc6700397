"""A bot that stops answers what it was asked before."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot import CharacterBot
from characters.registry import Registry
from cogs.characters import texts
from cogs.characters.ui import in_progress
from tests.discord_requests import Exchange, logged_in


@asynccontextmanager
async def stopped(
    registry: Registry, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Exchange, None]:
    """A command for which the store needs so long; the bot is closed meanwhile."""
    roster = registry.roster

    async def late(user_id: int) -> Any:
        await asyncio.sleep(seconds)
        return await roster(user_id)

    monkeypatch.setattr(registry, "roster", late)
    bot = CharacterBot(registry, shard_count=1)
    async with logged_in(bot) as discord:
        command = asyncio.create_task(discord.command(1, "character list"))
        await asyncio.sleep(0.2)
        await bot.close()
        yield await command


async def test_what_has_begun_is_finished(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stopped(registry, 1, monkeypatch) as exchange:
        assert "gchr:" in exchange.text


async def test_what_takes_too_long_is_to_be_repeated(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_progress, "SECONDS", 0.2)
    async with stopped(registry, 60, monkeypatch) as exchange:
        assert texts.STOPPED in exchange.text

"""A hundred characters of the largest size are listed and found as a few small ones are."""

import asyncio
from typing import Any

import pytest
import simcord

from characters.model import Character
from characters.names import DESCRIPTION_LIMIT, NAME_LIMIT
from characters.registry import Registry
from cogs.characters import texts
from tests.people import answer, read


@pytest.fixture
async def full_roster(registry: Registry, ana: Any) -> None:
    for number in range(100):
        name = f"{number:02} ".ljust(NAME_LIMIT, "😀")
        character = Character.new(name, "😀" * DESCRIPTION_LIMIT)
        large = character.with_fields(theirs="x" * 16_000)
        await registry._store.create(ana.id, large, 100)


@pytest.mark.usefixtures("full_roster")
async def test_they_are_listed_page_by_page(ana: Any, channel: Any) -> None:
    listed = await ana.slash(channel, "character list")
    assert "100 of 100" in read(listed)
    turned = await ana.click(answer(listed).message, label=texts.NEXT)
    assert "Page 2 of 17" in read(turned)


@pytest.mark.usefixtures("full_roster")
async def test_ten_autocompletes_at_once_answer(world: simcord.Env, ana: Any, channel: Any) -> None:
    del world
    for _ in range(10):
        choices = await ana.autocomplete(channel, "character show", "name", "07")
        assert [choice["name"][:2] for choice in choices] == ["07"]


@pytest.mark.usefixtures("full_roster")
async def test_ten_rosters_read_at_once_are_read_within_seconds(
    registry: Registry, ana: Any
) -> None:
    async with asyncio.timeout(3):
        rosters = await asyncio.gather(*(registry.roster(ana.id) for _ in range(10)))
    assert [len(roster.matching("07")) for roster in rosters] == [1] * 10

"""A hundred characters of the largest size are listed and found as a few small ones are."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from characters.model import Character
from characters.names import DESCRIPTION_LIMIT, NAME_LIMIT
from characters.registry import Registry
from tests.people import answer, menu, read
from tests.soak import trials

pytestmark = pytest.mark.soak

LONGEST_STOP = trials(0.5, 0.05)  # seconds of the thread; processors that are shared are slower
LONGEST = trials(30.0, 3.0)  # seconds of the process, for ten

THEIRS = 16_000  # bytes of the main bot's own fields
# What takes the most bytes, letters that JSON escapes, and what the fast reader refuses.
LETTERS = {"largest text": ("😀", "x"), "largest record": ("\x01", "\ud800")}


@pytest.fixture(params=LETTERS)
async def full_roster(registry: Registry, ana: Any, request: pytest.FixtureRequest) -> None:
    letter, other = LETTERS[request.param]
    for number in range(100):
        name = f"{number:02} ".ljust(NAME_LIMIT, "😀")
        character = Character.new(name, f"a{letter * (DESCRIPTION_LIMIT - 2)}a")
        largest = character.with_fields(theirs=other + "x" * THEIRS)
        await registry._store.create(ana.id, largest, 100)


@asynccontextmanager
async def never_stopped() -> AsyncGenerator[None, None]:
    """No other task of the loop waits longer than LONGEST_STOP for its turn.

    What is counted is the time of this thread alone: other processes may be at work too.
    """

    async def watch() -> float:
        longest, last = 0.0, time.thread_time()
        while not done:
            await asyncio.sleep(0)
            now = time.thread_time()
            longest, last = max(longest, now - last), now
        return longest

    done = False
    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    yield
    done = True
    assert await watching < LONGEST_STOP


@pytest.mark.usefixtures("full_roster")
async def test_they_are_listed_page_by_page(ana: Any, channel: Any) -> None:
    async with never_stopped():
        listed = await ana.slash(channel, "character list")
        pages = menu(answer(listed), "page")
        turned = await ana.select(answer(listed).message, ["1"], custom_id=pages["custom_id"])
    assert "100 of 100" in read(listed)
    assert menu(answer(turned), "page")["placeholder"] == "Page 2 of 4"


@pytest.mark.usefixtures("full_roster")
async def test_ten_autocompletes_answer(ana: Any, channel: Any) -> None:
    """One after the other, as simcord wants it; the benchmark lets them come at once."""
    start = time.process_time()
    async with never_stopped():
        for number in range(10):
            text = f"{number:02}"
            choices = await ana.autocomplete(channel, "character show", "name", text)
            assert [choice["name"][:2] for choice in choices] == [text]
    assert time.process_time() - start < LONGEST


@pytest.mark.usefixtures("full_roster")
async def test_ten_rosters_read_at_once_are_read_within_seconds(
    registry: Registry, ana: Any
) -> None:
    start = time.process_time()
    async with never_stopped():
        rosters = await asyncio.gather(*(registry.roster(ana.id) for _ in range(10)))
    assert [len(roster.matching("07")) for roster in rosters] == [1] * 10
    assert time.process_time() - start < LONGEST

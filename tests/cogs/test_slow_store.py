"""Every command and button over a slow store, in real time: Discord waits three seconds."""

import asyncio
from pathlib import Path

import pytest

from characters.store import block_store
from tests import images
from tests.discord_requests import Exchange
from tests.interactions import CASES, World, opened
from tests.soak import trials

# Seconds until which a first answer came after one request to the store, and not after two. Beside
# other tests a second more.
FIRST_ANSWER = trials(4.0, 3.0)
SORRY = (
    "storage is not answering",
    "Not everything of yours is removed yet",
    "took too long for a form",
)


@pytest.mark.soak
@pytest.mark.parametrize("delay", trials([2.0], [0.5, 1.0, 1.5, 3.0, None]))
async def test_the_first_answer_comes_in_time_and_is_true(
    tmp_path: Path, delay: float | None
) -> None:
    """A delay of None is a store that does not answer at all."""
    users = dict(enumerate(CASES.items(), 100))
    problems: list[str] = []
    async with opened(tmp_path) as world:
        given = {user: await case.prepare(world, user) for user, (_, case) in users.items()}
        world.proxy.delay = delay
        exchanges = await asyncio.gather(
            *(case.act(world.discord, user, given[user]) for user, (_, case) in users.items())
        )
        world.proxy.delay = 0
        for (user, (name, _)), exchange in zip(users.items(), exchanges, strict=True):
            if problem := await _problem(world, user, name, given[user], exchange):
                problems.append(f"{name}: {problem}\n{exchange.text[:300]}")
    assert not problems, "\n".join(problems)


async def test_a_late_note_does_not_replace_a_lobby(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form with a portrait, from Join below it: other players see and press its message."""
    monkeypatch.setattr(block_store, "REMEMBERED", 0.0)  # who is blocked is asked first
    async with opened(tmp_path) as world:
        shown = await CASES["join without a character"].prepare(world, 100)
        form = (await world.discord.use(100, shown, "lobby-join")).form
        assert form
        portrait = world.discord.attachment("a.png", images.png())
        monkeypatch.setattr("cogs.characters.ui.reply.PUT_OFF_AFTER", 0.2)  # before the note
        world.proxy.delay = 0.4
        values = {"name": "Ana", "description": "", "portrait": portrait}
        exchange = await world.discord.submit(100, form, shown, **values)
        world.proxy.delay = 0
    assert exchange.first == {"type": 6}
    assert exchange.messages[0] == shown
    assert "Ana" in exchange.text


async def _problem(world: World, user: int, name: str, given: object, exchange: Exchange) -> str:
    done, sorry = CASES[name].done, any(each in exchange.text for each in SORRY)
    if exchange.first is None:
        return "there was no answer"
    if exchange.first_after > FIRST_ANSWER:
        return f"the first answer came after {exchange.first_after} s"
    if "Something went wrong" in exchange.text:
        return "an error of an unknown kind"
    if sorry and exchange.last_after > FIRST_ANSWER + 1:
        return f"the sentence came after {exchange.last_after} s"
    if done and not sorry and not await done(world, user, given):
        return "it was said to be done"
    return ""

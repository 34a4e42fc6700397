"""Discord refuses each request of the bot once: nothing typed is lost, and there is one effect."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from characters.registry import Registry
from tests import images
from tests.interactions import CASES, World, opened
from tests.people import answer, read

# What needs its first answer: the lobby is kept under the id of the message.
NOT_BEGUN = {"open a lobby"}
SILENT = {"take back"}  # the message is deleted
PORTRAIT = ("a.png", images.png())
Flow = Callable[[Any, Any], Awaitable[Any]]


class Response:
    status, reason = 404, "Not Found"


class Refusals:
    """Refuses the request with this number, from 0; counts all."""

    def __init__(self, request: Any, refused: int, code: int) -> None:
        self._request = request
        self._refused = refused
        self._code = code
        self.made = 0

    async def __call__(self, route: Any, *arguments: Any, **options: Any) -> Any:
        self.made += 1
        if self.made - 1 == self._refused:
            raise discord.NotFound(Response(), {"code": self._code, "message": "refused"})
        return await self._request(route, *arguments, **options)


async def created(ana: Any, channel: Any) -> Any:
    return await ana.slash(channel, "character create", name="Zed", portrait=PORTRAIT)


async def plainly_created(ana: Any, channel: Any) -> Any:
    return await ana.slash(channel, "character create", name="Zed")


FLOWS: dict[str, tuple[Flow, str]] = {
    "create": (plainly_created, "Zed"),
    "create with a portrait": (created, "Zed"),
}


@pytest.fixture
def refusing(world: simcord.Env, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], Refusals]:
    plain = world._webhook_adapter.request  # by which interactions are answered

    def refuse(number: int, code: int) -> Refusals:
        refusals = Refusals(plain, number, code)
        monkeypatch.setattr(world._webhook_adapter, "request", refusals)
        return refusals

    return refuse


@pytest.mark.parametrize("code", [10008, 10062, 10015])
@pytest.mark.parametrize("name", FLOWS)
async def test_a_character_is_saved_once_whichever_request_is_refused(
    ana: Any,
    channel: Any,
    registry: Registry,
    refusing: Callable[[int, int], Refusals],
    name: str,
    code: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    flow, expected = FLOWS[name]
    number, requests = 0, 1
    while number < requests:
        refusals = refusing(number, code)
        await flow(ana, channel)
        requests = max(requests, refusals.made)
        names = [each.name for each in (await registry.roster(ana.id)).characters]
        assert names == [expected], f"request {number} of {requests}"
        await registry.forget(ana.id)
        number += 1
    assert number > 1 or name == "create"
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


async def test_whichever_request_of_an_interaction_is_refused_the_work_is_done_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The first is refused as Discord no longer waits, so that it takes no answer at all."""
    problems: list[str] = []
    async with opened(tmp_path) as world:
        names, number = set(CASES), 0
        while names:
            cases = {number * 100 + 100 + each: name for each, name in enumerate(sorted(names))}
            for user, name in cases.items():
                problem, requests = await _refused(world, user, name, number)
                if problem:
                    problems.append(f"{name}, request {number}: {problem}")
                if requests <= number + 1:
                    names.remove(name)
            number += 1
    problems += [each.getMessage() for each in caplog.records if _is_our_error(each)]
    assert not problems, "\n".join(problems)
    assert number > 3


def _is_our_error(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR and record.name.startswith("game_characters")


async def _refused(world: World, user: int, name: str, number: int) -> tuple[str, int]:
    """What is wrong, and how many requests the bot made."""
    case = CASES[name]
    given = await case.prepare(world, user)
    world.discord.refused[user] = number
    exchange = await case.act(world.discord, user, given)
    del world.discord.refused[user]
    if case.done and name not in NOT_BEGUN and not await case.done(world, user, given):
        return f"it is not done: {exchange.text[:300]}", exchange.requests
    if exchange.told == 0 and number and name not in SILENT:
        return "the player heard nothing", exchange.requests
    if "Something went wrong" in exchange.text:
        return exchange.text[-400:], exchange.requests
    return "", exchange.requests


async def test_who_dismissed_the_note_gets_a_message_of_its_own(
    ana: Any, channel: Any, refusing: Callable[[int, int], Refusals]
) -> None:
    refusing(2, 10008)  # defer, the note, and the answer in its place
    result = await created(ana, channel)
    assert "## Zed" in read(result.followups[0])


async def test_any_exception_leaves_what_was_typed_and_its_button(
    ana: Any, channel: Any, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("canary")

    form = await ana.slash(channel, "character create")
    with monkeypatch.context() as patch:
        patch.setattr(registry._store, "create", broken)
        told = await ana.submit_modal(form, {"name": "Zed", "description": "Tall."})
    assert "what you typed is kept" in read(told)
    assert "canary" not in read(told)
    again = await ana.click(answer(told).message, label="Open the form again")
    await ana.submit_modal(again, {"name": "Zed", "description": "Tall."})
    (zed,) = (await registry.roster(ana.id)).characters
    assert (zed.name, zed.description) == ("Zed", "Tall.")

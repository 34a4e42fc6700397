"""A form that Discord would not have let anybody send is answered with one sentence."""

import copy
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import simcord
from simcord import interactions
from simcord.results import InteractionResult

from characters.registry import Registry
from tests.people import read

LABEL, TEXT, FILES, MENU = 18, 4, 19, 3
WRONG: list[Any] = [None, 5, "x", [], {}, [5], {"x": 5}, True, "x" * 1_000_000]


def field(kind: int, custom_id: str, **content: Any) -> dict[str, Any]:
    return {"type": LABEL, "component": {"type": kind, "custom_id": custom_id, **content}}


def form(custom_id: str, *fields: Any) -> dict[str, Any]:
    return {"custom_id": custom_id, "components": [*fields]}


CREATE = form(
    "gchr:form:1::",
    field(TEXT, "name", value="Zed"),
    field(TEXT, "description", value="Tall."),
    field(FILES, "portrait", values=[]),
    field(MENU, "shown", values=["top"]),
)
SEARCH = form("gchr:search-form:0r", field(TEXT, "query", value="Zed"))
FORGET = form("gchr:forget", field(TEXT, "word", value="no"))


def variants(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The form with each field missing, of another type, and with another content."""
    for number, label in enumerate(data["components"]):
        without = copy.deepcopy(data)
        del without["components"][number]
        yield without
        for wrong in WRONG:
            for key in ("value", "values", "custom_id"):
                forged = copy.deepcopy(data)
                forged["components"][number]["component"][key] = wrong
                yield forged
            forged = copy.deepcopy(data)
            forged["components"][number] = wrong
            yield forged
            forged = copy.deepcopy(data)
            forged["components"][number] = {**label, "component": wrong}
            yield forged
    for wrong in WRONG:
        yield {**data, "components": wrong}
        yield {**data, "resolved": {"attachments": wrong}}
    files = field(FILES, "portrait", values=["7"])
    name = field(TEXT, "name", value="Zed")
    for wrong in WRONG:
        resolved = {"attachments": {"7": wrong}}
        yield {**form(data["custom_id"], name, files), "resolved": resolved}


async def send(world: simcord.Env, who: Any, channel: Any, data: dict[str, Any]) -> Any:
    record, payload = interactions.base_payload(
        world.backend,
        type=5,
        channel_id=channel.id,
        guild_id=channel.guild.id,
        user_id=who.id,
        data=copy.deepcopy(data),
    )
    world.backend.emit("INTERACTION_CREATE", payload)
    await world.settle(timeout=30)
    return InteractionResult(world, record)


@pytest.mark.parametrize("data", [CREATE, FORGET, SEARCH], ids=["create", "forget", "search"])
async def test_a_forged_form_is_one_sentence_and_no_traceback(
    world: simcord.Env,
    ana: Any,
    channel: Any,
    registry: Registry,
    data: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def uncounted(*_: object) -> None:
        """There are more variants than anybody may send in a minute."""

    monkeypatch.setattr("characters.admission.PRESSES", 10**6)
    monkeypatch.setattr(registry.admission, "admit", uncounted)
    bob = await registry.create(9, "Bob")
    for number, forged in enumerate(variants(data)):
        forged["custom_id"] = data["custom_id"].replace(":1:", f":{number}x:")
        result = await send(world, ana, channel, forged)
        assert result.acknowledged, forged
        assert "Something went wrong" not in read(result), forged
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert not world.errors
    assert await registry.get(9, bob.char_id) == bob


@pytest.mark.parametrize(
    "custom_id",
    [
        *("gchrX:form:1::", "gchr", "gchr:", "gchr:formula:1::", "form:1::", "", "gchr:forget:1"),
        *("GCHR:forget", "gchr:form", "gchr:form:1:zz:", "x" * 100, "their:form"),
        *("gchr:search-form:", "gchr:search-form:0x", "gchr:search-form:0r=", "gchr:search"),
    ],
)
async def test_a_form_that_is_not_ours_is_left_to_its_own_program(
    world: simcord.Env, ana: Any, channel: Any, custom_id: str
) -> None:
    result = await send(world, ana, channel, {**CREATE, "custom_id": custom_id})
    assert not result.acknowledged
    assert not world.errors

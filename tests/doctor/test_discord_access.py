"""What the doctor learns from Discord, where that answers and where it does not."""

from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from characters.doctor import discord_access
from characters.doctor.discord_access import _shards, discord_facts
from characters.doctor.fact import Fact
from tests.gateway import discord_api, json_response

TOKEN = "canary-token"
APPLICATION = {
    "flags": 1 << 19,
    "integration_types_config": {"0": {}, "1": {}},
    "interactions_endpoint_url": None,
}


async def look(
    monkeypatch: pytest.MonkeyPatch,
    token: str | None = TOKEN,
    **application: Any,
) -> dict[str, Fact]:
    async def answer(_: web.Request) -> web.Response:
        return json_response(APPLICATION | application)

    async with discord_api(TOKEN, [web.get("/applications/@me", answer)]) as api:
        monkeypatch.setattr(discord_access, "API", api)
        facts = await discord_facts(SecretStr(token) if token else None)
    assert "canary" not in str(facts)
    return {fact.name: fact for fact in facts}


async def test_a_bot_that_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = await look(monkeypatch)
    assert not any(fact.advice for fact in facts.values())
    assert {name: fact.value for name, fact in facts.items()} == {
        "reachable": "yes",
        "bot": "registry (1000000000000000001)",
        "privileged intents": "message content",
        "can be installed by": "servers, users",
        "interactions endpoint URL": "none",
        "shards that Discord advises": "1",
        "starts left today": "1000 of 1000",
    }


async def test_without_a_token_it_asks_only_whether_discord_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts = await look(monkeypatch, token=None)
    assert list(facts) == ["reachable", "bot"]
    assert not any(fact.advice for fact in facts.values())


def test_fewer_shards_than_discord_advises() -> None:
    assert "SHARD_COUNT to 4" in _shards({"shards": 4}, 3).advice
    assert not _shards({"shards": 4}, 4).advice
    assert not _shards({"shards": 4}, None).advice


async def test_a_token_that_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = await look(monkeypatch, token="canary-of-another")
    assert "DISCORD_TOKEN" in facts["bot"].advice


async def test_commands_that_discord_sends_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = await look(monkeypatch, interactions_endpoint_url="https://example.org/hook")
    assert "developer portal" in facts["interactions endpoint URL"].advice


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://[::1"])
async def test_discord_that_can_not_be_reached(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(discord_access, "API", address)
    (fact,) = await discord_facts(SecretStr(TOKEN))
    assert (fact.name, fact.value[:2]) == ("reachable", "no")
    assert "network" in fact.advice


@pytest.mark.parametrize(("status", "word"), [(429, "wait"), (403, "proxy")])
async def test_an_answer_that_is_none(
    monkeypatch: pytest.MonkeyPatch, status: int, word: str
) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=status)

    async with discord_api(TOKEN, [web.get("/gateway/refused/gateway", refuse)]) as api:
        monkeypatch.setattr(discord_access, "API", f"{api}/gateway/refused")
        (fact,) = await discord_facts(SecretStr(TOKEN))
    assert fact.value == f"no ({status})"
    assert word in fact.advice

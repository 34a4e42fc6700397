"""What a player typed while the store did not answer: other processes find it soon after."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.store import held_drafts
from characters.store.characters import CharacterStore
from characters.store.drafts import Draft, DraftStore

USER = 42


async def test_the_store_gets_them_when_it_answers(
    valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_drafts, "HAND_OVER_SECONDS", 0.05)
    here, elsewhere = (DraftStore(CharacterStore(valkey)) for _ in range(2))
    await valkey.config_set("maxmemory", 1)
    draft_id = here.hold(USER, Draft("new", name="Ana"))
    await asyncio.sleep(0.2)
    assert here.count_held(USER) == 1
    await valkey.config_set("maxmemory", 0)
    async with asyncio.timeout(10):
        while here.count_held(USER):  # noqa: ASYNC110 - a timer ends it
            await asyncio.sleep(0.05)
    found = await elsewhere.get(USER, draft_id)
    assert found
    assert found.name == "Ana"


async def test_a_process_that_stops_hands_them_over(valkey: Redis) -> None:
    here, elsewhere = (DraftStore(CharacterStore(valkey)) for _ in range(2))
    draft_id = here.hold(USER, Draft("new", name="Ana"))
    await here.hand_over()
    assert here.count_held(USER) == 0
    assert await elsewhere.get(USER, draft_id)


async def test_outdated_ones_are_dropped(valkey: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    here = DraftStore(CharacterStore(valkey))
    monkeypatch.setattr(held_drafts, "DRAFT_SECONDS", -1)
    here.hold(USER, Draft("new", name="Ana"))
    await here.hand_over()
    assert here.count_held(USER) == 0
    assert await valkey.keys("*") == []


async def test_what_is_forgotten_meanwhile_is_not_given_to_the_store(
    valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = DraftStore(CharacterStore(valkey))
    for name in ("Ana", "Bob"):
        here.hold(USER, Draft("new", name=name))
    keep = held_drafts.keep_entry

    async def keep_and_forget(*arguments: Any) -> bool:
        kept = await keep(*arguments)
        here.forget(USER)
        return kept

    monkeypatch.setattr(held_drafts, "keep_entry", keep_and_forget)
    await here.hand_over()
    assert await valkey.hlen(f"game:drafts:{USER}") == 1

"""What a player typed while the store did not answer: other processes find it soon after."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store import held_drafts
from characters.store.characters import CharacterStore
from characters.store.drafts import Draft, DraftStore
from characters.store.held_drafts import HeldDrafts
from characters.store.waiting_entries import DRAFT_SECONDS

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
    give = HeldDrafts._give

    async def give_and_forget(*arguments: Any) -> None:
        await give(*arguments)
        here.forget(USER)

    monkeypatch.setattr(HeldDrafts, "_give", give_and_forget)
    await here.hand_over()
    assert await valkey.hlen(f"game:drafts:{USER}") == 1


async def test_what_another_process_holds_of_a_forgotten_user_is_not_given_to_the_store(
    redis: Any, assets: FolderAssets
) -> None:
    here, elsewhere = (Registry(CharacterStore(redis), assets) for _ in range(2))
    draft_id = elsewhere.drafts.hold(USER, Draft("new", name="Ana"))
    other_id = elsewhere.drafts.hold(USER + 1, Draft("new", name="Bob"))
    await here.forget(USER)
    await elsewhere.drafts.hand_over()
    assert elsewhere.drafts.count_held(USER) == 0
    assert await elsewhere.drafts.get(USER, draft_id) is None
    assert await here.drafts.get(USER + 1, other_id)
    assert (await here.kept(USER)).drafts == 0


async def test_what_is_typed_after_that_is_given_to_the_store(
    redis: Any, assets: FolderAssets
) -> None:
    """The note of forgetting ends when no older draft is held any more."""
    store = CharacterStore(redis)
    here, elsewhere = Registry(store, assets), DraftStore(store)
    await here.forget(USER)
    note = store.keys(USER).forgotten
    assert 0 < await redis.ttl(note) <= DRAFT_SECONDS
    await redis.expire(note, DRAFT_SECONDS - 2 * held_drafts.UNDER_WAY_SECONDS)  # as time passes
    draft_id = elsewhere.hold(USER, Draft("new", name="Ana"))
    await elsewhere.hand_over()
    assert await here.drafts.get(USER, draft_id)

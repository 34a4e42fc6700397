"""Whom the operator has shut out reads one sentence for everything but `/character forget`."""

from typing import Any

import pytest

from characters.registry import Registry
from characters.store import block_store
from characters.store.block_store import BlockStore
from tests.people import answer, read

BLOCKED = "The people who run me do not let you use me."


@pytest.fixture
def blocks(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> BlockStore:
    monkeypatch.setattr(block_store, "REMEMBERED", 0.0)
    return BlockStore(registry._store.client)


async def test_everything_is_refused_and_forget_still_works(
    ana: Any, channel: Any, registry: Registry, blocks: BlockStore
) -> None:
    await registry.create(ana.id, "Zed")
    sheet = answer(await ana.slash(channel, "character show"))
    form = await ana.slash(channel, "character create")
    lobby = answer(await ana.slash(channel, "lobby open"))
    assert await blocks.block(ana.id)
    for result in (
        await ana.slash(channel, "character list"),
        await ana.slash(channel, "character create", name="Yan"),
        await ana.slash(channel, "lobby open"),
        await ana.click(sheet.message, label="Share"),
        await ana.click(lobby.message, label="Join"),
        await ana.submit_modal(form, {"name": "Yan"}),
    ):
        assert read(result).startswith(BLOCKED)
    assert await ana.autocomplete(channel, "character show", "name", "Z") == []
    assert [each.name for each in (await registry.roster(ana.id)).characters] == ["Zed"]
    asked = answer(await ana.slash(channel, "character forget"))
    word = await ana.click(asked.message, label="Forget me")
    assert "Done" in read(await ana.submit_modal(word, {"word": "forget"}))
    assert (await registry.roster(ana.id)).characters == []


async def test_others_are_not_blocked_and_who_is_let_in_again_is_not(
    ana: Any, bob: Any, channel: Any, blocks: BlockStore
) -> None:
    await blocks.block(bob.id)
    assert BLOCKED not in read(await ana.slash(channel, "character list"))
    assert BLOCKED in read(await bob.slash(channel, "character list"))
    await blocks.unblock(bob.id)
    assert BLOCKED not in read(await bob.slash(channel, "character list"))


async def test_the_store_is_asked_once_in_ten_seconds(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = BlockStore(registry._store.client)
    now = 1000.0
    monkeypatch.setattr(block_store.time, "monotonic", lambda: now)
    assert not await blocks.is_blocked(1)
    await blocks.block(1)
    assert not await blocks.is_blocked(1)
    now += block_store.REMEMBERED
    assert await blocks.is_blocked(1)

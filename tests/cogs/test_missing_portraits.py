"""What players read where an object store has lost a portrait, or is away."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.lobby.lobby import Lobby, Player
from characters.portraits.objects import ObjectAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from cogs.lobby.message import lobby_message
from tests import images
from tests.object_proxy import ObjectProxy
from tests.people import answer, pictures, read
from tests.player_input import given

AWAY = "The portrait can't be shown now: its file is missing or can't be read."


@pytest.fixture
async def registry(
    valkey: Redis, bucket: str, object_proxy: ObjectProxy, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Registry, None]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://{}:{}".format(*object_proxy.address))
    store = CharacterStore(valkey)
    yield Registry(store, ObjectAssets(bucket))
    await store.client.close()


async def without_object(registry: Registry, user_id: int, name: str) -> None:
    """A character whose portrait was removed from the bucket."""
    portrait, _ = await registry.portraits.keep(given(images.png()))
    assert portrait
    await registry.create(user_id, name, "", portrait)
    await registry.portraits.remove({portrait.path})


async def test_the_list_and_the_sheet_say_so(ana: Any, channel: Any, registry: Registry) -> None:
    await without_object(registry, ana.id, "Zed")
    shown = answer(await ana.slash(channel, "character list"))
    assert "### Zed" in read(shown)
    assert AWAY in read(shown)
    sheet = answer(await ana.slash(channel, "character show"))
    assert f"{AWAY} If that stays so, please add it again with **Edit**." in read(sheet)
    assert not pictures(sheet)
    shared = answer(await ana.click(sheet.message, label="Share"))
    assert AWAY in read(shared)
    assert "**Edit**" not in read(shared)


async def test_a_gallery_has_a_tile_for_it(ana: Any, channel: Any, registry: Registry) -> None:
    for number in range(7):
        await registry.create(ana.id, f"Hero {number}")
    assert "stands for" not in read(await ana.slash(channel, "character list"))
    await without_object(registry, ana.id, "Zed")
    shown = answer(await ana.slash(channel, "character list"))
    assert "**?** stands for portraits that can't be shown now." in read(shown)
    assert len(pictures(shown)) == 1


@pytest.mark.parametrize("players", [2, 10, 12])
async def test_a_lobby_says_so(registry: Registry, players: int) -> None:
    """As sections, as lines with attachments, and as lines with one picture."""
    await without_object(registry, 1, "Zed")
    portrait, _ = await registry.portraits.keep(given(images.png((40, 40))))
    await registry.lobbies.open(Lobby(1, 2, 1, "Game", players))
    for user_id in range(1, players + 1):
        if user_id > 1:
            await registry.create(user_id, "Bob", "", portrait)
        await registry.lobbies.join(1, Player(user_id, "Bob"))
    lobby = await registry.lobbies.get(1)
    shown = str((await lobby_message(registry, lobby)).to_components())
    said = {2: AWAY, 10: "These portraits can't be shown now: 1", 12: "**?** stands for"}
    assert said[players] in shown
    assert shown.count("can't be shown") == 1
    without = await lobby_message(registry, lobby, pictures=False)
    assert "can't be shown" not in str(without.to_components())


async def test_a_store_that_is_away_keeps_nothing_that_was_typed(
    ana: Any, channel: Any, registry: Registry, object_proxy: ObjectProxy
) -> None:
    await registry.note_store()
    object_proxy.before = lambda *_: True
    portrait = ("a.png", images.png())
    shown = answer(await ana.slash(channel, "character create", name="Zed", portrait=portrait))
    assert "**Zed** is saved, without a portrait." in read(shown)
    assert "The portrait could not be stored just now. Please add it again" in read(shown)
    (zed,) = (await registry.roster(ana.id)).characters
    assert zed.name == "Zed"
    object_proxy.before = lambda *_: False
    form = await ana.slash(channel, "character edit", name="Zed")
    again = await ana.submit_modal(form, {"name": "Zed", "portrait": [portrait]})
    assert pictures(answer(again))

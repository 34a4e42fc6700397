"""What players read where an object store has lost a portrait, or is away."""

from typing import Any

import pytest
from redis.asyncio import Redis

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
def registry(
    valkey: Redis, bucket: str, object_proxy: ObjectProxy, monkeypatch: pytest.MonkeyPatch
) -> Registry:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://{}:{}".format(*object_proxy.address))
    return Registry(CharacterStore(valkey), ObjectAssets(bucket))


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
async def test_a_lobby_says_so(
    world: Any, ana: Any, channel: Any, registry: Registry, players: int
) -> None:
    """As sections, as lines with attachments, and as lines with one picture."""
    everyone = [ana]
    everyone += [
        world.guild.add_member(world.create_user(f"p{each}")) for each in range(1, players)
    ]
    await without_object(registry, ana.id, "Zed")
    for each in everyone[1:]:
        portrait, _ = await registry.portraits.keep(given(images.png((40, 40))))
        await registry.create(each.id, "Bob", "", portrait)
    lobby = answer(await ana.slash(channel, "lobby open", seats=players))
    for each in everyone:
        await each.click(lobby.message, label="Join")
    said = {2: AWAY, 10: "These portraits can't be shown now: 1", 12: "**?** stands for"}
    assert said[players] in read(lobby)
    assert read(lobby).count("can't be shown") == 1
    panel = await lobby_message(registry, await registry.lobbies.get(lobby.id), pictures=False)
    assert "can't be shown" not in str(panel.to_components())


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

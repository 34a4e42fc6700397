"""The registry over a real Valkey and real files."""

import json
import time
from pathlib import Path

import pytest
from redis.asyncio import Redis

from characters.errors import (
    InvalidName,
    StorageUnavailable,
    UnknownCharacter,
)
from characters.model import Character
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from tests import images
from tests.player_input import USER, files, given, with_portrait


async def test_a_created_character_has_its_portrait_and_is_active(
    registry: Registry, assets: FolderAssets
) -> None:
    portrait, refusal = await registry.portraits.keep(given(images.png((600, 300))))
    character = await registry.create(USER, " Ana ", "A pirate.\r\n", portrait)
    assert refusal is None
    assert (character.name, character.description) == ("Ana", "A pirate.")
    assert character.created_at == character.last_used > 0
    assert await registry.active(USER) == character
    assert images.decode(await registry.portraits.portrait(character) or b"").size == (600, 300)
    assert images.decode((await registry.portraits.thumbnails(character))[0] or b"").size == (
        256,
        256,
    )
    assert len(files(assets)) == 2


async def test_a_refused_name_saves_nothing(registry: Registry) -> None:
    with pytest.raises(InvalidName):
        await registry.create(USER, "\u200b")
    assert await registry.roster(USER) == ([], None)


async def test_deleting_and_restoring_keep_the_portrait(
    registry: Registry, assets: FolderAssets
) -> None:
    ana = await with_portrait(registry)
    await registry.delete(USER, ana.char_id)
    assert await registry.roster(USER) == ([], None)
    assert len(files(assets)) == 2
    assert await registry.restore(USER, ana.char_id) == ana == await registry.active(USER)
    assert await registry.portraits.portrait(ana)


async def test_the_trash_is_the_latest_first_and_forgets_after_seven_days(
    registry: Registry, valkey: Redis
) -> None:
    ana, bob = await registry.create(USER, "Ana"), await registry.create(USER, "Bob")
    for each in (ana, bob):
        await registry.delete(USER, each.char_id)
    assert [each.name for each in await registry.trash(USER)] == ["Bob", "Ana"]
    old = {**ana.record, "trashed": {"at": time.time() - 7 * 86400 - 1, "active": False}}
    await valkey.hset(f"game:trash:{USER}", ana.char_id, json.dumps(old))
    assert [each.name for each in await registry.trash(USER)] == ["Bob"]
    with pytest.raises(UnknownCharacter):
        await registry.restore(USER, ana.char_id)


async def test_erasing_removes_the_files(registry: Registry, assets: FolderAssets) -> None:
    ana = await with_portrait(registry)
    assert await registry.erase(USER, ana.char_id)
    assert not await registry.erase(USER, ana.char_id)
    assert files(assets) == []


async def test_a_portrait_that_another_character_shows_stays(
    registry: Registry, valkey: Redis
) -> None:
    ana = await with_portrait(registry)
    await valkey.hset(f"game:characters:{USER}", "twin", json.dumps({**ana.record, "name": "Twin"}))
    await registry.erase(USER, ana.char_id)
    assert await registry.portraits.portrait(await registry.get(USER, "twin"))
    await registry.erase(USER, "twin")
    assert await registry.portraits.portrait(ana) is None


async def test_two_spellings_of_a_path_are_one_file(
    registry: Registry, valkey: Redis, assets: FolderAssets
) -> None:
    ana = await with_portrait(registry)
    twin = {**ana.record, "image_path": Path(ana.image_path or "").name}
    await valkey.hset(f"game:characters:{USER}", "twin", json.dumps(twin))
    await registry.erase(USER, ana.char_id)
    assert len(files(assets)) == 2


async def test_thumbnails_are_read_once_and_forgotten_with_their_files(
    registry: Registry, assets: FolderAssets
) -> None:
    ana, bob = await with_portrait(registry, "Ana"), await with_portrait(registry, "Bob")
    first = await registry.portraits.thumbnails(ana, bob)
    assert all(first)
    for file in files(assets):
        file.rename(file.with_suffix(".away"))
    assert await registry.portraits.thumbnails(bob, ana) == first[::-1]
    await registry.erase(USER, ana.char_id)
    assert await registry.portraits.thumbnails(ana, bob) == [None, first[1]]


async def test_images_of_other_programs_are_read_anew_each_time(
    registry: Registry, assets: FolderAssets
) -> None:
    assets.root.mkdir()
    theirs = Character("theirs", {"name": "Theirs", "image_path": "cat-256.webp"})
    for data in (b"first", b"second"):
        (assets.root / "cat-256.webp").write_bytes(data)
        assert await registry.portraits.thumbnails(theirs) == [data]


async def test_a_portrait_is_shown_by_url_only_where_strangers_can_fetch_it(
    valkey: Redis, tmp_path: Path
) -> None:
    async def shown(url: str | None) -> tuple[str | None, str | None]:
        registry = Registry(CharacterStore(valkey), FolderAssets(tmp_path / "assets", url))
        character = await with_portrait(registry)
        return registry.portraits.public_url(character), registry.portraits.public_url(
            character, thumbnail=True
        )

    image, thumbnail = await shown("https://example.org/assets")
    assert image
    assert image.startswith("https://example.org/assets/")
    assert thumbnail == image.replace(".webp", "-256.webp")
    assert await shown("http://127.0.0.1:8080") == (None, None)
    assert await shown(None) == (None, None)


async def test_a_down_store_is_one_clear_error(registry: Registry, valkey: Redis) -> None:
    ana = await registry.create(USER, "Ana")
    await valkey.config_set("maxmemory", 1)
    with pytest.raises(StorageUnavailable):
        await registry.create(USER, "Bob")
    await valkey.config_set("maxmemory", 0)
    assert await registry.active(USER) == ana


async def test_what_the_trash_has_no_room_for_takes_its_portrait_along(
    registry: Registry, valkey: Redis
) -> None:
    oldest = await with_portrait(registry)
    await registry.delete(USER, oldest.char_id)
    note = {"at": 1.0, "active": False}
    for number in range(199):
        record = json.dumps({"name": "Old", "trashed": note})
        await valkey.hset(f"game:trash:{USER}", f"old{number}", record)
    record = json.dumps({**oldest.record, "trashed": {"at": 0.5, "active": False}})
    await valkey.hset(f"game:trash:{USER}", oldest.char_id, record)
    ana = await with_portrait(registry)
    await registry.delete(USER, ana.char_id)
    assert await registry.portraits.portrait(oldest) is None
    assert await registry.portraits.portrait(ana)

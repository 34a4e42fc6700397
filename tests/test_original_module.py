"""Characters of the original module: their images have names like `char_42_1.png`."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.maintenance.move import move_assets
from characters.maintenance.stats import stats
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.model import Character
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.client import StoreClient
from tests import images
from tests.operator import files
from tests.player_input import changes, fetch, upload

USER, OTHER = 42, 43
NAME = "char_42_1.png"


@pytest.fixture
def image(assets: FolderAssets) -> Path:
    assets.root.mkdir(parents=True)
    file = assets.root / NAME
    file.write_bytes(images.png((40, 30)))
    os.utime(file, (0, time.time() - 30 * 86400))
    return file


@pytest.fixture
async def ana(registry: Registry, valkey: Redis, image: Path) -> Character:
    return await recorded(registry, valkey, USER, image)


async def recorded(
    registry: Registry, valkey: Redis, user_id: int, image: Path, **fields: Any
) -> Character:
    """A record as the original module wrote it: the path is absolute."""
    record = {
        "name": "Ana",
        "description": "A pirate.",
        "image_path": str(image),
        "image_url": f"https://example.org/assets/{image.name}",
        "created_at": 1.5,
        "last_used": 2.5,
    }
    await valkey.hset(f"game:characters:{user_id}", "ana", json.dumps(record | fields))
    return await registry.get(user_id, "ana")


def workspace(valkey: Redis, assets: FolderAssets) -> Workspace:
    return Workspace(StoreClient(valkey), assets)


async def age_trash(valkey: Redis, user_id: int) -> None:
    """As if everything was deleted eight days ago."""
    key = f"game:trash:{user_id}"
    for char_id, data in (await valkey.hgetall(key)).items():
        record = json.loads(data)
        record["trashed"]["at"] = time.time() - 8 * 86400
        await valkey.hset(key, char_id, json.dumps(record))


async def test_its_portrait_is_shown(registry: Registry, ana: Character, image: Path) -> None:
    assert await registry.portraits.portrait(ana) == image.read_bytes()
    assert await registry.portraits.thumbnails(ana) == [image.read_bytes()]


async def test_its_file_goes_when_what_a_new_portrait_replaced_leaves_the_trash(
    registry: Registry, valkey: Redis, assets: FolderAssets, ana: Character, image: Path
) -> None:
    saved = await registry.save(USER, changes(ana, upload=upload("portrait")), fetch)
    assert saved.character.image_path != str(image)
    await sweep(workspace(valkey, assets), force=True)
    assert image.exists()
    await age_trash(valkey, USER)
    await sweep(workspace(valkey, assets), force=True)
    assert not image.exists()


async def test_an_edit_of_its_text_keeps_its_file(
    registry: Registry, ana: Character, image: Path
) -> None:
    saved = await registry.save(USER, changes(ana, "Anna", "Tall."), fetch)
    assert saved.character.image_path == str(image)
    assert image.exists()


async def test_its_file_goes_when_it_leaves_the_trash(
    registry: Registry, valkey: Redis, assets: FolderAssets, ana: Character, image: Path
) -> None:
    await registry.delete(USER, ana.char_id)
    await sweep(workspace(valkey, assets), force=True)
    assert image.exists()
    await age_trash(valkey, USER)
    await sweep(workspace(valkey, assets), force=True)
    assert not image.exists()


@pytest.mark.usefixtures("ana")
async def test_its_file_goes_when_its_player_is_forgotten(registry: Registry, image: Path) -> None:
    await registry.forget(USER)
    assert not image.exists()


async def test_its_file_goes_when_it_is_erased(
    registry: Registry, ana: Character, image: Path
) -> None:
    assert await registry.erase(USER, ana.char_id)
    assert not image.exists()


@pytest.mark.parametrize(
    ("way", "other"),
    [("trash", USER), ("trash", OTHER), ("forget", OTHER), ("erase", USER), ("erase", OTHER)],
)
async def test_a_file_that_another_record_names_stays(
    registry: Registry,
    valkey: Redis,
    assets: FolderAssets,
    ana: Character,
    image: Path,
    way: str,
    other: int,
) -> None:
    record = json.dumps({"name": "Bob", "image_path": f"/old/folder/{NAME}"})
    await valkey.hset(f"game:characters:{other}", "bob", record)
    if way == "trash":
        await registry.delete(USER, ana.char_id)
        await age_trash(valkey, USER)
        await sweep(workspace(valkey, assets), force=True)
    elif way == "forget":
        await registry.forget(USER)
    else:
        await registry.erase(USER, ana.char_id)
    assert image.exists()
    assert await registry.portraits.portrait(await registry.get(other, "bob"))


@pytest.mark.usefixtures("ana")
async def test_a_file_that_no_record_ever_named_stays(
    registry: Registry, valkey: Redis, assets: FolderAssets
) -> None:
    """Other programs keep files in the same folder."""
    (assets.root / "char_42_2.png").write_bytes(b"theirs")
    await registry.forget(USER)
    await sweep(workspace(valkey, assets), force=True)
    assert set(files(assets.root)) == {"char_42_2.png"}


async def test_after_the_folder_is_renamed_it_is_shown_deleted_and_removed(
    assets: FolderAssets, registry: Registry, ana: Character
) -> None:
    renamed = assets.root.rename(assets.root.with_name("renamed"))
    moved = Registry(registry._store, FolderAssets(renamed))
    assert await moved.portraits.portrait(ana)
    await moved.delete(USER, ana.char_id)
    await moved.restore(USER, ana.char_id)
    await moved.forget(USER)
    assert files(renamed) == {}


async def test_it_moves_with_the_assets(
    valkey: Redis, assets: FolderAssets, registry: Registry, ana: Character, tmp_path: Path
) -> None:
    target = FolderAssets(tmp_path / "new")
    await move_assets(workspace(valkey, assets), assets, target)
    moved = await registry.get(USER, ana.char_id)
    assert moved.image_path == str(target.root / NAME)
    assert (target.root / NAME).exists()


@pytest.mark.usefixtures("ana")
async def test_statistics_count_its_portrait(valkey: Redis, assets: FolderAssets) -> None:
    counted = await stats(workspace(valkey, assets))
    assert (counted.portraits, counted.foreign_portraits) == (0, 1)

"""Files of other programs, whose characters were deleted: the sweep completes what was stopped."""

import os
import time
from pathlib import Path

import pytest
from redis.asyncio import Redis

from characters.errors import StorageUnavailable
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from characters.store.keys import TRASHED_FILES
from tests.operator import add, keys, record

USER, OTHER = 42, 43
NAME = "char_42_1.png"


@pytest.fixture
def client(valkey: Redis) -> StoreClient:
    return StoreClient(valkey)


@pytest.fixture
def workspace(client: StoreClient, assets: FolderAssets) -> Workspace:
    return Workspace(client, assets)


@pytest.fixture
def image(assets: FolderAssets) -> Path:
    return image_file(assets, NAME)


def image_file(assets: FolderAssets, name: str, *, age: float = 7200) -> Path:
    assets.root.mkdir(exist_ok=True)
    file = assets.root / name
    file.write_bytes(b"image")
    os.utime(file, (0, time.time() - age))
    return file


async def add_trashed(client: StoreClient, image: Path, *, days: float) -> None:
    fields = {"image_path": str(image)}
    note = {"at": time.time() - days * 86400, "active": False}
    await add(client, USER, "ana", record(trashed=note, **fields), place="trash")


async def test_a_dry_run_lists_the_file_and_removes_and_notes_nothing(
    client: StoreClient, workspace: Workspace, image: Path
) -> None:
    await add_trashed(client, image, days=8)
    result = await sweep(workspace, dry_run=True)
    assert [(file.path, file.size) for file in result.files] == [(str(image), 5)]
    assert image.exists()
    assert not await client.execute("EXISTS", TRASHED_FILES)


async def test_a_file_goes_also_when_the_store_itself_expires_the_trash(
    client: StoreClient, workspace: Workspace, image: Path
) -> None:
    await add_trashed(client, image, days=6)
    await sweep(workspace)
    assert image.exists()
    await client.execute("DEL", keys(client, USER).trash)
    await sweep(workspace)
    assert not image.exists()
    assert not await client.execute("EXISTS", TRASHED_FILES)


async def test_a_file_goes_also_where_no_sweep_ran_while_it_was_in_the_trash(
    client: StoreClient, workspace: Workspace, image: Path, registry: Registry
) -> None:
    await add(client, USER, "ana", record(image_path=str(image)))
    await registry.delete(USER, "ana")
    await client.execute("DEL", keys(client, USER).trash)
    await sweep(workspace)
    assert not image.exists()


async def test_a_sweep_that_was_killed_after_the_record_is_completed_by_the_next(
    client: StoreClient, workspace: Workspace, image: Path
) -> None:
    class DyingAssets(FolderAssets):
        async def remove(self, path: str) -> None:
            raise OSError(5, path)

    await add_trashed(client, image, days=8)
    assets = DyingAssets(image.parent)
    with pytest.raises(OSError, match=NAME):
        await sweep(Workspace(client, assets))
    assert not await client.execute("EXISTS", keys(client, USER).trash)
    assert image.exists()
    await sweep(workspace)
    assert not image.exists()


async def test_forget_without_an_answer_for_the_second_step_is_completed_by_the_sweep(
    client: StoreClient, workspace: Workspace, image: Path, valkey: Redis
) -> None:
    """The records are removed, and then the store does not answer any more."""

    class Failing(CharacterStore):
        async def forget(self, user_id: int) -> None:
            await super().forget(user_id)
            raise StorageUnavailable

    await add(client, USER, "ana", record(image_path=str(image)))
    with pytest.raises(StorageUnavailable):
        await Registry(Failing(valkey), FolderAssets(image.parent)).forget(USER)
    assert image.exists()
    await sweep(workspace)
    assert not image.exists()


async def test_a_restored_character_keeps_its_file(
    client: StoreClient, workspace: Workspace, image: Path, registry: Registry
) -> None:
    await add(client, USER, "ana", record(image_path=str(image)))
    await registry.delete(USER, "ana")
    await sweep(workspace)
    await registry.restore(USER, "ana")
    await sweep(workspace)
    assert image.exists()
    assert not await client.execute("EXISTS", TRASHED_FILES)


@pytest.mark.parametrize("path", [NAME, f"/srv/old/{NAME}", f"x/../{NAME}"])
async def test_a_file_that_another_user_names_in_another_way_stays(
    client: StoreClient, workspace: Workspace, image: Path, path: str
) -> None:
    await add_trashed(client, image, days=8)
    await add(client, OTHER, "bob", record(image_path=path))
    await sweep(workspace)
    assert image.exists()


@pytest.mark.parametrize("name", [NAME, "char_é.png"])
async def test_a_file_that_a_record_names_which_can_not_be_read_stays(
    client: StoreClient, workspace: Workspace, assets: FolderAssets, name: str
) -> None:
    image = image_file(assets, name)
    await add_trashed(client, image, days=8)
    await add(client, OTHER, "bob", record(image_path=str(image))[:-1])
    await sweep(workspace)
    assert image.exists()


async def test_a_file_that_another_program_has_just_written_again_stays_for_now(
    client: StoreClient, workspace: Workspace, assets: FolderAssets
) -> None:
    image = image_file(assets, NAME, age=0)
    await add_trashed(client, image, days=8)
    assert (await sweep(workspace)).files == []
    assert image.exists()
    os.utime(image, (0, time.time() - 7200))
    await sweep(workspace)
    assert not image.exists()


async def test_nothing_outside_the_assets_is_removed(
    client: StoreClient, workspace: Workspace, tmp_path: Path, assets: FolderAssets
) -> None:
    assets.root.mkdir()
    outside = tmp_path / "secret.png"
    outside.touch()
    for number, path in enumerate([str(outside), "../secret.png", "a\0b.png", "", "."]):
        note = {"at": 1.0, "active": False}
        data = record(image_path=path, trashed=note)
        await add(client, number + 1, "ana", data, place="trash")
    await sweep(workspace)
    assert outside.exists()


async def test_an_object_store_too(valkey: Redis, bucket: str) -> None:
    from characters.portraits.objects import ObjectAssets  # noqa: PLC0415 - needs an extra

    client, assets = StoreClient(valkey), ObjectAssets(bucket)
    await assets.put(NAME, b"image")
    await assets.put("theirs.png", b"image")
    note = {"at": 1.0, "active": False}
    data = record(image_path=f"/home/x/assets/{NAME}", trashed=note)
    await add(client, USER, "ana", data, place="trash")
    await sweep(Workspace(client, assets), age=-60)
    assert await assets.read(f"{bucket}/{NAME}", f"{bucket}/theirs.png") == [None, b"image"]

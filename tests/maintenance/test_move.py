"""Moving portraits: files are copied and compared, records changed, old files removed."""

import json
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.errors import OperatorError
from characters.maintenance.check import check
from characters.maintenance.move import MoveResult, move_assets
from characters.maintenance.workspace import Workspace
from characters.portrait_fields import PortraitFile
from characters.portraits.assets import Assets
from characters.portraits.folder import FolderAssets
from characters.portraits.objects import ObjectAssets
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from characters.store.drafts import Draft, DraftStore
from tests.operator import add, everything, files, portrait, record, trashed

URL = "https://new.example.org/p"


@pytest.fixture
def client(redis: Any) -> StoreClient:
    return StoreClient(redis)


@pytest.fixture
def old(tmp_path: Path) -> FolderAssets:
    return FolderAssets(tmp_path / "old", "https://old.example.org")


@pytest.fixture
def new(tmp_path: Path) -> FolderAssets:
    return FolderAssets(tmp_path / "new", URL)


async def moved_assets(
    client: StoreClient, source: Assets, target: Assets, **options: Any
) -> MoveResult:
    return await move_assets(Workspace(client, source), source, target, **options)


def moved(saved: PortraitFile, new: FolderAssets, url: str | None = URL) -> PortraitFile:
    name = Path(saved.path).name
    return PortraitFile(f"{new.root}/{name}", f"{url}/{name}" if url else saved.url)


async def test_records_trash_and_drafts_follow_their_portraits(
    client: StoreClient, old: FolderAssets, new: FolderAssets, redis: Any
) -> None:
    ana, bob, cleo = [await portrait(old) for _ in range(3)]
    await add(client, 1, "ana", record(ana, large=2**60))
    deleted = trashed(bob)
    await add(client, 1, "bob", deleted, place="trash")
    drafts = DraftStore(CharacterStore(redis))
    draft_id = await drafts.keep(2, Draft("cleo", name="Cleo", portrait=cleo))
    before = files(old.root)
    assert await moved_assets(client, old, new, url=URL) == (6, 3, 3, [])
    assert files(new.root) == before
    assert files(old.root) == {}
    first, _ = await everything(client)
    assert json.loads(first.characters[b"ana"]) == json.loads(record(moved(ana, new), large=2**60))
    to = moved(bob, new)
    assert json.loads(first.trash[b"bob"]) == json.loads(deleted) | {
        "image_path": to.path,
        "image_url": to.url,
    }
    assert await drafts.get(2, draft_id) == Draft("cleo", name="Cleo", portrait=moved(cleo, new))


async def test_a_second_time_there_is_nothing_to_do(
    client: StoreClient, old: FolderAssets, new: FolderAssets
) -> None:
    await add(client, 1, "ana", record(await portrait(old)))
    await moved_assets(client, old, new, url=URL)
    before = await everything(client), files(new.root)
    assert await moved_assets(client, old, new, url=URL) == (0, 0, 0, [])
    assert (await everything(client), files(new.root)) == before


async def test_without_a_url_the_old_one_stays(
    client: StoreClient, old: FolderAssets, new: FolderAssets
) -> None:
    ana = await portrait(old)
    await add(client, 1, "ana", record(ana))
    await moved_assets(client, old, new)
    assert (await everything(client))[0].characters[b"ana"] == record(moved(ana, new, None))


async def test_where_the_folder_is_the_same_only_the_url_changes(
    client: StoreClient, old: FolderAssets
) -> None:
    ana = await portrait(old)
    await add(client, 1, "ana", record(ana))
    await add(client, 1, "bob", record(image_url="https://theirs.example.org/bob.png"))
    assert await moved_assets(client, old, FolderAssets(old.root, URL), url=URL) == (0, 1, 0, [])
    assert (await everything(client))[0].characters == {
        b"ana": record(PortraitFile(ana.path, moved(ana, old).url)),
        b"bob": record(image_url="https://theirs.example.org/bob.png"),
    }
    assert len(files(old.root)) == 2


async def test_another_name_of_the_same_folder_loses_no_file(
    client: StoreClient, old: FolderAssets, tmp_path: Path
) -> None:
    ana = await portrait(old)
    (tmp_path / "link").symlink_to(old.root)
    await add(client, 1, "ana", record(ana))
    done = await moved_assets(client, old, FolderAssets(tmp_path / "link"))
    assert (done.changed, done.removed) == (1, 0)
    assert len(files(old.root)) == 2


async def test_a_linked_folder_moves_what_it_leads_to(
    client: StoreClient, old: FolderAssets, new: FolderAssets, tmp_path: Path
) -> None:
    ana = await portrait(old)
    (tmp_path / "link").symlink_to(old.root)
    await add(client, 1, "ana", record(ana))
    assert await moved_assets(client, FolderAssets(tmp_path / "link"), new) == (2, 1, 1, [])
    assert (await everything(client))[0].characters[b"ana"] == record(moved(ana, new, None))


@pytest.mark.parametrize("inner", ["old/inner", "link/inner"])
async def test_a_location_inside_the_other_is_refused(
    client: StoreClient, old: FolderAssets, tmp_path: Path, inner: str
) -> None:
    await add(client, 1, "ana", record(await portrait(old)))
    (tmp_path / "link").symlink_to(old.root)
    for source, target in [
        (old, FolderAssets(tmp_path / inner)),
        (FolderAssets(tmp_path / inner), old),
    ]:
        with pytest.raises(OperatorError, match="lie one inside the other"):
            await moved_assets(client, source, target)
    assert len(files(old.root)) == 2


async def test_a_prefix_of_the_same_bucket_is_refused(valkey: Redis, bucket: str) -> None:
    with pytest.raises(OperatorError, match="lie one inside the other"):
        await moved_assets(
            StoreClient(valkey), ObjectAssets(bucket), ObjectAssets(f"{bucket}/inner")
        )


async def test_a_portrait_in_neither_location_is_reported(
    client: StoreClient, old: FolderAssets, new: FolderAssets
) -> None:
    await add(client, 1, "ana", record(image_path="/srv/third/ana.png"))
    await add(client, 1, "bob", record(image_url="https://example.org/bob.png"))
    assert (await moved_assets(client, old, new)).left == ["/srv/third/ana.png"]


@pytest.mark.parametrize("same", [True, False])
async def test_a_record_with_an_outdated_path_gets_the_new_one(
    client: StoreClient, old: FolderAssets, new: FolderAssets, *, same: bool
) -> None:
    target = FolderAssets(old.root) if same else new
    ana = await portrait(old)
    await old.put("char_42_1.png", b"image")
    before = files(old.root)
    await add(client, 1, "ana", record(image_path=f"/srv/older/{Path(ana.path).name}"))
    await add(client, 42, "bob", record(image_path="/home/x/assets/char_42_1.png"))
    done = await moved_assets(client, old, target)
    assert (done.changed, done.left) == (2, [])
    assert files(target.root) == before
    assert await check(Workspace(client, target)) == []


async def test_the_record_of_another_file_with_the_same_name_is_not_changed(
    client: StoreClient, old: FolderAssets, new: FolderAssets
) -> None:
    await old.put("ana.png", b"one image")
    await new.put("ana.png", b"another image")
    data = {"old": record(image_path=f"{old.root}/ana.png")}
    data["new"] = record(image_path=f"{new.root}/ana.png")
    for char_id, each in data.items():
        await add(client, 1, char_id, each)
    done = await moved_assets(client, old, new)
    assert (done.changed, done.left) == (0, [f"{old.root}/ana.png"])
    assert files(new.root) == {"ana.png": b"another image"}
    (found,) = await everything(client)
    assert found.characters == {key.encode(): each for key, each in data.items()}


async def test_old_files_can_be_kept(
    client: StoreClient, old: FolderAssets, new: FolderAssets
) -> None:
    await add(client, 1, "ana", record(await portrait(old)))
    assert (await moved_assets(client, old, new, keep=True)).removed == 0
    assert files(old.root) == files(new.root)
    assert (await moved_assets(client, old, new)).removed == 1
    assert files(old.root) == {}


async def test_a_thumbnail_that_an_interrupted_run_left_is_removed(
    client: StoreClient, old: FolderAssets, new: FolderAssets
) -> None:
    ana = await portrait(old)
    await add(client, 1, "ana", record(ana))
    await moved_assets(client, old, new, keep=True)
    Path(ana.path).unlink()
    assert (await moved_assets(client, old, new)).removed == 1
    assert files(old.root) == {}


async def test_files_of_other_programs_are_copied_and_stay(
    client: StoreClient, old: FolderAssets, new: FolderAssets
) -> None:
    await old.put("theirs/ana.png", b"image")
    await add(client, 1, "ana", record(image_path="theirs/ana.png"))
    assert await moved_assets(client, old, new) == (1, 0, 0, [])
    assert files(new.root) == files(old.root) == {"theirs/ana.png": b"image"}


async def test_what_can_not_be_moved_stays_and_is_reported(
    client: StoreClient, old: FolderAssets, new: FolderAssets
) -> None:
    ana, bob = await portrait(old), await portrait(old)
    Path(ana.path).unlink()
    await new.put(Path(bob.path).name, b"another one")
    await add(client, 1, "ana", record(ana))
    await add(client, 1, "bob", record(bob))
    await add(client, 1, "corrupt", record(await portrait(old))[:-2])
    before = await everything(client)
    done = await moved_assets(client, old, new, url=URL)
    assert (done.changed, done.removed, done.left) == (0, 0, [ana.path, bob.path])
    assert await everything(client) == before
    assert Path(bob.path).read_bytes().startswith(b"large")


async def test_a_portrait_made_in_the_old_location_meanwhile_is_moved_too(
    client: StoreClient, old: FolderAssets, new: FolderAssets, redis: Any
) -> None:
    await add(client, 1, "ana", record(await portrait(old)))

    class BusyServer(StoreClient):
        looks = 0

        async def keys(self, pattern: str) -> Any:
            self.looks += 1
            if self.looks == 2:
                await add(client, 2, "bob", record(await portrait(old)))
            async for key in super().keys(pattern):
                yield key

    assert await moved_assets(BusyServer(redis), old, new) == (4, 2, 2, [])
    assert files(old.root) == {}


async def test_a_file_that_is_not_written_correctly_changes_no_record(
    client: StoreClient, old: FolderAssets, tmp_path: Path
) -> None:
    class FullDisk(FolderAssets):
        async def put(self, name: str, data: bytes) -> PortraitFile:
            return await super().put(name, data[:3])

    await add(client, 1, "ana", record(await portrait(old)))
    before = await everything(client), files(old.root)
    with pytest.raises(OperatorError, match="was not written correctly"):
        await moved_assets(client, old, FullDisk(tmp_path / "new"))
    assert (await everything(client), files(old.root)) == before


async def test_nothing_outside_the_old_location_is_copied(
    client: StoreClient, old: FolderAssets, new: FolderAssets
) -> None:
    await portrait(old)
    (old.root / f"{'f' * 32}.webp").symlink_to("/etc/passwd")
    for number, path in enumerate(
        ["/etc/passwd", "../../etc/passwd", f"{'f' * 32}.webp", "a\0b", ""]
    ):
        await add(client, 1, f"id{number}", record(image_path=path))
    await moved_assets(client, old, new)
    assert files(new.root) == {}


async def test_to_an_object_store_and_back_again(
    valkey: Redis, old: FolderAssets, bucket: str
) -> None:
    client, store = StoreClient(valkey), ObjectAssets(bucket)
    await old.put("theirs/bob.png", b"image")
    await add(client, 1, "ana", record(await portrait(old)))
    await add(client, 1, "bob", record(image_path="theirs/bob.png"))
    before = files(old.root)
    assert await moved_assets(client, old, store, url=URL) == (3, 2, 1, [])
    assert await check(Workspace(client, store)) == []
    (found,) = await everything(client)
    assert json.loads(found.characters[b"bob"])["image_path"] == f"{bucket}/theirs/bob.png"
    assert await moved_assets(client, store, old) == (2, 2, 1, [])
    assert files(old.root) == before

"""`check` finds every kind of fault, and nothing else."""

from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.maintenance.check import check
from characters.maintenance.findings import FindingKind as Kind
from characters.maintenance.stats import stats
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.portraits import folder
from characters.portraits.assets import Assets, FileHead, thumbnail_of
from characters.portraits.folder import FolderAssets
from characters.store.client import StoreClient
from tests.operator import add, keys, portrait, record, refusing_open, trashed


@pytest.fixture
def client(redis: Any) -> StoreClient:
    return StoreClient(redis)


Found = tuple[Kind, str, int | None, str | None]


async def findings(client: StoreClient, assets: Assets) -> list[Found]:
    found = await check(Workspace(client, assets))
    return [(each.kind, each.what, each.user_id, each.char_id) for each in found]


async def test_where_all_is_well_it_finds_nothing(
    client: StoreClient, assets: FolderAssets
) -> None:
    await add(client, 1, "ana", record(await portrait(assets)))
    await add(client, 1, "bob", record(image_url="https://example.org/bob.png"))
    await add(client, 1, "cleo", trashed(await portrait(assets)), place="trash")
    await add(client, 1, "draft", b"of another release", place="drafts")
    await client.execute("SET", keys(client, 1).active, "ana")
    await portrait(assets)  # of a character that is not saved yet
    assert await findings(client, assets) == []


@pytest.mark.parametrize("place", ["characters", "trash"])
@pytest.mark.parametrize("data", [b"\xff", b"{", b"[]", b"{}", b'{"name": 7}'])
async def test_a_corrupt_record(
    client: StoreClient, assets: FolderAssets, place: str, data: bytes
) -> None:
    await add(client, 1, "ana", data, place=place)
    ((kind, _, user_id, char_id),) = await findings(client, assets)
    assert (kind, user_id, char_id) == (Kind.CORRUPT, 1, "ana")


async def test_a_missing_portrait_and_a_missing_thumbnail(
    client: StoreClient, assets: FolderAssets
) -> None:
    ana, bob = await portrait(assets), await portrait(assets)
    await add(client, 1, "ana", record(ana))
    await add(client, 1, "bob", trashed(bob), place="trash")
    Path(ana.path).unlink()
    Path(thumbnail_of(bob.path)).unlink()
    assert await findings(client, assets) == [
        (Kind.MISSING, ana.path, 1, "ana"),
        (Kind.THUMBNAIL, thumbnail_of(bob.path), 1, "bob"),
    ]


async def test_a_portrait_outside_the_assets_is_elsewhere_where_its_file_is_there(
    client: StoreClient, assets: FolderAssets, tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "ana.png").touch()
    for char_id, path in {
        "ana": f"{tmp_path}/old/ana.png",
        "bob": "../old/ana.png",
        "cleo": f"{tmp_path}/old/gone.png",
        "dan": "/etc/passwd",
        "eve": "s3://bucket/eve.webp",
        "fay": "https://example.org/fay.png",
    }.items():
        await add(client, 1, char_id, record(image_path=path))
    found = await findings(client, assets)
    assert {char_id: kind for kind, _, _, char_id in found} == {
        "ana": Kind.ELSEWHERE,
        "bob": Kind.ELSEWHERE,
        "cleo": Kind.MISSING,
        "dan": Kind.MISSING,
        "eve": Kind.ELSEWHERE,
    }


async def test_a_path_of_a_folder_that_was_renamed_is_outdated(
    client: StoreClient, any_assets: Assets
) -> None:
    name = f"{7:032x}.webp"
    await any_assets.put(thumbnail_of(name), b"small")
    for each in (name, "char_42_1.png"):
        await any_assets.put(each, b"image")
    await add(client, 1, "ana", record(image_path=f"/srv/old/{name}"))
    await add(client, 42, "bob", record(image_path="/home/x/assets/char_42_1.png"))
    assert await findings(client, any_assets) == [
        (Kind.OUTDATED, f"/srv/old/{name}", 1, "ana"),
        (Kind.OUTDATED, "/home/x/assets/char_42_1.png", 42, "bob"),
    ]


async def test_files_of_other_programs_are_looked_for_under_any_spelling(
    client: StoreClient, assets: FolderAssets
) -> None:
    await assets.put("theirs/ana.png", b"image")
    await add(client, 1, "ana", record(image_path="theirs/ana.png"))
    await add(client, 1, "bob", record(image_path=f"{assets.root}/theirs/../theirs/ana.png"))
    assert await findings(client, assets) == []


@pytest.mark.parametrize("part", ["\ud800", "\0"])
async def test_a_path_that_no_file_can_have(
    client: StoreClient, assets: FolderAssets, part: str
) -> None:
    saved = await portrait(assets)
    through = f"{part}/../{Path(saved.path).name}"
    await add(client, 1, "ana", record(image_path=f"{part}/ana.webp"))
    await add(client, 1, "bob", record(image_path=through))
    await add(client, 1, "cleo", record(image_path=f"{part}/cleo.png"), place="trash")
    assert {(kind, char_id) for kind, _, _, char_id in await findings(client, assets)} == {
        (Kind.MISSING, "ana"),
        (Kind.OUTDATED, "bob"),
        (Kind.MISSING, "cleo"),
    }
    workspace = Workspace(client, assets)
    assert (await sweep(workspace)).files == []
    assert (await stats(workspace)).foreign_portraits == 0


@pytest.mark.parametrize("data", [b"{", b"[]", b"\xff"])
async def test_foreign_data_that_can_not_be_read(
    client: StoreClient, assets: FolderAssets, data: bytes
) -> None:
    await add(client, 1, "ana", record())
    await add(client, 1, "ana", data, place="foreign")
    (found,) = await check(Workspace(client, assets))
    assert (found.kind, found.user_id, found.char_id) == (Kind.CORRUPT, 1, "ana")
    assert f"redis-cli HDEL {keys(client, 1).foreign} ana" in found.advice.replace("'", "")


async def test_a_file_that_no_record_names(client: StoreClient, assets: FolderAssets) -> None:
    saved = await portrait(assets, age=4000)
    assert set(await findings(client, assets)) == {
        (Kind.UNUSED, saved.path, None, None),
        (Kind.UNUSED, thumbnail_of(saved.path), None, None),
    }


async def test_an_active_mark_without_its_character(
    client: StoreClient, assets: FolderAssets
) -> None:
    await client.execute("SET", keys(client, 1).active, "gone")
    assert await findings(client, assets) == [(Kind.ACTIVE, "gone", 1, None)]


async def test_files_named_under_keys_for_another_kind_of_server_are_not_unused(
    client: StoreClient, assets: FolderAssets
) -> None:
    other = "game:characters:1" if client.is_cluster else "game:characters:{1}"
    await client.execute("HSET", other, "ana", record(await portrait(assets, age=4000)))
    assert await findings(client, assets) == [(Kind.MISNAMED, "1 key", None, None)]


@pytest.mark.parametrize("kind", ["characters", "trash", "drafts", "foreign", "active"])
async def test_a_key_of_another_type(client: StoreClient, assets: FolderAssets, kind: str) -> None:
    key = getattr(keys(client, 3), kind)
    await client.execute("LPUSH", key, "theirs")
    assert await findings(client, assets) == [(Kind.FOREIGN, key, 3, None)]


@pytest.mark.parametrize("data", [b"", b"RIFF\x40\x00\x00\x00WEBPVP8 cut off"])
async def test_a_file_that_is_empty_or_cut_off(
    client: StoreClient, any_assets: Assets, data: bytes
) -> None:
    name = f"{7:032x}.webp"
    saved = await any_assets.put(name, data)
    await any_assets.put(thumbnail_of(name), b"RIFF\x05\x00\x00\x00WEBP whole"[:13])
    await add(client, 1, "ana", record(saved))
    assert await findings(client, any_assets) == [(Kind.DAMAGED, saved.path, 1, "ana")]


async def test_a_file_that_can_not_be_read(
    client: StoreClient, assets: FolderAssets, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = await portrait(assets)
    await add(client, 1, "ana", record(saved))
    Path(saved.path).chmod(0o600)
    monkeypatch.setattr(folder, "open", refusing_open(saved.path), raising=False)
    assert await findings(client, assets) == [(Kind.UNREADABLE, saved.path, 1, "ana")]


async def test_few_enough_files_are_asked_for_at_the_same_time(
    valkey: Redis, assets: FolderAssets
) -> None:
    """Of 256 objects 12 could not be read where a process may have 256 files open."""
    client, asked = StoreClient(valkey), list[int]()

    class CountingAssets(FolderAssets):
        async def heads(self, *paths: str) -> list[FileHead | None]:
            asked.append(len(paths))
            return await super().heads(*paths)

    for number in range(100):
        await add(client, 1, f"c{number}", record(await portrait(assets)))
    assert await findings(client, CountingAssets(assets.root)) == []
    assert sum(asked) == 200
    assert max(asked) <= 128


async def test_a_portrait_that_a_bot_replaces_during_the_check_is_not_missing(
    client: StoreClient, assets: FolderAssets, redis: Any
) -> None:
    old, new = await portrait(assets), await portrait(assets)
    await add(client, 1, "ana", record(old))

    class BusyAssets(FolderAssets):
        async def heads(self, *paths: str) -> list[FileHead | None]:
            await add(StoreClient(redis), 1, "ana", record(new))
            return await super().heads(*paths)

    Path(old.path).unlink()
    assert await findings(client, BusyAssets(assets.root)) == []

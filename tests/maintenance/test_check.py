"""`check`: every kind of thing that can be amiss between the store and the assets, and nothing else."""

from pathlib import Path
from typing import Any

import pytest

from characters.maintenance.check import Finding, Kind, inspect
from characters.portraits.assets import Assets, thumbnail_of
from characters.portraits.folder import FolderAssets
from characters.store.client import StoreClient
from tests.operator import add, keys, portrait, record, trashed


@pytest.fixture
def client(redis: Any) -> StoreClient:
    return StoreClient(redis)


async def findings(client: StoreClient, assets: FolderAssets) -> list[Finding]:
    return [each async for each in inspect(client, assets)]


async def test_where_all_is_well_it_finds_nothing(
    client: StoreClient, assets: FolderAssets
) -> None:
    await add(client, 1, "ana", record(await portrait(assets)))
    await add(client, 1, "bob", record(image_url="https://example.org/bob.png"))
    await add(client, 1, "cleo", trashed(await portrait(assets)), place="trash")
    await add(client, 1, "draft", b"of another release", place="drafts")
    await client.execute("SET", keys(client, 1).active, "ana")
    await portrait(assets)  # of a character in the making
    assert await findings(client, assets) == []


@pytest.mark.parametrize("place", ["characters", "trash"])
@pytest.mark.parametrize("data", [b"\xff", b"{", b"[]", b"{}", b'{"name": 7}'])
async def test_a_corrupt_record(
    client: StoreClient, assets: FolderAssets, place: str, data: bytes
) -> None:
    await add(client, 1, "ana", data, place=place)
    (found,) = await findings(client, assets)
    assert (found.kind, found.user_id, found.char_id) == (Kind.CORRUPT, 1, "ana")


async def test_a_missing_portrait_and_a_missing_thumbnail(
    client: StoreClient, assets: FolderAssets
) -> None:
    ana, bob = await portrait(assets), await portrait(assets)
    await add(client, 1, "ana", record(ana))
    await add(client, 1, "bob", trashed(bob), place="trash")
    Path(ana.path).unlink()
    Path(thumbnail_of(bob.path)).unlink()
    assert await findings(client, assets) == [
        Finding(Kind.MISSING, ana.path, 1, "ana"),
        Finding(Kind.THUMBNAIL, thumbnail_of(bob.path), 1, "bob"),
    ]


async def test_a_portrait_outside_of_the_assets(client: StoreClient, assets: FolderAssets) -> None:
    await add(client, 1, "ana", record(image_path="/etc/passwd"))
    await add(client, 1, "bob", record(image_path="../secret"))
    assert {(each.kind, each.what) for each in await findings(client, assets)} == {
        (Kind.ELSEWHERE, "/etc/passwd"),
        (Kind.ELSEWHERE, "../secret"),
    }


async def test_files_of_other_programs_are_looked_for_under_any_spelling(
    client: StoreClient, assets: FolderAssets
) -> None:
    await assets.put("theirs/ana.png", b"image")
    await add(client, 1, "ana", record(image_path="theirs/ana.png"))
    await add(client, 1, "bob", record(image_path=f"{assets.root}/theirs/../theirs/ana.png"))
    assert await findings(client, assets) == []


async def test_a_file_that_nobody_refers_to(client: StoreClient, assets: FolderAssets) -> None:
    saved = await portrait(assets, age=4000)
    found = await findings(client, assets)
    assert {each.what for each in found} == {saved.path, thumbnail_of(saved.path)}
    assert {each.kind for each in found} == {Kind.ORPHANED}


async def test_a_stale_pointer(client: StoreClient, assets: FolderAssets) -> None:
    await client.execute("SET", keys(client, 1).active, "gone")
    assert await findings(client, assets) == [Finding(Kind.POINTER, "gone", 1)]


async def test_keys_for_another_kind_of_server_do_not_make_their_files_orphans(
    client: StoreClient, assets: FolderAssets
) -> None:
    other = "game:characters:1" if client.is_cluster else "game:characters:{1}"
    await client.execute("HSET", other, "ana", record(await portrait(assets, age=4000)))
    assert await findings(client, assets) == [Finding(Kind.MISNAMED, "1 key")]


@pytest.mark.parametrize("kind", ["characters", "trash", "drafts", "active"])
async def test_a_key_of_another_type(client: StoreClient, assets: FolderAssets, kind: str) -> None:
    key = getattr(keys(client, 3), kind)
    await client.execute("LPUSH", key, "theirs")
    assert await findings(client, assets) == [Finding(Kind.FOREIGN, key, 3)]


@pytest.mark.parametrize("data", [b"", b"RIFF\x40\x00\x00\x00WEBPVP8 cut off"])
async def test_a_file_that_is_empty_or_cut_off(
    client: StoreClient, any_assets: Assets, data: bytes
) -> None:
    name = f"{7:032x}.webp"
    saved = await any_assets.put(name, data)
    await any_assets.put(thumbnail_of(name), b"RIFF\x05\x00\x00\x00WEBP whole"[:13])
    await add(client, 1, "ana", record(saved))
    assert [each async for each in inspect(client, any_assets)] == [
        Finding(Kind.DAMAGED, saved.path, 1)
    ]


async def test_a_file_that_can_not_be_read(
    client: StoreClient, assets: FolderAssets, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = await portrait(assets)
    await add(client, 1, "ana", record(saved))
    real = Path.open

    def locked(path: Path, *mode: Any, **options: Any) -> Any:
        if str(path) == saved.path:
            raise PermissionError(13, "Permission denied")
        return real(path, *mode, **options)

    monkeypatch.setattr(Path, "open", locked)
    assert await findings(client, assets) == [Finding(Kind.UNREADABLE, saved.path, 1)]


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_says_what_to_do(kind: Kind) -> None:
    assert kind.advice.endswith(".")

"""What holds for every place of portraits, a folder and an object store, and the names of files."""

import asyncio
import os
import re
import time
from pathlib import Path, PurePosixPath

import pytest

from characters.opening import open_assets
from characters.portraits.assets import (
    STORE_IDS,
    Assets,
    FileHead,
    is_our_name,
    is_public_url,
    thumbnail_of,
)
from characters.portraits.folder import FolderAssets
from tests.stored import all_stored

NAME = "0123456789abcdef" * 2


async def read(assets: Assets, path: str) -> bytes | None:
    (data,) = await assets.read(path)
    return data


async def test_a_saved_portrait_is_read_back_with_its_thumbnail(any_assets: Assets) -> None:
    path = (await any_assets.save(b"image", b"thumbnail")).path
    assert await any_assets.read(path, "", thumbnail_of(path)) == [b"image", None, b"thumbnail"]


async def test_a_portrait_lies_directly_in_the_location_under_128_random_bits(
    any_assets: Assets,
) -> None:
    paths = {(await any_assets.save(b"", b"")).path for _ in range(20)}
    assert len(paths) == 20
    location = re.escape(any_assets.location)
    assert all(re.fullmatch(rf"{location}/[0-9a-f]{{32}}\.webp", path) for path in paths)


async def test_the_url_is_the_root_url_and_the_name(location: Path | str) -> None:
    saved = await open_assets(location, "https://example.org/assets/").save(b"", b"")
    assert saved.url == f"https://example.org/assets/{PurePosixPath(saved.path).name}"


async def test_without_a_root_url_there_is_no_url(any_assets: Assets) -> None:
    assert (await any_assets.save(b"", b"")).url is None


async def test_a_file_put_under_a_name_of_ours_replaces_the_one_that_was_there(
    any_assets: Assets,
) -> None:
    for data in (b"first", b"second"):
        saved = await any_assets.put(f"{NAME}.webp", data)
        assert saved.path == f"{any_assets.location}/{NAME}.webp"
        assert await read(any_assets, saved.path) == data


async def test_of_all_who_create_a_file_at_once_one_does(any_assets: Assets) -> None:
    contents = [str(number).encode() for number in range(8)]
    created = await asyncio.gather(*(any_assets.create("name", each) for each in contents))
    assert sum(created) == 1
    path = f"{any_assets.location}/name"
    assert await read(any_assets, path) == contents[created.index(True)]
    assert not await any_assets.create("name", b"later")
    assert await read(any_assets, path) == contents[created.index(True)]


async def test_the_note_of_the_stores_is_no_portrait_and_is_not_cleared(
    any_assets: Assets,
) -> None:
    await any_assets.create(STORE_IDS, b"id")
    if isinstance(any_assets, FolderAssets):
        os.utime(any_assets.root / STORE_IDS, (0, 0))
    assert await all_stored(any_assets) == []
    await any_assets.clear_temporary()
    assert await read(any_assets, f"{any_assets.location}/{STORE_IDS}") == b"id"


async def test_a_removed_portrait_is_gone_with_its_thumbnail(any_assets: Assets) -> None:
    kept = await any_assets.save(b"image", b"thumbnail")
    gone = await any_assets.save(b"image", b"thumbnail")
    await any_assets.remove(gone.path)
    assert {each.path for each in await all_stored(any_assets)} == {
        kept.path,
        thumbnail_of(kept.path),
    }
    assert await read(any_assets, gone.path) is None
    await any_assets.remove(gone.path)


async def test_stored_files_have_their_size_and_time(any_assets: Assets) -> None:
    assert await all_stored(any_assets) == []
    before = time.time()
    saved = await any_assets.save(b"image", b"small!")
    stored = {each.path: each for each in await all_stored(any_assets)}
    assert {path: each.size for path, each in stored.items()} == {
        saved.path: 5,
        thumbnail_of(saved.path): 6,
    }
    assert all(before - 2 < each.modified < time.time() + 2 for each in stored.values())


async def test_a_file_of_another_program_is_read_and_is_no_portrait_of_ours(
    any_assets: Assets,
) -> None:
    saved = await any_assets.put("theirs.webp", b"theirs")
    assert await read(any_assets, saved.path) == b"theirs"
    assert await all_stored(any_assets) == []
    await any_assets.remove(saved.path)
    assert await read(any_assets, saved.path) is None


async def test_the_path_of_a_portrait_of_ours_is_normal(any_assets: Assets) -> None:
    path = (await any_assets.save(b"", b"")).path
    assert any_assets.normal(path) == path


@pytest.mark.parametrize(
    ("location", "before"),
    [
        *(("folder", before) for before in ("/old/assets", "/old/../assets/x")),
        *(("bucket", before) for before in ("/old/assets", "/old/../assets/x", "s3://old/p")),
    ],
    indirect=["location"],
)
async def test_after_a_move_the_old_path_of_a_portrait_means_the_file_under_the_location(
    any_assets: Assets, before: str
) -> None:
    path = (await any_assets.save(b"image", b"thumbnail")).path
    old = f"{before}/{PurePosixPath(path).name}"
    assert await any_assets.read(old, thumbnail_of(old)) == [b"image", b"thumbnail"]
    assert await any_assets.heads(old) == [FileHead(5, b"image")]
    assert any_assets.normal(old) == path
    assert await any_assets.modified(old) == await any_assets.modified(path)
    await any_assets.touch(old)
    await any_assets.remove(old)
    assert await all_stored(any_assets) == []
    assert await any_assets.read(old) == [None]
    assert await any_assets.modified(old) is None


async def test_a_folder_leaves_the_url_of_an_object_store_alone(assets: FolderAssets) -> None:
    path = (await assets.save(b"image", b"thumbnail")).path
    url = f"s3://old/portraits/{PurePosixPath(path).name}"
    assert await assets.read(url, path) == [None, b"image"]


async def test_a_url_of_the_web_never_means_a_file_of_ours(any_assets: Assets) -> None:
    path = (await any_assets.save(b"image", b"thumbnail")).path
    url = f"https://example.org/{PurePosixPath(path).name}"
    await any_assets.remove(url)
    assert await any_assets.read(url, path) == [None, b"image"]
    assert any_assets.normal(url) == url


async def test_the_head_of_a_file_has_its_size_and_twelve_bytes(any_assets: Assets) -> None:
    path = (await any_assets.save(b"0123456789abcdef", b"")).path
    empty = thumbnail_of(path)
    heads = await any_assets.heads(path, empty, f"{path}x")
    assert heads == [FileHead(16, b"0123456789ab"), FileHead(0, b""), None]


async def test_an_empty_location_can_be_written_and_has_nothing_to_clear(
    any_assets: Assets,
) -> None:
    await any_assets.check_writable()
    await any_assets.clear_temporary()
    assert await all_stored(any_assets) == []


@pytest.mark.parametrize(
    ("path", "thumbnail"),
    [
        (f"/assets/{NAME}.webp", f"/assets/{NAME}-256.webp"),
        (f"https://example.org/a/{NAME}.webp", f"https://example.org/a/{NAME}-256.webp"),
        (f"{NAME}.webp", f"{NAME}-256.webp"),
        ("/assets/theirs.png", "/assets/theirs.png"),
        ("https://example.org/theirs.webp?x=1", "https://example.org/theirs.webp?x=1"),
    ],
)
def test_only_our_own_portraits_have_thumbnails(path: str, thumbnail: str) -> None:
    assert thumbnail_of(path) == thumbnail


def test_the_name_of_a_thumbnail_is_not_that_of_a_portrait() -> None:
    assert is_our_name(f"{NAME}.webp")
    assert not is_our_name(f"{NAME}-256.webp")
    assert not is_our_name(f"/assets/{NAME}.webp")


@pytest.mark.parametrize(
    "url", ["https://example.org/x.webp", "http://93.184.216.34/x", "https://[2606:4700::1]/x"]
)
def test_a_url_that_anyone_can_fetch_is_public(url: str) -> None:
    assert is_public_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/x",
        "http://127.0.0.1:8080/x",
        "http://10.0.0.1/x",
        "http://[::1]/x",
        "http://host/x",
        "http://nas.local/x",
        "ftp://example.org/x",
        "http://[bad/x",
        "https:///x",
        "x.webp",
        "",
    ],
)
def test_a_url_with_a_local_host_is_not_public(url: str) -> None:
    assert not is_public_url(url)

"""Portraits in a folder: how they are written, and which paths never lead out of the folder."""

import asyncio
import errno
import os
import time
from pathlib import Path

import pytest

from characters.portraits import folder
from characters.portraits.assets import thumbnail_of
from characters.portraits.folder import FolderAssets
from tests.operator import files
from tests.stored import all_stored


async def test_a_web_server_of_another_user_can_read_a_portrait(assets: FolderAssets) -> None:
    previous = os.umask(0o022)
    try:
        saved = await assets.save(b"", b"")
    finally:
        os.umask(previous)
    assert Path(saved.path).stat().st_mode & 0o777 == 0o644


async def test_a_write_that_fails_leaves_nothing_behind(
    assets: FolderAssets, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "_sync", full)
    with pytest.raises(OSError, match="No space"):
        await assets.save(b"image", b"thumbnail")
    assert list(assets.root.iterdir()) == []


async def test_where_the_disk_has_no_links_a_file_is_created_all_the_same(
    assets: FolderAssets, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    contents = [str(number).encode() for number in range(8)]
    created = await asyncio.gather(*(assets.create("name", each) for each in contents))
    assert sum(created) == 1
    assert files(assets.root) == {"name": contents[created.index(True)]}


async def test_only_plain_files_with_names_of_ours_count_as_stored(assets: FolderAssets) -> None:
    assert await all_stored(assets) == []
    saved = await assets.save(b"image", b"small")
    (assets.root / "theirs.png").touch()
    (assets.root / f".{'0' * 32}.webp.tmp").touch()
    (assets.root / f"{'0' * 32}.webp").symlink_to("/etc/passwd")
    stored = {each.path: each.size for each in await all_stored(assets)}
    assert stored == {saved.path: 5, thumbnail_of(saved.path): 5}


async def test_only_old_temporary_files_are_cleared(assets: FolderAssets) -> None:
    assets.root.mkdir()
    old, new, other = (assets.root / name for name in (".a.webp.tmp", ".b.webp.tmp", "picture.tmp"))
    for file in (old, new, other):
        file.touch()
    for file in (old, other):
        os.utime(file, (0, time.time() - 3601))
    await assets.clear_temporary()
    assert set(assets.root.iterdir()) == {new, other}


HOSTILE = [
    "",
    ".",
    "..",
    "/",
    "/etc/passwd",
    "/dev/zero",
    "/proc/self/environ",
    "secret",
    "../secret",
    "../../secret",
    "./../secret",
    "x/../../secret",
    "folder",
    "folder/",
    "folder/../../secret",
    "link",
    "link-folder/secret",
    "..\\secret",
    "..%2fsecret",
    "%2e%2e/secret",
    "....//secret",
    "..;/secret",
    "secret\0.webp",
    "\0",
    "a\nb",
    "file:///etc/passwd",
    "https://example.org/x.webp",
    "//etc/passwd",
    "///etc/passwd",
    "~/secret",
    "$HOME/secret",
    "/../../etc/passwd",
    "loop",
    "x" * 300,
    "x/" * 3000,
    "\uff0e\uff0e/secret",
    "\u2025/secret",
    "..\u2215secret",
    "\ud800",
    "con",
    "nul",
    "C:\\secret",
    "\\\\host\\secret",
    "/etc//passwd",
    "/./etc/passwd",
    "..",
    "../",
    "../.",
    "../assets",
    "../assets/../secret",
    "folder/../../assets/../secret",
    "../secret/",
    "/etc/shadow",
    "-rf",
    "*",
    "/nowhere/secret",
    "/nowhere/folder",
    "/nowhere/link",
    "/nowhere/loop",
    "/nowhere/..",
    "/nowhere/secret\0",
    "s3://bucket/secret",
]


@pytest.fixture
def secret(assets: FolderAssets) -> Path:
    """A file beside the root, with links to it within the root."""
    assets.root.mkdir()
    secret = assets.root.parent / "secret"
    secret.write_text("secret")
    os.utime(secret, (1, 1))
    (assets.root / "folder").mkdir()
    (assets.root / "link").symlink_to(secret)
    (assets.root / "link-folder").symlink_to(assets.root.parent)
    (assets.root / "loop").symlink_to("loop")
    return secret


@pytest.mark.parametrize("path", HOSTILE)
async def test_nothing_outside_the_root_is_read_or_removed(
    assets: FolderAssets, secret: Path, path: str
) -> None:
    for each in (path, str(assets.root / path), f"/nowhere/{path}"):
        assert await assets.read(each) == await assets.heads(each) == [None]
        assert await assets.modified(each) is None
        await assets.touch(each)
        await assets.remove(each)
    assert secret.stat().st_mtime == 1
    assert secret.read_text() == "secret"
    assert sorted(file.name for file in assets.root.iterdir()) == [
        "folder",
        "link",
        "link-folder",
        "loop",
    ]
    assert Path("/etc/passwd").exists()


def test_there_are_more_than_fifty_hostile_paths() -> None:
    assert len(HOSTILE) >= 50


async def test_a_link_within_the_root_is_neither_read_nor_removed(assets: FolderAssets) -> None:
    saved = Path((await assets.save(b"image", b"")).path)
    (assets.root / "link").symlink_to(saved)
    assert await assets.read("link") == [None]
    await assets.remove("link")
    assert saved.exists()
    assert (assets.root / "link").is_symlink()


async def test_files_of_other_programs_in_the_root_are_read(assets: FolderAssets) -> None:
    assets.root.mkdir()
    (assets.root / "theirs.png").write_bytes(b"png")
    assert await assets.read("theirs.png", str(assets.root / "theirs.png")) == [b"png"] * 2


async def test_a_cancelled_write_leaves_nothing_behind(
    assets: FolderAssets, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = asyncio.Event()

    async def wait(_descriptor: int) -> None:
        started.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(folder, "_sync", wait)
    task = asyncio.create_task(assets.save(b"image", b"thumbnail"))
    await started.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert list(assets.root.iterdir()) == []


async def test_a_renamed_folder_still_has_every_portrait(tmp_path: Path) -> None:
    before = FolderAssets(tmp_path / "before")
    paths = [(await before.save(b"image", b"thumbnail")).path for _ in range(3)]
    original = before.root / "char_42_1.png"  # as the original module named its images
    original.write_bytes(b"original")
    before.root.rename(tmp_path / "after")
    after = FolderAssets(tmp_path / "after")
    assert await after.read(*paths, str(original)) == [b"image"] * 3 + [b"original"]
    assert await after.read(*map(thumbnail_of, paths)) == [b"thumbnail"] * 3
    assert after.normal(str(original)) == str(after.root / original.name)
    await after.remove(str(original))
    assert not (after.root / original.name).exists()
    assert not before.root.exists()


async def test_a_file_that_is_still_in_the_old_folder_is_not_touched(tmp_path: Path) -> None:
    old, new = FolderAssets(tmp_path / "old"), FolderAssets(tmp_path / "new")
    await old.put("char_42_1.png", b"old")
    path = str(old.root / "char_42_1.png")
    assert await new.read(path) == [None]
    assert new.normal(path) == path
    await new.put("char_42_1.png", b"new")
    assert await new.read(path) == [b"new"]
    await new.remove(path)
    assert await old.read(path) == [b"old"]


async def test_the_path_of_a_file_in_a_folder_below_means_no_other_file(
    assets: FolderAssets,
) -> None:
    await assets.put("theirs.png", b"png")
    await assets.put("below/other.png", b"other")
    assert await assets.read("below/theirs.png", "below/other.png") == [None, b"other"]

"""Where portraits lie: what holds of a folder and of an object store, and what of a folder alone."""

import os
import re
import time
from pathlib import Path, PurePosixPath

import pytest

from characters.opening import open_assets
from characters.portraits.assets import Assets, is_public_url, thumbnail_of
from characters.portraits.folder import FolderAssets

NAME = "0123456789abcdef" * 2


async def read(assets: Assets, path: str) -> bytes | None:
    (data,) = await assets.read(path)
    return data


async def test_a_saved_portrait_is_read_back_with_its_thumbnail(any_assets: Assets) -> None:
    path, _ = await any_assets.save(b"image", b"thumbnail")
    assert await any_assets.read(path, "", thumbnail_of(path)) == [b"image", None, b"thumbnail"]


async def test_a_portrait_lies_directly_in_its_place_under_128_random_bits(
    any_assets: Assets,
) -> None:
    paths = {(await any_assets.save(b"", b"")).path for _ in range(20)}
    assert len(paths) == 20
    place = re.escape(any_assets.location)
    assert all(re.fullmatch(rf"{place}/[0-9a-f]{{32}}\.webp", path) for path in paths)


async def test_the_url_is_the_root_url_and_the_name(location: Path | str) -> None:
    saved = await open_assets(location, "https://example.org/assets/").save(b"", b"")
    assert saved.url == f"https://example.org/assets/{PurePosixPath(saved.path).name}"


async def test_without_a_root_url_there_is_no_url(any_assets: Assets) -> None:
    assert (await any_assets.save(b"", b"")).url is None


async def test_what_is_put_under_a_name_of_ours_takes_the_place_of_what_was_there(
    any_assets: Assets,
) -> None:
    for data in (b"first", b"second"):
        saved = await any_assets.put(f"{NAME}.webp", data)
        assert saved.path == f"{any_assets.location}/{NAME}.webp"
        assert await read(any_assets, saved.path) == data


async def test_a_removed_portrait_is_gone_with_its_thumbnail(any_assets: Assets) -> None:
    kept = await any_assets.save(b"image", b"thumbnail")
    gone = await any_assets.save(b"image", b"thumbnail")
    await any_assets.remove(gone.path)
    assert {each.path for each in await any_assets.stored()} == {kept.path, thumbnail_of(kept.path)}
    assert await read(any_assets, gone.path) is None
    await any_assets.remove(gone.path)


async def test_what_is_stored_has_its_size_and_time(any_assets: Assets) -> None:
    assert await any_assets.stored() == []
    before = time.time()
    saved = await any_assets.save(b"image", b"small!")
    stored = {each.path: each for each in await any_assets.stored()}
    assert {path: each.size for path, each in stored.items()} == {
        saved.path: 5,
        thumbnail_of(saved.path): 6,
    }
    assert all(before - 2 < each.modified < time.time() + 2 for each in stored.values())


async def test_what_other_programs_put_there_is_read_and_no_portrait_of_ours(
    any_assets: Assets,
) -> None:
    saved = await any_assets.put("theirs.webp", b"theirs")
    assert await read(any_assets, saved.path) == b"theirs"
    assert await any_assets.stored() == []
    await any_assets.remove(saved.path)
    assert await read(any_assets, saved.path) is None


async def test_a_path_of_ours_has_one_spelling(any_assets: Assets) -> None:
    path, _ = await any_assets.save(b"", b"")
    assert any_assets.normal(path) == path


async def test_a_place_that_can_be_written_says_so_and_has_nothing_to_clear(
    any_assets: Assets,
) -> None:
    await any_assets.check_writable()
    await any_assets.clear_temporary()
    assert await any_assets.stored() == []


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
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        await assets.save(b"image", b"thumbnail")
    assert list(assets.root.iterdir()) == []


async def test_what_is_stored_are_files_with_names_of_ours(assets: FolderAssets) -> None:
    assert await assets.stored() == []
    saved = await assets.save(b"image", b"small")
    (assets.root / "theirs.png").touch()
    (assets.root / f".{'0' * 32}.webp.tmp").touch()
    (assets.root / f"{'0' * 32}.webp").symlink_to("/etc/passwd")
    stored = {each.path: each.size for each in await assets.stored()}
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
    *(
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
    ),
    *(
        "./../secret",
        "x/../../secret",
        "folder",
        "folder/",
        "folder/../../secret",
        "link",
        "link-folder/secret",
    ),
    *(
        "..\\secret",
        "..%2fsecret",
        "%2e%2e/secret",
        "....//secret",
        "..;/secret",
        "secret\0.webp",
        "\0",
        "a\nb",
    ),
    *(
        "file:///etc/passwd",
        "https://example.org/x.webp",
        "//etc/passwd",
        "///etc/passwd",
        "~/secret",
        "$HOME/secret",
    ),
    *(
        "/../../etc/passwd",
        "loop",
        "x" * 300,
        "x/" * 3000,
        "\uff0e\uff0e/secret",
        "\u2025/secret",
        "..\u2215secret",
        "\ud800",
    ),
    *(
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
    ),
    *(
        "../assets/../secret",
        "folder/../../assets/../secret",
        "../secret/",
        "/etc/shadow",
        "-rf",
        "*",
    ),
]


@pytest.fixture
def secret(assets: FolderAssets) -> Path:
    """A file beside the root, with links to it within the root."""
    assets.root.mkdir()
    secret = assets.root.parent / "secret"
    secret.write_text("secret")
    (assets.root / "folder").mkdir()
    (assets.root / "link").symlink_to(secret)
    (assets.root / "link-folder").symlink_to(assets.root.parent)
    (assets.root / "loop").symlink_to("loop")
    return secret


@pytest.mark.parametrize("path", HOSTILE)
async def test_nothing_outside_the_root_is_read_or_removed(
    assets: FolderAssets, secret: Path, path: str
) -> None:
    for each in (path, str(assets.root / path)):
        assert await read(assets, each) is None
        await assets.remove(each)
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


async def test_a_link_within_the_root_is_left_alone(assets: FolderAssets) -> None:
    saved = Path((await assets.save(b"image", b"")).path)
    (assets.root / "link").symlink_to(saved)
    assert await read(assets, "link") is None
    await assets.remove("link")
    assert saved.exists()
    assert (assets.root / "link").is_symlink()


async def test_files_of_other_programs_in_the_root_are_read(assets: FolderAssets) -> None:
    assets.root.mkdir()
    (assets.root / "theirs.png").write_bytes(b"png")
    assert (
        await read(assets, "theirs.png")
        == await read(assets, str(assets.root / "theirs.png"))
        == b"png"
    )


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


@pytest.mark.parametrize(
    "url", ["https://example.org/x.webp", "http://93.184.216.34/x", "https://[2606:4700::1]/x"]
)
def test_a_url_that_strangers_can_fetch_is_public(url: str) -> None:
    assert is_public_url(url)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://localhost/x",
            "http://127.0.0.1:8080/x",
            "http://10.0.0.1/x",
            "http://[::1]/x",
            "http://host/x",
        ),
        *("http://nas.local/x", "ftp://example.org/x", "http://[bad/x", "https:///x", "x.webp", ""),
    ],
)
def test_a_url_that_only_we_can_reach_is_not(url: str) -> None:
    assert not is_public_url(url)

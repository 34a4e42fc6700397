"""Where portraits lie, and what is left alone."""

import os
import time
from pathlib import Path

import pytest

from characters.assets import Assets, is_public, thumbnail_of


async def read(assets: Assets, path: str) -> bytes | None:
    (data,) = await assets.read(path)
    return data


async def test_a_saved_portrait_is_read_back_with_its_thumbnail(assets: Assets) -> None:
    saved = await assets.save(b"image", b"thumbnail")
    assert Path(saved.path).parent == assets.root
    assert await read(assets, saved.path) == b"image"
    assert await read(assets, thumbnail_of(saved.path)) == b"thumbnail"


async def test_the_name_of_a_file_is_128_random_bits(assets: Assets) -> None:
    names = {Path((await assets.save(b"", b"")).path).name for _ in range(20)}
    assert len(names) == 20
    assert all(len(name) == len("0" * 32 + ".webp") for name in names)


async def test_the_url_is_the_root_url_and_the_name(tmp_path: Path) -> None:
    saved = await Assets(tmp_path, "https://example.org/assets/").save(b"", b"")
    assert saved.url == f"https://example.org/assets/{Path(saved.path).name}"


async def test_without_a_root_url_there_is_no_url(assets: Assets) -> None:
    assert (await assets.save(b"", b"")).url is None


async def test_a_web_server_of_another_user_can_read_a_portrait(assets: Assets) -> None:
    previous = os.umask(0o022)
    try:
        saved = await assets.save(b"", b"")
    finally:
        os.umask(previous)
    assert Path(saved.path).stat().st_mode & 0o777 == 0o644


async def test_a_removed_portrait_is_gone_with_its_thumbnail(assets: Assets) -> None:
    saved = await assets.save(b"image", b"thumbnail")
    await assets.remove(saved.path)
    assert list(assets.root.iterdir()) == []
    await assets.remove(saved.path)


async def test_a_write_that_fails_leaves_nothing_behind(assets: Assets, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        await assets.save(b"image", b"thumbnail")
    assert list(assets.root.iterdir()) == []


async def test_what_is_stored_are_files_with_names_of_ours(assets: Assets) -> None:
    assert await assets.stored() == []
    saved = await assets.save(b"image", b"small")
    (assets.root / "theirs.png").touch()
    (assets.root / f".{'0' * 32}.webp.tmp").touch()
    (assets.root / f"{'0' * 32}.webp").symlink_to("/etc/passwd")
    stored = {each.path: each.size for each in await assets.stored()}
    assert stored == {saved.path: 5, thumbnail_of(saved.path): 5}


async def test_only_old_temporary_files_are_cleared(assets: Assets) -> None:
    assets.root.mkdir()
    old, new, other = (assets.root / name for name in (".a.webp.tmp", ".b.webp.tmp", "picture.tmp"))
    for file in (old, new, other):
        file.touch()
    for file in (old, other):
        os.utime(file, (0, time.time() - 3601))
    await assets.clear_temporary()
    assert set(assets.root.iterdir()) == {new, other}


HOSTILE = [
    *("", ".", "..", "/", "/etc/passwd", "/dev/zero", "/proc/self/environ", "secret", "../secret", "../../secret"),
    *("./../secret", "x/../../secret", "folder", "folder/", "folder/../../secret", "link", "link-folder/secret"),
    *("..\\secret", "..%2fsecret", "%2e%2e/secret", "....//secret", "..;/secret", "secret\0.webp", "\0", "a\nb"),
    *("file:///etc/passwd", "https://example.org/x.webp", "//etc/passwd", "///etc/passwd", "~/secret", "$HOME/secret"),
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
    *("../assets/../secret", "folder/../../assets/../secret", "../secret/", "/etc/shadow", "-rf", "*"),
]


@pytest.fixture
def secret(assets: Assets) -> Path:
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
async def test_nothing_outside_the_root_is_read_or_removed(assets: Assets, secret: Path, path: str) -> None:
    for each in (path, str(assets.root / path)):
        assert await read(assets, each) is None
        await assets.remove(each)
    assert secret.read_text() == "secret"
    assert sorted(file.name for file in assets.root.iterdir()) == ["folder", "link", "link-folder", "loop"]
    assert Path("/etc/passwd").exists()


def test_there_are_more_than_fifty_hostile_paths() -> None:
    assert len(HOSTILE) >= 50


async def test_a_link_within_the_root_is_left_alone(assets: Assets) -> None:
    saved = Path((await assets.save(b"image", b"")).path)
    (assets.root / "link").symlink_to(saved)
    assert await read(assets, "link") is None
    await assets.remove("link")
    assert saved.exists()
    assert (assets.root / "link").is_symlink()


async def test_files_of_other_programs_in_the_root_are_read(assets: Assets) -> None:
    assets.root.mkdir()
    (assets.root / "theirs.png").write_bytes(b"png")
    assert await read(assets, "theirs.png") == await read(assets, str(assets.root / "theirs.png")) == b"png"


NAME = "0123456789abcdef" * 2


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


@pytest.mark.parametrize("url", ["https://example.org/x.webp", "http://93.184.216.34/x", "https://[2606:4700::1]/x"])
def test_a_url_that_strangers_can_fetch_is_public(url: str) -> None:
    assert is_public(url)


@pytest.mark.parametrize(
    "url",
    [
        *("http://localhost/x", "http://127.0.0.1:8080/x", "http://10.0.0.1/x", "http://[::1]/x", "http://host/x"),
        *("http://nas.local/x", "ftp://example.org/x", "http://[bad/x", "https:///x", "x.webp", ""),
    ],
)
def test_a_url_that_only_we_can_reach_is_not(url: str) -> None:
    assert not is_public(url)

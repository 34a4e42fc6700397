"""Portraits by the characters that show them, when the assets folder has been renamed."""

import io
from pathlib import Path

import pytest
from PIL import Image

from characters.errors import LinkProblem, PortraitUnsaved, UnusableLink
from characters.model import Character
from characters.portraits.folder import FolderAssets
from characters.portraits.renderer import Renderer
from characters.portraits.service import PortraitService
from tests import images
from tests.player_input import given


def of(path: str | None) -> Character:
    return Character("id", {"name": "Ana", "image_path": path})


@pytest.fixture
async def moved(tmp_path: Path) -> tuple[PortraitService, Character, Character]:
    """A service whose folder was renamed; a portrait of ours, and one of the original module."""
    before = FolderAssets(tmp_path / "before")
    saved, _ = await PortraitService(before, Renderer()).keep(given(images.png((600, 300))))
    assert saved
    original = before.root / "char_42_1.png"
    original.write_bytes(images.png())
    before.root.rename(tmp_path / "after")
    service = PortraitService(FolderAssets(tmp_path / "after"), Renderer())
    return service, of(saved.path), of(str(original))


async def test_a_renamed_folder_shows_portraits_thumbnails_and_a_collage(
    moved: tuple[PortraitService, Character, Character],
) -> None:
    service, ours, original = moved
    assert images.decode(await service.portrait(ours) or b"").size == (600, 300)
    assert await service.portrait(original) == images.png()
    small, whole, none = await service.thumbnails(ours, original, of(None))
    assert images.decode(small or b"").size == (256, 256)
    assert (whole, none) == (images.png(), None)
    collage = await service.collage(original, ours, None)
    assert Image.open(io.BytesIO(collage or b"")).size == (3 * 168 - 8, 160)
    assert Image.open(io.BytesIO(await service.collage(original) or b"")).size == (160, 160)


async def test_a_portrait_of_a_renamed_folder_is_removed_and_forgotten(
    moved: tuple[PortraitService, Character, Character], tmp_path: Path
) -> None:
    service, ours, original = moved
    await service.thumbnails(ours)
    await service.remove(service.files({ours.image_path, original.image_path, None}))
    assert await service.thumbnails(ours, original) == [None, None]
    assert list((tmp_path / "after").iterdir()) == []


async def test_the_old_and_the_new_path_of_a_portrait_are_one_file(
    moved: tuple[PortraitService, Character, Character], tmp_path: Path
) -> None:
    service, ours, _ = moved
    new = str(tmp_path / "after" / Path(ours.image_path or "").name)
    assert service.files({ours.image_path, new}) == {new}


async def test_a_refusal_is_the_error_itself(tmp_path: Path) -> None:
    async def dead_link() -> bytes:
        raise UnusableLink(LinkProblem.SLOW)

    (tmp_path / "file").touch()
    service = PortraitService(FolderAssets(tmp_path / "file"), Renderer())
    saved, refusal = await service.keep(dead_link)
    assert saved is None
    assert isinstance(refusal, UnusableLink)
    assert refusal.problem is LinkProblem.SLOW
    _, refusal = await service.keep(given(images.png()))
    assert isinstance(refusal, PortraitUnsaved)

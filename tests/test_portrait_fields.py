"""What a record says of its portrait goes with it, whoever makes or changes the portrait."""

import pytest

from characters.errors import PortraitUnsaved
from characters.model import Character
from characters.portrait_fields import FOCUSES
from characters.portraits.folder import FolderAssets
from characters.portraits.thumbnails import SMALL_SIDE
from characters.registry import Registry
from characters.store.drafts import Unsaved, Upload
from characters.transfer.formats.image_source import imported_link
from tests import images
from tests.player_input import USER, changes, files, given, new
from tests.transfer.imports import OTHER, archive, fates, imported, planned, tuppers

TALL = images.encode(images.noise((300, 900)), "PNG")
NOTES = {"image_spoiler", "image_focus", "image_is_small", "image_source"}


async def tall(_: Upload) -> bytes:
    return TALL


async def pixel_art(_: Upload) -> bytes:
    return images.png((SMALL_SIDE, 20))


async def moving(_: Upload) -> bytes:
    return images.gif_of_frames(3)


def notes(character: Character) -> dict[str, object]:
    return {key: character.record[key] for key in NOTES & character.record.keys()}


async def test_an_upload_is_shown_from_the_part_that_the_player_chose(
    registry: Registry, assets: FolderAssets
) -> None:
    draft = new("Ana", upload=Upload("x", 1), focus="bottom")
    ana = (await registry.save(USER, draft, tall)).character
    assert notes(ana) == {"image_focus": "bottom"}
    (bottom,) = await registry.portraits.thumbnails(ana)
    plain = (await registry.save(USER, new("Bob", upload=Upload("x", 1)), tall)).character
    assert notes(plain) == {}
    (top,) = await registry.portraits.thumbnails(plain)
    assert top != bottom
    assert len(files(assets)) == 4


async def test_another_part_is_another_file_of_the_same_picture(
    registry: Registry, assets: FolderAssets
) -> None:
    draft = new("Ana", upload=Upload("x", 1, spoiler=True))
    ana = (await registry.save(USER, draft, tall)).character
    picture = await registry.portraits.portrait(ana)
    (before,) = await registry.portraits.thumbnails(ana)
    edited = (await registry.save(USER, changes(ana, focus="middle"), tall)).character
    assert edited.image_path != ana.image_path
    assert notes(edited) == {"image_focus": "middle", "image_spoiler": True}
    assert await registry.portraits.portrait(edited) == picture
    (after,) = await registry.portraits.thumbnails(edited)
    assert after != before
    assert len(files(assets)) == 4  # the trash keeps those before

    again = (await registry.save(USER, changes(edited, "Anna", focus="middle"), tall)).character
    assert (again.name, again.image_path) == ("Anna", edited.image_path)
    left = (await registry.save(USER, changes(again, "Ana"), tall)).character
    assert notes(left) == notes(edited)


async def test_another_part_is_from_the_same_link(registry: Registry) -> None:
    link = "https://example.org/a.png"
    data = tuppers({"name": "Ana", "avatar_url": link})
    (ana,) = (await imported(registry, data, USER)).created
    edited = (await registry.save(USER, changes(ana, focus="whole"), tall)).character
    assert (edited.focus, imported_link(edited)) == ("whole", link)
    assert fates(await planned(registry, data, USER, update=True)) == ["same"]
    again = (await registry.save(USER, changes(edited, upload=Upload("x", 1)), tall)).character
    assert imported_link(again) is None


async def test_another_part_of_what_a_draft_keeps_can_be_chosen(registry: Registry) -> None:
    ana = (await registry.save(USER, new("Ana", upload=Upload("x", 1)), pixel_art)).character
    upload = Upload("x", 1, spoiler=True)
    with pytest.raises(Unsaved) as unsaved:
        await registry.save(USER, changes(ana, "\u200b", upload=upload, focus="top"), tall)
    again = changes(ana, "Ana", focus="bottom", earlier_id=unsaved.value.draft_id)
    edited = (await registry.save(USER, again, tall)).character
    assert notes(edited) == {"image_focus": "bottom", "image_spoiler": True}
    draft = new("Bob", upload=Upload("x", 1), focus="bottom")
    bob = (await registry.save(USER, draft, tall)).character
    expected = await registry.portraits.thumbnails(bob)
    assert await registry.portraits.thumbnails(edited) == expected


@pytest.mark.parametrize("focus", FOCUSES)
async def test_our_archive_brings_the_part_back(registry: Registry, focus: str) -> None:
    draft = new("Ana", upload=Upload("x", 1), focus=focus)
    ana = (await registry.save(USER, draft, tall)).character
    data = await archive(registry, ana)
    (copy,) = (await imported(registry, data, OTHER)).created
    assert notes(copy)["image_focus"] == focus
    thumbnails = registry.portraits.thumbnails
    assert await thumbnails(copy) == await thumbnails(ana)
    edited = (await registry.save(USER, changes(ana, focus="whole"), tall)).character
    assert fates(await planned(registry, data, USER, update=True)) == ["same"]
    assert (await registry.get(USER, ana.char_id)).focus == edited.focus


async def test_a_focus_without_a_portrait_of_ours_changes_nothing(registry: Registry) -> None:
    ana = await registry.create(USER, "Ana", image_url="https://example.org/a.png")
    saved = await registry.save(USER, changes(ana, focus="whole"), tall)
    assert (saved.refusal, saved.character.record) == (None, ana.record)


async def test_a_portrait_that_can_not_be_read_keeps_its_focus(
    registry: Registry, assets: FolderAssets
) -> None:
    ana = (await registry.save(USER, new("Ana", upload=Upload("x", 1)), tall)).character
    for file in files(assets):
        file.rename(file.with_suffix(".away"))
    saved = await registry.save(USER, changes(ana, "Anna", focus="whole"), tall)
    assert isinstance(saved.refusal, PortraitUnsaved)
    assert (saved.character.name, saved.character.image_path) == ("Anna", ana.image_path)


async def test_pixel_art_is_noted_until_the_portrait_changes(registry: Registry) -> None:
    ana = (await registry.save(USER, new("Ana", upload=Upload("x", 1)), pixel_art)).character
    assert notes(ana) == {"image_is_small": True}
    assert ana.has_small_portrait
    edited = (await registry.save(USER, changes(ana, focus="whole"), tall)).character
    assert notes(edited) == {"image_is_small": True, "image_focus": "whole"}
    large = (await registry.save(USER, changes(edited, upload=Upload("x", 1)), tall)).character
    assert notes(large) == {}
    small = (await registry.save(USER, changes(large, upload=Upload("x", 1)), pixel_art)).character
    bare = (await registry.save(USER, changes(small, remove_portrait=True), tall)).character
    assert notes(bare) == {}
    portrait, _ = await registry.portraits.keep(given(images.png((16, 16))))
    assert notes(await registry.create(USER, "Cy", "", portrait)) == {"image_is_small": True}


async def test_the_player_learns_that_an_animation_stands_still(registry: Registry) -> None:
    draft = new("Ana", upload=Upload("x", 1))
    saved = await registry.save(USER, draft, moving)
    assert saved.is_still
    assert not (await registry.save(USER, changes(saved.character, "Anna"), moving)).is_still
    assert not (await registry.save(USER, new("Bob", upload=Upload("x", 1)), tall)).is_still

"""Exports: files within a limit, each of which can be imported alone."""

import json
import zipfile
from io import BytesIO

import pytest
from redis.asyncio import Redis

from characters.errors import NotAnImage
from characters.model import Character
from characters.portraits.renderer import Renderer
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.transfer.exporter import CardFormat, CollectionFormat
from characters.transfer.formats.archive import ArchivePart
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import Portable
from characters.transfer.formats.reading import read
from characters.transfer.formats.zip_file import ENTRIES_LIMIT
from tests import images
from tests.transfer.imports import exported

USER = 42


async def with_portrait(
    registry: Registry, name: str, image: bytes, description: str = ""
) -> Character:
    async def source() -> bytes:
        return image

    portrait, _ = await registry.portraits.keep(source)
    return await registry.create(USER, name, description, portrait)


async def test_an_archive_comes_in_parts_that_each_are_whole(registry: Registry) -> None:
    image = images.encode(images.noise((200, 200)), "PNG")
    characters = [await with_portrait(registry, f"n{number}", image) for number in range(5)]
    limit = 300_000
    parts = await exported(registry, characters, CollectionFormat.ARCHIVE, limit)
    assert [each.name for each in parts] == [
        "characters-1.zip",
        "characters-2.zip",
        "characters-3.zip",
    ]
    assert all(len(each.data) <= limit for each in parts)
    contents = [read(each.data) for each in parts]
    assert [each.name for part in contents for each in part.characters] == [
        "n0",
        "n1",
        "n2",
        "n3",
        "n4",
    ]
    assert all(each.image for part in contents for each in part.characters)


@pytest.mark.parametrize("form", [CollectionFormat.TUPPERBOX, CollectionFormat.PLURALKIT])
async def test_files_of_other_bots_come_in_parts_too(
    registry: Registry, form: CollectionFormat
) -> None:
    characters = [await registry.create(USER, f"n{number}", "x" * 2000) for number in range(5)]
    parts = await exported(registry, characters, form, 5000)
    assert len(parts) > 1
    assert all(len(each.data) <= 5000 for each in parts)
    assert [each.name for part in parts for each in read(part.data).characters] == [
        f"n{n}" for n in range(5)
    ]


async def test_a_portrait_that_only_we_can_reach_is_named_where_it_can_not_travel(
    registry: Registry,
) -> None:
    ana = await with_portrait(registry, "Ana", images.png())
    for each in await exported(registry, [ana], CollectionFormat.TUPPERBOX):
        assert each.losses == (Loss(LossKind.PRIVATE_PORTRAIT, "Ana"),)
    card = await registry.exporter.card(ana, CardFormat.JSON)
    assert card.losses == (Loss(LossKind.PRIVATE_PORTRAIT, "Ana"),)


@pytest.mark.parametrize("form", [*CardFormat, *CollectionFormat])
@pytest.mark.parametrize(
    ("image_path", "image_url"),
    [
        ("gone.webp", None),
        (None, "http://localhost/private.png"),
        (None, "https://example.org/public.png"),
    ],
)
async def test_a_portrait_that_does_not_travel_is_named(
    registry: Registry,
    valkey: Redis,
    form: CardFormat | CollectionFormat,
    image_path: str | None,
    image_url: str | None,
) -> None:
    record = {"name": "Ana", "image_path": image_path, "image_url": image_url}
    ana = await CharacterStore(valkey).create(USER, Character("ana", record), 10)
    if isinstance(form, CardFormat):
        files = [await registry.exporter.card(ana, form)]
    else:
        files = await exported(registry, [ana], form)
    travels = any(b"public.png" in each.data for each in files)
    if travels:
        assert form not in {CardFormat.PNG, CardFormat.CHARX}
    losses = [loss for each in files for loss in each.losses]
    assert [loss.name for loss in losses] == ([] if travels else ["Ana"])


@pytest.mark.parametrize("form", [CardFormat.PNG, CardFormat.CHARX])
async def test_a_portrait_loses_pixels_where_the_file_would_be_too_large(
    registry: Registry, form: CardFormat
) -> None:
    ana = await with_portrait(
        registry, "Ana", images.encode(images.noise((600, 400)), "PNG"), "Tall. " * 500
    )
    file = await registry.exporter.card(ana, form, 200_000)
    assert file.losses == (Loss(LossKind.SMALLER_PORTRAIT, "Ana"),)
    assert len(file.data) <= 200_000
    (portable,) = read(file.data).characters
    width, height = images.decode(portable.image or b"").size
    assert 100 < height < 400
    assert width / height == pytest.approx(1.5, abs=0.02)


async def test_the_portrait_in_a_charx_is_a_png(registry: Registry) -> None:
    """SillyTavern 1.12 shows no WebP there."""
    ana = await with_portrait(registry, "Ana", images.encode(images.noise((90, 60)), "JPEG"))
    file = await registry.exporter.card(ana, CardFormat.CHARX)
    packed = zipfile.ZipFile(BytesIO(file.data))
    (asset,) = json.loads(packed.read("card.json"))["data"]["assets"]
    assert (asset["uri"], asset["ext"]) == ("embeded://assets/icon/images/main.png", "png")
    assert images.decode(packed.read("assets/icon/images/main.png")).format == "PNG"


async def test_the_largest_portrait_becomes_a_card_that_discord_takes(registry: Registry) -> None:
    ana = await with_portrait(registry, "Ana", images.encode(images.noise((1800, 1800)), "PNG"))
    file = await registry.exporter.card(ana, CardFormat.PNG)
    assert len(file.data) <= 10 * 2**20
    assert images.decode(file.data).format == "PNG"


async def test_a_damaged_portrait_stays_behind(registry: Registry) -> None:
    ana = await with_portrait(registry, "Ana", images.png())
    await registry.portraits._assets.put((ana.image_path or "").rpartition("/")[2], b"garbage")
    file = await registry.exporter.card(ana, CardFormat.PNG)
    assert file.losses == (Loss(LossKind.UNREADABLE_PORTRAIT, "Ana"),)
    assert read(file.data).characters[0].image is None


async def test_a_png_of_a_portrait_has_its_pixels_and_no_metadata() -> None:
    data = images.encode(images.noise((50, 40), "RGBA"), "PNG", dpi=(300, 300))
    portrait = (await Renderer().prepare(data)).image
    png = await Renderer().png(portrait, 10**6)
    assert png.whole
    assert images.decode(png.data).tobytes() == images.decode(portrait).tobytes()
    assert images.decode(png.data).info == {}
    with pytest.raises(NotAnImage):
        await Renderer().png(b"garbage", 1000)


async def test_nobody_at_all_is_an_archive_as_well(registry: Registry) -> None:
    (part,) = await exported(registry, [], CollectionFormat.ARCHIVE)
    assert read(part.data).characters == []


def test_an_archive_has_no_more_files_than_we_import() -> None:
    part, number = ArchivePart(), 0
    while part.add(Portable("Ana", image=b"x"), 10**9):
        number += 1
    file = part.file(1)
    assert len(zipfile.ZipFile(BytesIO(file.data)).namelist()) <= ENTRIES_LIMIT
    assert len(read(file.data).characters) == number


@pytest.mark.parametrize(
    ("name", "file"),
    [("Ana", "Ana"), ("../../x y", "x-y"), ("山田", "character"), ("a" * 80, "a" * 40)],
)
def test_a_file_is_named_for_its_character_in_letters_that_every_system_takes(
    name: str, file: str
) -> None:
    assert Portable(name).file_name == file

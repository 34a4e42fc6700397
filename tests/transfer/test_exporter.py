"""Exports: files within a limit, each of which can be imported alone."""

import zipfile
from io import BytesIO

import pytest
from redis.asyncio import Redis

from characters.errors import NotAnImage
from characters.model import Character
from characters.portraits.renderer import Renderer
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.transfer.exporter import CardFormat, CollectionFormat, export_all, export_card
from characters.transfer.formats.portable import Portable
from characters.transfer.formats.reading import read
from characters.transfer.formats.writing import PART_LIMIT, ArchivePart, archive_files, file_name
from characters.transfer.formats.zips import ENTRIES_LIMIT
from tests import images

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
    parts = [
        each
        async for each in export_all(
            registry.portraits, characters, CollectionFormat.ARCHIVE, limit
        )
    ]
    assert [each.file.name for each in parts] == [
        "characters-1.zip",
        "characters-2.zip",
        "characters-3.zip",
    ]
    assert all(len(each.file.data) <= limit for each in parts)
    contents = [read(each.file.data) for each in parts]
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
    parts = [each async for each in export_all(registry.portraits, characters, form, 5000)]
    assert len(parts) > 1
    assert all(len(each.file.data) <= 5000 for each in parts)
    assert [each.name for part in parts for each in read(part.file.data).characters] == [
        f"n{n}" for n in range(5)
    ]


async def test_a_portrait_that_only_we_can_reach_is_named_where_it_can_not_travel(
    registry: Registry,
) -> None:
    ana = await with_portrait(registry, "Ana", images.png())
    async for each in export_all(registry.portraits, [ana], CollectionFormat.TUPPERBOX):
        assert each.losses == (("Ana", "Its portrait has no public link, and stays behind."),)
    _, losses = await export_card(registry.portraits, ana, CardFormat.JSON)
    assert losses == (("Ana", "Its portrait has no public link, and stays behind."),)


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
        exported = [await export_card(registry.portraits, ana, form)]
    else:
        exported = [each async for each in export_all(registry.portraits, [ana], form)]
    travels = any(b"public.png" in each.file.data for each in exported)
    if travels:
        assert form not in {CardFormat.PNG, CardFormat.CHARX}
    losses = [loss for each in exported for loss in each.losses]
    assert [name for name, _ in losses] == ([] if travels else ["Ana"])


@pytest.mark.parametrize("form", [CardFormat.PNG, CardFormat.CHARX])
async def test_a_portrait_loses_pixels_where_the_file_would_be_too_large(
    registry: Registry, form: CardFormat
) -> None:
    ana = await with_portrait(
        registry, "Ana", images.encode(images.noise((600, 400)), "PNG"), "Tall. " * 500
    )
    file, losses = await export_card(registry.portraits, ana, form, 200_000)
    assert losses == (("Ana", "Its portrait was too large for the file, and is smaller there."),)
    assert len(file.data) <= 200_000
    (portable,) = read(file.data).characters
    width, height = images.decode(portable.image or b"").size
    assert 100 < height < 400
    assert width / height == pytest.approx(1.5, abs=0.02)


async def test_the_largest_portrait_becomes_a_card_that_discord_takes(registry: Registry) -> None:
    ana = await with_portrait(registry, "Ana", images.encode(images.noise((1800, 1800)), "PNG"))
    file, _ = await export_card(registry.portraits, ana, CardFormat.PNG)
    assert len(file.data) <= 10 * 2**20
    assert images.decode(file.data).format == "PNG"


async def test_a_damaged_portrait_stays_behind(registry: Registry) -> None:
    ana = await with_portrait(registry, "Ana", images.png())
    await registry.portraits._assets.put((ana.image_path or "").rpartition("/")[2], b"garbage")
    file, losses = await export_card(registry.portraits, ana, CardFormat.PNG)
    assert losses == (("Ana", "Its portrait can't be read, and stays behind."),)
    assert read(file.data).characters[0].image is None


async def test_a_png_of_a_portrait_has_its_pixels_and_no_metadata() -> None:
    portrait, _ = await Renderer().prepare(
        images.encode(images.noise((50, 40), "RGBA"), "PNG", dpi=(300, 300))
    )
    png = await Renderer().png(portrait, 10**6)
    assert png.whole
    assert images.decode(png.data).tobytes() == images.decode(portrait).tobytes()
    assert images.decode(png.data).info == {}
    with pytest.raises(NotAnImage):
        await Renderer().png(b"garbage", 1000)


async def test_nobody_at_all_is_an_archive_as_well(registry: Registry) -> None:
    (part,) = [each async for each in export_all(registry.portraits, [], CollectionFormat.ARCHIVE)]
    assert read(part.file.data).characters == []


def test_an_archive_has_no_more_entries_than_we_take() -> None:
    part, number = ArchivePart(), 0
    files = archive_files(Portable("Ana", image=b"x"), 1)
    while part.takes(files, 10**9):
        number += 1
        part.add(archive_files(Portable("Ana", image=b"x"), number))
    assert number == PART_LIMIT
    assert len(zipfile.ZipFile(BytesIO(part.data())).namelist()) <= ENTRIES_LIMIT
    assert len(read(part.data()).characters) == PART_LIMIT


@pytest.mark.parametrize(
    ("name", "file"),
    [("Ana", "Ana"), ("../../x y", "x-y"), ("山田", "character"), ("a" * 80, "a" * 40)],
)
def test_a_file_is_named_for_its_character_in_letters_that_everyone_takes(
    name: str, file: str
) -> None:
    assert file_name(Portable(name)) == file

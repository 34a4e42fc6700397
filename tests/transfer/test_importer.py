"""Imports of what was exported; one import of a user at a time."""

import io
import itertools

import pytest
from PIL import Image

from characters.errors import ImportRunning
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.transfer import portrait_comparison
from characters.transfer.exporter import CardFormat
from characters.transfer.formats.png_text import with_texts
from characters.workers.exchange import Message
from characters.workers.process import Job
from tests import images
from tests.soak import trials
from tests.transfer.formats.samples import zip_of
from tests.transfer.imports import (
    OTHER,
    USER,
    archive,
    fates,
    files,
    imported,
    pixels,
    planned,
    with_portrait,
)


async def test_a_deleted_character_comes_back_beside_the_one_in_the_trash(
    registry: Registry,
) -> None:
    ana = await registry.create(USER, "Ana")
    data = await archive(registry, ana)
    await registry.delete(USER, ana.char_id)
    (again,) = (await imported(registry, data)).created
    assert again.char_id != ana.char_id
    assert await registry.restore(USER, ana.char_id) == ana
    assert fates(await planned(registry, data)) == ["same"]


async def test_an_archive_restores_what_it_was_made_of_and_is_then_the_same(
    registry: Registry, assets: FolderAssets
) -> None:
    ana = await with_portrait(registry, "Ana", images.jpeg((300, 200)))
    bob = await registry.create(USER, "Bob")
    data = await archive(registry, ana, bob)
    assert fates(await planned(registry, data)) == ["same", "same"]
    await registry.forget(USER)
    assert files(assets) == 0
    outcome = await imported(registry, data)
    assert {each.char_id for each in outcome.created} == {ana.char_id, bob.char_id}
    for before in (ana, bob):
        after = await registry.get(USER, before.char_id)
        pictures = {"image_path", "image_url", "image_source"}
        assert {k: v for k, v in after.record.items() if k not in pictures} == {
            k: v for k, v in before.record.items() if k not in pictures
        }
    assert fates(await planned(registry, data)) == ["same", "same"]


FORMS = ("png", "archive", "charx")
PICTURES = {
    "JPEG": images.encode(images.noise((90, 60)), "JPEG"),
    "PNG with alpha": images.encode(images.noise((60, 60), "RGBA"), "PNG"),
    "lossy WebP with alpha": images.encode(images.noise((60, 60), "RGBA"), "WEBP", quality=50),
}


@pytest.mark.soak
@pytest.mark.parametrize(
    ("form", "picture"),
    trials([*zip(FORMS, PICTURES, strict=True)], [*itertools.product(FORMS, PICTURES)]),
)
async def test_a_portrait_has_every_pixel_after_export_and_import(
    registry: Registry, form: str, picture: str
) -> None:
    ana = await with_portrait(registry, "Ana", PICTURES[picture])
    if form == "archive":
        data = await archive(registry, ana)
    else:
        data = (await registry.exporter.card(ana, CardFormat(form))).data
    assert fates(await planned(registry, data)) == ["same"]
    (again,) = (await imported(registry, data, OTHER)).created
    assert await pixels(registry, again) == await pixels(registry, ana)
    assert (again.created_at, again.last_used) == (ana.created_at, ana.last_used)


async def test_only_one_file_of_a_user_is_imported_at_a_time(registry: Registry) -> None:
    async with registry.importer.turn(USER):
        with pytest.raises(ImportRunning):
            async with registry.importer.turn(USER):
                pass
        with pytest.raises(ImportRunning):
            await registry.forget(USER)
        async with registry.importer.turn(USER + 1):
            pass
    await registry.forget(USER)


def with_texts_of(card: bytes, picture: Image.Image) -> bytes:
    """A card with the texts of another one, and a new picture."""
    texts = Image.open(io.BytesIO(card)).text
    png = images.encode(picture, "PNG", compress_level=1)
    return with_texts(png, {key: texts[key].encode() for key in ("chara", "ccv3")})


def saved_again(card: bytes, mode: str = "RGB") -> bytes:
    """The card as another program saves it: with the same pixels and texts, but other bytes."""
    again = with_texts_of(card, images.decode(card).convert(mode))
    assert again != card
    return again


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
async def test_a_portrait_that_another_program_saved_again_is_the_same(
    registry: Registry, mode: str
) -> None:
    ana = await with_portrait(registry, "Ana", images.encode(images.noise((90, 60)), "JPEG"))
    card = (await registry.exporter.card(ana, CardFormat.PNG)).data
    assert fates(await planned(registry, saved_again(card, mode=mode))) == ["same"]
    (theirs,) = (await imported(registry, card, OTHER)).created
    assert theirs.name == "Ana"
    plan = await planned(registry, saved_again(card), OTHER)
    assert fates(plan) == ["same"]


async def test_colours_that_nobody_sees_make_no_difference(registry: Registry) -> None:
    picture = images.noise((40, 40), "RGBA")
    picture.putalpha(Image.new("L", (40, 40), 0))
    picture.paste("red", (0, 0, 20, 20))
    ana = await with_portrait(registry, "Ana", images.encode(picture, "PNG"))
    card = (await registry.exporter.card(ana, CardFormat.PNG)).data
    assert fates(await planned(registry, with_texts_of(card, picture))) == ["same"]


async def test_one_other_pixel_is_another_portrait(registry: Registry) -> None:
    ana = await with_portrait(registry, "Ana", images.png((40, 40)))
    card = (await registry.exporter.card(ana, CardFormat.PNG)).data
    picture = images.decode(card)
    picture.putpixel((3, 3), (1, 2, 3))
    plan = await planned(registry, with_texts_of(card, picture))
    assert fates(plan) == ["changed"]
    assert plan.steps[0].portrait


async def test_only_the_first_portraits_of_a_file_are_compared_by_pixel(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portrait_comparison, "COMPARED", 0)
    ana = await with_portrait(registry, "Ana", images.png((40, 40)))
    card = (await registry.exporter.card(ana, CardFormat.PNG)).data
    assert fates(await planned(registry, saved_again(card))) == ["changed"]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
async def test_our_placeholder_becomes_no_portrait_when_it_was_saved_again(
    registry: Registry, mode: str
) -> None:
    ana = await registry.create(USER, "Ana")
    card = saved_again((await registry.exporter.card(ana, CardFormat.PNG)).data, mode=mode)
    assert fates(await planned(registry, card)) == ["same"]
    (theirs,) = (await imported(registry, card, OTHER)).created
    assert not theirs.has_portrait


async def test_nor_does_it_in_a_zip_of_cards(registry: Registry) -> None:
    ana = await registry.create(USER, "Ana")
    card = saved_again((await registry.exporter.card(ana, CardFormat.PNG)).data)
    (theirs,) = (await imported(registry, zip_of({"a/ana.png": card}), OTHER)).created
    assert not theirs.has_portrait


@pytest.mark.parametrize(("damaged", "workers"), [(False, 2), (True, 5)])
async def test_one_worker_looks_for_placeholders_and_one_at_each_where_some_are_damaged(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, *, damaged: bool, workers: int
) -> None:
    """The first worker reads the file."""
    ana = await registry.create(USER, "Ana")
    bob = await with_portrait(registry, "Bob", images.png((90, 60), "blue"))
    plain, with_face = [
        saved_again((await registry.exporter.card(each, CardFormat.PNG)).data)
        for each in (ana, bob)
    ]
    cards = {"a.png": plain, "b.png": with_face}
    if damaged:
        start = with_face.index(b"IDAT") + 8
        cards["c.png"] = with_face[:start] + bytes(40) + with_face[start + 40 :]
    run, jobs = Job.run, list[str]()

    async def counted(job: Job, *data: bytes, **content: object) -> Message:
        jobs.append(job.function)
        return await run(job, *data, **content)

    monkeypatch.setattr(Job, "run", counted)
    contents = await registry.importer.read(zip_of(cards))
    assert [each.image is not None for each in contents.characters][:2] == [False, True]
    assert len(jobs) == workers


async def test_a_portrait_of_the_size_of_our_placeholder_stays_one(registry: Registry) -> None:
    ana = await with_portrait(registry, "Ana", images.png((512, 512)))
    card = saved_again((await registry.exporter.card(ana, CardFormat.PNG)).data)
    (theirs,) = (await imported(registry, card, OTHER)).created
    assert theirs.has_portrait

"""What a file may write into a record, and what a file tells of it."""

import base64
import io
import json
import time
import zipfile
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.model import Character
from characters.registry import Registry
from characters.transfer.exporter import CardFormat, CollectionFormat
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import OURS, Portable
from tests import images
from tests.transfer.formats.samples import archive as archive_of
from tests.transfer.formats.samples import as_json, card, only
from tests.transfer.imports import OTHER, USER, archive, exported, fates, imported, planned

HOSTILE = {
    "char_id": "ana",
    "record": {
        "level": 99,
        "gm_secret": "the butler",
        "created_at": 5,
        "last_used": 4_000_000_000,
        "image_path": "/etc/passwd",
        "trashed": {"at": 1},
    },
    "foreign": {"tupperbox": {"brackets": ["x", ""]}},
    "link": "https://example.org/a.png",
}
FILES = {
    "card": as_json(card(extensions={OURS: HOSTILE})),
    "tupperbox": as_json({"tuppers": [{"name": "Ana", OURS: HOSTILE}]}),
    "pluralkit": as_json({"switches": [], "members": [{"name": "Ana", OURS: HOSTILE}]}),
}
SECRETS = ("gm_secret", "butler", "level", "brackets", "display_name", "/etc/passwd")


@pytest.mark.parametrize("form", FILES)
def test_a_file_that_anybody_wrote_sets_the_times_at_most_and_none_in_the_future(
    form: str,
) -> None:
    portable = only(FILES[form])
    assert portable.fields.keys() == {"created_at", "last_used"}
    assert portable.fields["created_at"] == 5
    assert portable.fields["last_used"] <= time.time()
    assert (portable.foreign.keys() - {"card"}, portable.link) == (set(), None)


def test_an_archive_brings_the_data_of_other_programs_but_no_field_of_the_game() -> None:
    record = {"name": "Ana", "level": 99, "gm_secret": "x", "last_used": 4_000_000_000}
    foreign = {"tupperbox": {"tag": "t"}, "pluralkit": {"display_name": "A"}}
    portable = only(archive_of(Portable.of(Character("ana", record, foreign))))
    assert portable.fields.keys() == {"last_used"}
    assert portable.fields["last_used"] <= time.time()
    assert portable.foreign == foreign
    assert portable.losses == (Loss(LossKind.RECORD_FIELDS, "Ana", count=2),)


async def test_a_favourite_is_private_and_comes_back_with_our_archive(
    registry: Registry,
) -> None:
    ana = await registry.create(USER, "Ana", "Tall.")
    ana = await registry.star(USER, ana.char_id, favourite=True)
    for form in CardFormat:
        assert b"favourite" not in (await registry.exporter.card(ana, form)).data
    assert fates(await planned(registry, await archive(registry, ana))) == ["same"]
    data = await archive(registry, ana)
    await registry.erase(USER, ana.char_id)
    plan = await planned(registry, data)
    assert plan.steps[0].portable.losses == ()
    await imported(registry, data)
    (again,) = (await registry.roster(USER)).characters
    assert again.is_favourite


async def test_an_import_leaves_the_star_of_an_existing_character_as_it_is(
    registry: Registry,
) -> None:
    ana = await registry.create(USER, "Ana", "Tall.")
    data = await archive(registry, ana.with_favourite(favourite=True))
    assert fates(await planned(registry, data)) == ["same"]


async def test_an_import_leaves_the_fields_of_the_game_as_they_are(
    registry: Registry, valkey: Redis
) -> None:
    ana = await registry.create(USER, "Ana", "Tall.")
    played = ana.with_fields(level=3)
    boasting = ana.with_fields(level=99, gm_secret="x", description="Taller.")
    await valkey.hset(f"game:characters:{USER}", ana.char_id, played.to_json())
    data = await archive(registry, boasting)
    (step,) = (await planned(registry, data)).steps
    assert step.portable.losses == ()  # an existing character loses nothing
    (after,) = (await imported(registry, data, update=True)).updated
    assert after.description == "Taller."
    assert after.record["level"] == 3
    assert "gm_secret" not in after.record
    (new,) = (await imported(registry, data, OTHER)).created
    assert new.record.keys() & {"level", "gm_secret"} == set()
    assert fates(await planned(registry, await archive(registry, after))) == ["same"]


async def test_a_file_without_times_is_of_now(registry: Registry) -> None:
    note = {**HOSTILE, "record": {"last_used": "yesterday"}}
    before = time.time()
    (ana,) = (await imported(registry, as_json(card(extensions={OURS: note})))).created
    assert before - 1 <= ana.last_used <= time.time()
    assert before - 1 <= ana.created_at <= time.time()


async def one(character: Character) -> AsyncGenerator[Character, None]:
    yield character


def texts_in(data: bytes, form: CardFormat) -> str:
    """The card as JSON."""
    if form is CardFormat.PNG:
        return base64.b64decode(images.decode(data).info["ccv3"]).decode()
    if form is CardFormat.CHARX:
        return zipfile.ZipFile(io.BytesIO(data)).read("card.json").decode()
    return data.decode()


def note_in_archive(data: bytes) -> Any:
    archived = zipfile.ZipFile(io.BytesIO(data))
    (name,) = (each for each in archived.namelist() if each.startswith("001-"))
    return json.loads(archived.read(name))["data"]["extensions"][OURS]


def secretive(character: Character, family: str) -> Character:
    """The character with secrets everywhere but in the data of this family."""
    foreign = {
        "tupperbox": {"brackets": ["a:", ""], "tag": "butler"},
        "pluralkit": {"display_name": "butler", "privacy": {"visibility": "private"}},
        "card": {"data": {"gm_secret": "butler"}},
    }
    others = {key: value for key, value in foreign.items() if key != family}
    record = {**character.record, "gm_secret": "the butler", "level": 3}
    return Character(character.char_id, record, others)


@pytest.mark.parametrize("form", CardFormat)
async def test_a_card_tells_nobody_elses_secrets(registry: Registry, form: CardFormat) -> None:
    ana = secretive(await registry.create(USER, "Ana"), "card")
    written = texts_in((await registry.exporter.card(ana, form)).data, form)
    assert [each for each in SECRETS if each in written] == []
    note = json.loads(written)["data"]["extensions"][OURS]
    assert note["record"].keys() == {"created_at", "last_used"}
    assert note.keys() - {"icon", "portrait", "pixels"} == {
        "version",
        "char_id",
        "record",
        "literal",
        "added",
        "replaced",
    }


@pytest.mark.parametrize("form", [CollectionFormat.TUPPERBOX, CollectionFormat.PLURALKIT])
async def test_a_file_for_another_bot_holds_nothing_of_a_third(
    registry: Registry, form: CollectionFormat
) -> None:
    ana = secretive(await registry.create(USER, "Ana"), form)
    async for file in registry.exporter.collection(one(ana), form):
        document = json.loads(file.data)
        (member,) = document["tuppers" if form is CollectionFormat.TUPPERBOX else "members"]
        note = member[OURS]
        assert "butler" not in file.data.decode()
        assert note.keys() == {"version", "char_id", "record", "added", "replaced"}
        assert note["record"].keys() == {"created_at", "last_used"}


async def test_an_archive_holds_everything(registry: Registry) -> None:
    ana = secretive(await registry.create(USER, "Ana"), "card")
    async for file in registry.exporter.collection(one(ana), CollectionFormat.ARCHIVE):
        portable = only(file.data)
        assert portable.foreign == ana.foreign
        note = note_in_archive(file.data)
        assert (note["record"]["level"], note["record"]["gm_secret"]) == (3, "the butler")


@pytest.mark.parametrize("form", [*CardFormat, *CollectionFormat])
async def test_a_portrait_that_is_a_spoiler_stays_one(
    registry: Registry, form: CardFormat | CollectionFormat
) -> None:
    ana = (await registry.create(USER, "Ana")).with_fields(image_spoiler=True)
    if isinstance(form, CardFormat):
        data = (await registry.exporter.card(ana, form)).data
    else:
        (file,) = await exported(registry, [ana], form)
        data = file.data
    (again,) = (await imported(registry, data, OTHER)).created
    assert again.has_spoiler

"""The registry over a real Valkey and real files."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from characters.assets import Assets
from characters.errors import (
    CharacterError,
    DamagedImage,
    ImageTooLarge,
    InvalidName,
    NotAnImage,
    PortraitUnsaved,
    RosterFull,
    StorageUnavailable,
    UnknownCharacter,
)
from characters.model import Character
from characters.portraits import Portraits
from characters.registry import Created, ImageSource, Registry
from characters.store import CharacterStore
from tests import images

USER = 42


def given(data: bytes) -> ImageSource:
    async def source() -> bytes:
        return data

    return source


def files(assets: Assets) -> list[Path]:
    return sorted(assets.root.glob("*"))


async def with_portrait(registry: Registry, name: str = "Ana") -> Character:
    character, refusal = await registry.create(USER, name, "", given(images.png()))
    assert refusal is None
    return character


async def test_a_created_character_has_its_portrait_and_is_active(registry: Registry, assets: Assets) -> None:
    character, refusal = await registry.create(USER, " Ana ", "A pirate.\r\n", given(images.png((600, 300))))
    assert refusal is None
    assert (character.name, character.description) == ("Ana", "A pirate.")
    assert character.created_at == character.last_used > 0
    assert await registry.active(USER) == character
    assert images.decode(await registry.portrait(character) or b"").size == (600, 300)
    assert images.decode(await registry.thumbnail(character) or b"").size == (256, 128)
    assert len(files(assets)) == 2


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"hello", NotAnImage), (images.jpeg()[:300], DamagedImage), (b"x" * (10 * 2**20 + 1), ImageTooLarge)],
)
async def test_a_refused_portrait_still_leaves_the_character(
    registry: Registry, assets: Assets, data: bytes, kind: type[CharacterError]
) -> None:
    character, refusal = await registry.create(USER, "Ana", "A pirate.", given(data))
    assert isinstance(refusal, kind)
    assert await registry.get(USER, character.char_id) == character
    assert (character.description, character.image_path) == ("A pirate.", None)
    assert files(assets) == []


async def test_an_image_source_that_refuses_still_leaves_the_character(registry: Registry) -> None:
    async def source() -> bytes:
        raise ImageTooLarge(5)

    character, refusal = await registry.create(USER, "Ana", image=source, image_url="https://example.org/a.png")
    assert isinstance(refusal, ImageTooLarge)
    assert character.image_url == "https://example.org/a.png"


async def test_assets_that_can_not_be_written_still_leave_the_character(valkey: Redis, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    registry = Registry(CharacterStore(valkey), Assets(tmp_path / "file"), Portraits())
    character, refusal = await registry.create(USER, "Ana", "", given(images.png()))
    assert isinstance(refusal, PortraitUnsaved)
    assert await registry.active(USER) == character


async def test_a_refused_name_saves_nothing_and_reads_no_image(registry: Registry) -> None:
    async def source() -> bytes:
        pytest.fail("the image was asked for")

    with pytest.raises(InvalidName):
        await registry.create(USER, "\u200b", image=source)
    assert await registry.roster(USER) == ([], None)


async def test_a_full_roster_keeps_no_file(valkey: Redis, assets: Assets) -> None:
    registry = Registry(CharacterStore(valkey), assets, Portraits(), roster_limit=1)
    await registry.create(USER, "Ana")
    with pytest.raises(RosterFull):
        await registry.create(USER, "Bob", "", given(images.png()))
    assert files(assets) == []


async def test_a_lost_answer_leaves_the_file_for_it_may_have_a_record(
    registry: Registry, assets: Assets, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: object) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(CharacterStore, "create", lost)
    with pytest.raises(StorageUnavailable):
        await registry.create(USER, "Ana", "", given(images.png()))
    assert len(files(assets)) == 2


async def test_deleting_and_restoring_keep_the_portrait(registry: Registry, assets: Assets) -> None:
    ana = await with_portrait(registry)
    await registry.delete(USER, ana.char_id)
    assert await registry.roster(USER) == ([], None)
    assert len(files(assets)) == 2
    assert await registry.restore(USER, ana.char_id) == ana == await registry.active(USER)
    assert await registry.portrait(ana)


async def test_erasing_removes_the_files(registry: Registry, assets: Assets) -> None:
    ana = await with_portrait(registry)
    assert await registry.erase(USER, ana.char_id)
    assert not await registry.erase(USER, ana.char_id)
    assert files(assets) == []


async def test_a_new_portrait_replaces_the_old_files(registry: Registry, assets: Assets) -> None:
    ana = await with_portrait(registry)
    changed = await registry.set_portrait(USER, ana.char_id, given(images.jpeg((80, 80))))
    assert images.decode(await registry.portrait(changed) or b"").size == (80, 80)
    assert await registry.get(USER, ana.char_id) == changed
    assert len(files(assets)) == 2
    assert await registry.portrait(ana) is None


async def test_a_refused_new_portrait_keeps_the_old_one(registry: Registry) -> None:
    ana = await with_portrait(registry)
    with pytest.raises(NotAnImage):
        await registry.set_portrait(USER, ana.char_id, given(b"hello"))
    assert await registry.get(USER, ana.char_id) == ana
    assert await registry.portrait(ana)


async def test_a_portrait_for_nobody_keeps_no_file(registry: Registry, assets: Assets) -> None:
    with pytest.raises(UnknownCharacter):
        await registry.set_portrait(USER, "zoe", given(images.png()))
    assert files(assets) == []


async def test_a_portrait_is_shown_by_url_only_where_strangers_can_fetch_it(valkey: Redis, tmp_path: Path) -> None:
    async def shown(url: str | None) -> tuple[str | None, str | None]:
        registry = Registry(CharacterStore(valkey), Assets(tmp_path / "assets", url), Portraits())
        character = await with_portrait(registry)
        return registry.public_url(character), registry.public_url(character, thumbnail=True)

    image, thumbnail = await shown("https://example.org/assets")
    assert image
    assert image.startswith("https://example.org/assets/")
    assert thumbnail == image.replace(".webp", "-256.webp")
    assert await shown("http://127.0.0.1:8080") == (None, None)
    assert await shown(None) == (None, None)


async def test_a_down_store_is_one_clear_error(registry: Registry, valkey: Redis) -> None:
    created = await registry.create(USER, "Ana")
    assert isinstance(created, Created)
    await valkey.config_set("maxmemory", 1)
    with pytest.raises(StorageUnavailable):
        await registry.create(USER, "Bob")
    await valkey.config_set("maxmemory", 0)
    assert await registry.active(USER) == created.character

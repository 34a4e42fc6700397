"""Saving what players typed: at once, again, after a refusal; over a real Valkey and real files."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from characters.errors import (
    CharacterError,
    DamagedImage,
    DraftGone,
    ImageTooLarge,
    NotAnImage,
    PortraitUnsaved,
    StorageUnavailable,
    TooFast,
)
from characters.portrait_fields import PortraitFile
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.drafts import ChangedMeanwhile, Unsaved, Upload
from tests import images
from tests.player_input import USER, changes, fetch, files, given, new, upload, with_portrait


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (upload("text"), NotAnImage()),
        (upload("damaged"), DamagedImage()),
        (Upload("large", 10 * 2**20 + 1), ImageTooLarge(10 * 2**20)),
    ],
)
async def test_a_refused_portrait_still_leaves_the_character(
    registry: Registry, assets: FolderAssets, data: Upload, kind: CharacterError
) -> None:
    character, refusal, active, *_ = await registry.save(
        USER, new(description="A pirate.", upload=data), fetch
    )
    assert repr(refusal) == repr(kind)
    assert active
    assert await registry.get(USER, character.char_id) == character
    assert (character.description, character.image_path) == ("A pirate.", None)
    assert files(assets) == []


async def test_assets_that_can_not_be_written_still_leave_the_character(
    valkey: Redis, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    registry = Registry(CharacterStore(valkey), FolderAssets(tmp_path / "file"))
    character, refusal, *_ = await registry.save(USER, new("Ana", upload=upload("portrait")), fetch)
    assert isinstance(refusal, PortraitUnsaved)
    assert await registry.active(USER) == character


async def test_an_edit_changes_what_it_says_and_nothing_else(
    registry: Registry, valkey: Redis
) -> None:
    ana = await with_portrait(registry)
    await valkey.hset(f"game:characters:{USER}", ana.char_id, json.dumps({**ana.record, "hp": 7}))
    edited, *_ = await registry.save(USER, changes(ana, "Anna", "Tall."), fetch)
    assert edited.record == {**ana.record, "hp": 7, "name": "Anna", "description": "Tall."}
    again, *_ = await registry.save(USER, changes(edited, "Anna", None), fetch)
    assert again.description == "Tall."
    assert await registry.get(USER, ana.char_id) == again


async def test_a_new_portrait_replaces_the_old_one_which_the_trash_keeps(
    registry: Registry, assets: FolderAssets
) -> None:
    ana = await with_portrait(registry)
    edited, *_ = await registry.save(USER, changes(ana, upload=upload("small")), fetch)
    assert images.decode(await registry.portraits.portrait(edited) or b"").size == (80, 80)
    assert len(files(assets)) == 4
    (earlier,) = await registry.trash(USER)
    assert earlier.image_path == ana.image_path
    await registry.erase(USER, ana.char_id)
    assert files(assets) == []


async def test_a_refused_new_portrait_keeps_the_old_one(registry: Registry) -> None:
    ana = await with_portrait(registry)
    edited, refusal, *_ = await registry.save(USER, changes(ana, upload=upload("text")), fetch)
    assert isinstance(refusal, NotAnImage)
    assert edited == ana
    assert await registry.portraits.portrait(edited)


async def test_a_portrait_can_be_removed(registry: Registry) -> None:
    ana = await with_portrait(registry)
    edited, *_ = await registry.save(USER, changes(ana, remove_portrait=True), fetch)
    assert (edited.image_path, edited.image_url) == (None, None)
    assert await registry.portraits.portrait(ana)
    (earlier,) = await registry.trash(USER)
    assert (await registry.restore(USER, earlier.char_id)).image_path == ana.image_path


async def test_the_later_of_two_edits_is_refused_and_overwrites_nothing(registry: Registry) -> None:
    ana = await registry.create(USER, "Ana")
    await registry.save(USER, changes(ana, "First"), fetch)
    with pytest.raises(Unsaved) as caught:
        await registry.save(USER, changes(ana, "Second"), fetch)
    assert isinstance(caught.value.reason, ChangedMeanwhile)
    assert (await registry.get(USER, ana.char_id)).name == "First"
    draft = await registry.drafts.get(USER, caught.value.draft_id)
    assert draft
    assert draft.name == "Second"
    await registry.save(USER, draft, fetch)  # now that both were seen
    assert (await registry.get(USER, ana.char_id)).name == "Second"


async def test_playing_a_character_is_no_change_to_it(registry: Registry) -> None:
    ana = await registry.create(USER, "Ana")
    await registry.activate(USER, ana.char_id)
    edited, *_ = await registry.save(USER, changes(ana, "Anna"), fetch)
    assert edited.name == "Anna"


async def test_what_was_typed_about_a_deleted_character_can_become_a_new_one(
    registry: Registry,
) -> None:
    ana = await registry.create(USER, "Ana")
    await registry.delete(USER, ana.char_id)
    with pytest.raises(Unsaved) as caught:
        await registry.save(USER, changes(ana, "Anna", "Tall."), fetch)
    draft = await registry.drafts.get(USER, caught.value.draft_id)
    assert draft
    saved, *_ = await registry.save(USER, draft, fetch)
    assert (saved.name, saved.description) == ("Anna", "Tall.")
    assert saved.char_id != ana.char_id


async def test_what_could_not_be_saved_is_kept_with_its_portrait(registry: Registry) -> None:
    with pytest.raises(Unsaved) as caught:
        await registry.save(
            USER,
            new("\u200b", description="Tall.", upload=upload("portrait")),
            fetch,
        )
    draft_id = caught.value.draft_id
    draft = await registry.drafts.get(USER, draft_id)
    assert draft == caught.value.draft
    assert await registry.drafts.get(USER + 1, draft_id) is None
    saved, *_ = await registry.save(USER, new("Ana", earlier_id=draft_id), fetch)
    assert saved.description == "Tall."
    assert await registry.portraits.portrait(saved)


async def test_a_draft_is_kept_for_fifteen_minutes(registry: Registry, valkey: Redis) -> None:
    draft_id = await registry.drafts.keep(USER, new())
    assert 890 < await valkey.ttl(f"game:drafts:{USER}") <= 900
    kept = await valkey.hget(f"game:drafts:{USER}", draft_id)
    earlier_id = f"{int(time.time()) - 901:08x}{draft_id[8:]}"
    await valkey.hset(f"game:drafts:{USER}", earlier_id, kept or "")
    assert await registry.drafts.get(USER, draft_id)
    assert await registry.drafts.get(USER, earlier_id) is None


async def test_a_user_keeps_the_twenty_latest_drafts(registry: Registry, valkey: Redis) -> None:
    await valkey.hset(
        f"game:drafts:{USER}", mapping={f"{number:012}": "{}" for number in range(20)}
    )
    draft_id = await registry.drafts.keep(USER, new())
    assert await registry.drafts.get(USER, draft_id)
    assert min(await valkey.hkeys(f"game:drafts:{USER}")) == b"000000000001"
    assert await valkey.hlen(f"game:drafts:{USER}") == 20


async def test_a_draft_is_gone_once_it_is_a_character(registry: Registry) -> None:
    draft_id = await registry.drafts.keep(USER, new("Ana"))
    await registry.save(USER, new("Ana", earlier_id=draft_id), fetch)
    assert await registry.drafts.get(USER, draft_id) is None


async def test_an_earlier_draft_that_is_gone_is_named(registry: Registry) -> None:
    saved, refusal, *_ = await registry.save(USER, new("Ana", earlier_id="gone"), fetch)
    assert isinstance(refusal, DraftGone)
    assert await registry.active(USER) == saved


async def test_a_refused_second_picture_keeps_the_first(registry: Registry) -> None:
    portrait, _ = await registry.portraits.keep(given(images.png()))
    draft_id = await registry.drafts.keep(USER, new(portrait=portrait, description="Tall."))
    saved, refusal, *_ = await registry.save(
        USER, new("Ana", earlier_id=draft_id, upload=upload("text")), fetch
    )
    assert isinstance(refusal, NotAnImage)
    assert saved.description == "Tall."
    assert await registry.portraits.portrait(saved)


async def test_saving_one_draft_twice_makes_one_character(registry: Registry) -> None:
    draft = new("Ana")
    first, *_ = await registry.save(USER, draft, fetch)
    second, *_ = await registry.save(USER, draft, fetch)
    assert first == second
    assert (await registry.roster(USER)).characters == [first]


async def test_what_was_typed_since_a_lost_answer_is_saved_as_well(registry: Registry) -> None:
    draft = new("Ana", description="Tall.")
    await registry.save(USER, draft, fetch)  # and the answer is lost
    saved, *_ = await registry.save(USER, replace(draft, description="Small."), fetch)
    assert (await registry.roster(USER)).characters == [saved]
    assert saved.description == "Small."


async def test_a_portrait_added_since_a_lost_answer_is_saved_as_well(
    registry: Registry, assets: FolderAssets
) -> None:
    draft = new("Ana")
    await registry.save(USER, draft, fetch)  # and the answer is lost
    for name in ("portrait", "small"):  # the second time it takes the place of the first
        saved, *_ = await registry.save(USER, replace(draft, upload=upload(name)), fetch)
        assert await registry.portraits.portrait(saved)
    assert len(files(assets)) == 4  # with the one that the trash has
    assert (await registry.roster(USER)).characters == [saved]


async def test_a_draft_of_another_release_is_no_draft(registry: Registry, valkey: Redis) -> None:
    for number, kept in enumerate(
        ("{", "[]", "[1, 2]", "null", "{}", '{"char_id": "a", "portrait": null, "upload": 5}')
    ):
        draft_id = f"{int(time.time()):08x}{number:04}"
        await valkey.hset(f"game:drafts:{USER}", draft_id, kept)
        assert await registry.drafts.get(USER, draft_id) is None
    await registry.forget(USER)
    assert await valkey.keys("*") == [f"game:forgotten:{USER}".encode()]


async def test_a_portrait_that_a_draft_refers_to_stays(registry: Registry) -> None:
    ana = await with_portrait(registry)
    await registry.drafts.keep(USER, new(portrait=PortraitFile(ana.image_path or "", None)))
    await registry.erase(USER, ana.char_id)
    assert await registry.portraits.portrait(ana)


async def test_while_the_store_is_down_a_draft_is_held_in_the_process(
    registry: Registry, valkey: Redis
) -> None:
    await valkey.config_set("maxmemory", 1)
    with pytest.raises(Unsaved) as caught:
        await registry.save(
            USER,
            new("Ana", description="Tall.", upload=upload("portrait")),
            fetch,
        )
    assert isinstance(caught.value.reason, StorageUnavailable)
    draft = await registry.drafts.get(USER, caught.value.draft_id)
    assert draft
    assert draft.description == "Tall."
    await valkey.config_set("maxmemory", 0)
    saved, *_ = await registry.save(USER, draft, fetch)
    assert await registry.portraits.portrait(saved)


async def test_ten_creations_a_minute_are_enough(registry: Registry, valkey: Redis) -> None:
    for number in range(10):
        await registry.save(USER, new(f"Hero {number}"), fetch)
    with pytest.raises(Unsaved) as caught:
        await registry.save(USER, new("One more"), fetch)
    assert isinstance(caught.value.reason, TooFast)
    assert 50 <= caught.value.reason.seconds <= 60
    await registry.save(USER + 1, new("Another player's"), fetch)
    assert 0 < await valkey.ttl(f"game:rates:{USER}") <= 60
    await valkey.delete(f"game:rates:{USER}")  # a minute later
    await registry.save(USER, new("One more"), fetch)


async def test_twenty_uploads_a_minute_are_enough_and_the_rest_is_saved(registry: Registry) -> None:
    ana = await registry.create(USER, "Ana")
    for _ in range(20):
        await registry.save(USER, changes(ana, upload=upload("text")), fetch)
    edited, refusal, *_ = await registry.save(
        USER, changes(ana, "Anna", upload=upload("portrait")), fetch
    )
    assert isinstance(refusal, TooFast)
    assert (edited.name, edited.image_path) == ("Anna", None)


async def test_forgetting_leaves_no_key_and_no_file(
    registry: Registry, valkey: Redis, assets: FolderAssets
) -> None:
    await with_portrait(registry, "Ana")
    trashed = await with_portrait(registry, "Bob")
    await registry.delete(USER, trashed.char_id)
    with pytest.raises(Unsaved):
        await registry.save(USER, new("\u200b"), fetch)
    other = await registry.create(USER + 1, "Cy")
    await registry.forget(USER)
    assert await valkey.keys(f"*{USER}*") == [f"game:forgotten:{USER}".encode()]
    assert files(assets) == []
    assert await registry.active(USER + 1) == other
    await registry.forget(USER)

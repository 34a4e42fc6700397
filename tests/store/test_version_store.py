"""Earlier versions and the characters they are exchanged with, over every kind of client."""

import time
from typing import Any

import pytest

from characters.errors import CharacterChanged, EditedSince, UnknownCharacter
from characters.model import TRASH_NOTE, TRASH_SECONDS, Character
from characters.store.changing import VersionOfPresent
from characters.store.characters import CharacterStore
from characters.store.foreign_store import ForeignStore
from characters.store.keys import user_keys
from characters.store.version_store import VersionStore
from tests.limits import SetLimit

USER = 42


@pytest.fixture
def store(redis: Any) -> CharacterStore:
    return CharacterStore(redis)


@pytest.fixture
def versions(store: CharacterStore) -> VersionStore:
    return VersionStore(store)


def character(char_id: str = "ana", **fields: Any) -> Character:
    return Character(char_id, {"name": char_id.title(), "last_used": 1.0, **fields})


async def edit(store: CharacterStore, text: str, char_id: str = "ana") -> str:
    """Returns the id of the version before."""
    edited = await store.edit(USER, char_id, lambda each: each.with_fields(description=text))
    return edited.version_id


async def trash(store: CharacterStore) -> list[str]:
    return [each.description or each.name for each in await store.trash(USER)]


async def test_an_edit_keeps_what_was_and_one_that_changes_nothing_keeps_nothing(
    store: CharacterStore,
) -> None:
    await store.create(USER, character(), 100)
    version_id = await edit(store, "Tall.")
    assert await edit(store, "Tall.") == ""
    used = await store.edit(USER, "ana", lambda each: each.with_fields(favourite=True))
    assert used.version_id == ""
    (earlier,) = await store.trash(USER)
    assert (earlier.char_id, earlier.version_of, earlier.replaced_by) == (
        version_id,
        "ana",
        "edit",
    )
    assert earlier.description == ""


async def test_a_version_and_its_character_change_places_again_and_again(
    store: CharacterStore, versions: VersionStore
) -> None:
    await store.create(USER, character(hp=3, image_path="a", image_source="x"), 100)
    edited = await store.edit(
        USER,
        "ana",
        lambda each: each.with_fields(name="Anna", image_path="b").without_field("image_source"),
    )
    await store.edit(USER, "ana", lambda each: each.with_fields(hp=2, last_used=9.0))
    first, second = (
        {"name": "Ana", "image_path": "a", "image_source": "x", "hp": 2, "last_used": 9.0},
        {"name": "Anna", "image_path": "b", "hp": 2, "last_used": 9.0},
    )
    for record in (first, second, first):
        found = await versions.bring_back(USER, edited.version_id)
        assert found
        now = await store.get(USER, "ana")
        assert now == found.after
        assert now.record == record
        assert len(await store.trash(USER)) == 1
    assert [each.replaced_by for each in await store.trash(USER)] == ["undo"]


async def test_an_edit_is_undone_once_however_often_that_is_asked(
    store: CharacterStore, versions: VersionStore
) -> None:
    await store.create(USER, character(), 100)
    edited = await store.edit(USER, "ana", lambda each: each.with_fields(description="Tall."))
    for _ in range(3):
        await versions.bring_back(USER, edited.version_id, edited.after.version)
        assert await store.get(USER, "ana") == character(description="").without_field(
            "description"
        )
    await edit(store, "Small.")
    with pytest.raises(EditedSince):
        await versions.bring_back(USER, edited.version_id, "0" * 12)
    assert await trash(store) == ["Ana", "Tall."]


async def test_what_an_import_replaced_comes_back_with_all_of_the_record_and_foreign_data(
    store: CharacterStore, versions: VersionStore
) -> None:
    foreign = ForeignStore(store)
    await store.create(USER, character(mood="kind").with_foreign({"a": 1}), 100)
    await foreign.update(
        USER, "ana", lambda each: each.with_fields(mood="grim").with_foreign({"b": 2})
    )
    (earlier,) = await store.trash(USER)
    for mood, data in (("kind", {"a": 1}), ("grim", {"b": 2}), ("kind", {"a": 1})):
        await versions.bring_back(USER, earlier.char_id)
        now = await store.get(USER, "ana")
        assert now
        assert now.record["mood"] == mood
        assert (await foreign.complete(USER, now)).foreign == data
    assert len(await foreign.all_of(USER)) == 2


async def test_without_its_character_a_version_is_restored_as_one_of_its_own(
    store: CharacterStore, versions: VersionStore
) -> None:
    await store.create(USER, character(), 100)
    version_id = await edit(store, "Tall.")
    with pytest.raises(VersionOfPresent):
        await store.restore(USER, version_id, 100)
    await store.delete(USER, "ana")
    assert await versions.bring_back(USER, version_id) is None
    restored = await store.restore(USER, version_id, 100)
    assert restored.record == character().record
    assert await versions.bring_back(USER, version_id) is None


@pytest.mark.parametrize(
    "char_id", ["ana", 'a"}b', "a\\\n", "é\ud800".encode(errors="replace").decode()]
)
async def test_erasing_a_character_erases_its_versions_and_no_others(
    store: CharacterStore, char_id: str
) -> None:
    for each in (char_id, "bob"):
        await store.create(USER, character(each), 100)
        await edit(store, "1", each)
        await edit(store, "2", each)
    removed = await store.erase(USER, char_id)
    assert removed
    assert sorted(each.description for each in removed) == ["", "1", "2"]
    assert await trash(store) == ["1", "Bob"]
    assert await store.erase(USER, char_id) is None


async def test_of_one_character_ten_versions_are_kept(store: CharacterStore) -> None:
    await store.create(USER, character(), 100)
    await store.create(USER, character("bob"), 100)
    await edit(store, "of bob", "bob")
    for number in range(14):
        await edit(store, str(number))
    assert await trash(store) == [*(str(number) for number in range(12, 2, -1)), "Bob"]


async def test_versions_go_before_deleted_characters_and_the_newest_stays(
    store: CharacterStore, set_limit: SetLimit
) -> None:
    set_limit("TRASH_ENTRIES", 3)
    for char_id in ("ana", "bob", "cy", "di"):
        await store.create(USER, character(char_id), 100)
    await store.delete(USER, "bob")
    await store.delete(USER, "cy")
    for number in range(3):
        await edit(store, str(number))
    assert await trash(store) == ["1", "Cy", "Bob"]
    await store.delete(USER, "di")
    assert await trash(store) == ["Di", "Cy", "Bob"]
    edited = await store.edit(USER, "ana", lambda each: each.with_fields(name="Anna"))
    assert [each.name for each in edited.removed] == ["Bob"]
    assert await trash(store) == ["2", "Di", "Cy"]


async def test_a_text_that_looks_like_the_note_of_a_version_is_a_text(
    store: CharacterStore, set_limit: SetLimit
) -> None:
    set_limit("VERSIONS", 1)
    note = '"trashed": {"at": 1, "active": false, "earlier": "edit", "of": "ana"}'
    for char_id in ("a", "b", "c"):
        await store.create(USER, character(char_id, description=note), 100)
        await store.delete(USER, char_id)
    assert len(await store.trash(USER)) == 3


async def test_repeated_scripts_change_nothing(
    store: CharacterStore, versions: VersionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client sends a script again where the answer was lost."""
    run = store.client.run

    async def twice(*request: Any) -> Any:
        await run(*request)
        return await run(*request)

    monkeypatch.setattr(store.client, "run", twice)
    await store.create(USER, character(), 100)
    version_id = await edit(store, "Tall.")
    assert version_id
    assert await trash(store) == ["Ana"]
    await versions.bring_back(USER, version_id)
    assert await trash(store) == ["Tall."]
    assert (await store.roster(USER)).characters == [character()]


async def test_a_version_of_more_than_seven_days_ago_is_gone(
    store: CharacterStore, versions: VersionStore, redis: Any
) -> None:
    await store.create(USER, character(), 100)
    version_id = await edit(store, "Tall.")
    (earlier,) = await store.trash(USER)
    note = {**earlier.record[TRASH_NOTE], "at": time.time() - TRASH_SECONDS - 1}
    key = user_keys(USER, cluster=store.client.is_cluster).trash
    await redis.hset(key, version_id, earlier.with_fields(**{TRASH_NOTE: note}).to_json())
    with pytest.raises(UnknownCharacter):
        await versions.bring_back(USER, version_id)


async def test_who_changes_all_the_time_ends_the_attempt(
    store: CharacterStore, versions: VersionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.create(USER, character(), 100)
    version_id = await edit(store, "Tall.")
    run = store.client.run

    async def changed(script: str, *request: Any) -> Any:
        return [b"changed"] if script == "exchange" else await run(script, *request)

    monkeypatch.setattr(store.client, "run", changed)
    with pytest.raises(CharacterChanged):
        await versions.bring_back(USER, version_id)

"""The store's contract, over every kind of client."""

import asyncio
import json
import time
from typing import Any

import pytest
from redis.asyncio import RedisCluster

from characters.errors import RosterFull, StorageUnavailable, UnknownCharacter
from characters.model import TRASH_SECONDS, Character
from characters.store.characters import CharacterStore
from characters.store.keys import UserKeys, user_keys

USER = 42


@pytest.fixture
def store(redis: Any) -> CharacterStore:
    return CharacterStore(redis)


@pytest.fixture
def keys(redis: Any) -> UserKeys:
    return user_keys(USER, cluster=isinstance(redis, RedisCluster))


def character(char_id: str, last_used: float = 0.0, **fields: Any) -> Character:
    return Character(char_id, {"name": char_id.title(), "last_used": last_used, **fields})


def text(value: bytes | str | None) -> str | None:
    return value.decode() if isinstance(value, bytes) else value


async def add(store: CharacterStore, *characters: Character) -> None:
    for each in characters:
        await store.create(USER, each, 100)


def test_the_keys_are_the_ones_that_other_programs_read() -> None:
    assert user_keys(7, cluster=False)[:4] == (
        7,
        "game:characters:7",
        "game:active_char:7",
        "game:trash:7",
    )
    assert user_keys(7, cluster=True)[:4] == (
        7,
        "game:characters:{7}",
        "game:active_char:{7}",
        "game:trash:{7}",
    )


async def test_an_unknown_user_has_nothing(store: CharacterStore) -> None:
    assert await store.roster(USER) == ([], None)
    assert await store.active(USER) is None
    assert await store.get(USER, "ana") is None


async def test_a_created_character_is_read_as_it_was_and_active(store: CharacterStore) -> None:
    ana = character("ana", 5.5, description="Größe 山 👩‍🚀", extra=[], large=2**60)
    await add(store, ana)
    assert await store.get(USER, "ana") == ana
    assert await store.active(USER) == ana
    assert await store.roster(USER) == ([ana], "ana")


async def test_the_record_in_redis_is_plain_json_under_the_id(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    ana = character("ana", 5.5, description="山")
    await add(store, ana)
    assert json.loads(await redis.hget(keys.characters, "ana")) == ana.record
    assert text(await redis.get(keys.active)) == "ana"


async def test_a_repeated_creation_changes_nothing_and_returns_what_is_there(
    store: CharacterStore,
) -> None:
    await add(store, character("ana", 1.0), character("bob", 2.0))
    assert await store.create(USER, character("ana", 3.0), 2) == character("ana", 1.0)
    assert await store.get(USER, "ana") == character("ana", 1.0)
    assert (await store.roster(USER)).active_id == "bob"


async def test_a_full_roster_takes_no_more(store: CharacterStore) -> None:
    await add(store, character("ana"))
    with pytest.raises(RosterFull, match="has 1 characters"):
        await store.create(USER, character("bob"), 1)
    assert await store.roster(USER) == ([character("ana")], "ana")


async def test_the_roster_is_most_recently_used_first(store: CharacterStore) -> None:
    await add(store, character("ana", 1.0), character("bob", 3.0), character("cy", 2.0))
    assert [each.char_id for each in (await store.roster(USER)).characters] == ["bob", "cy", "ana"]


async def test_users_do_not_see_each_other(store: CharacterStore) -> None:
    await add(store, character("ana"))
    assert await store.roster(USER + 1) == ([], None)
    with pytest.raises(UnknownCharacter):
        await store.activate(USER + 1, "ana")


async def test_activating_marks_and_dates(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    await add(store, character("ana", 1.0, mood="grim"), character("bob", 2.0))
    ana = await store.activate(USER, "ana")
    assert time.time() - 10 < ana.last_used <= time.time()
    assert ana == character("ana", ana.last_used, mood="grim") == await store.active(USER)
    assert text(await redis.get(keys.active)) == "ana"


async def test_activating_an_unknown_character_leaves_the_mark(store: CharacterStore) -> None:
    await add(store, character("ana"))
    with pytest.raises(UnknownCharacter):
        await store.activate(USER, "zoe")
    assert (await store.roster(USER)).active_id == "ana"


@pytest.mark.parametrize("mark", [None, "gone"])
async def test_without_a_valid_mark_the_most_recent_one_is_active(
    store: CharacterStore, redis: Any, keys: UserKeys, mark: str | None
) -> None:
    await add(store, character("ana", 1.0), character("bob", 3.0), character("cy", 2.0))
    await (redis.set(keys.active, mark) if mark else redis.delete(keys.active))
    assert await store.active(USER) == character("bob", 3.0)
    assert (await store.roster(USER)).active_id == "bob"


async def test_records_of_other_programs_are_read(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    record = {"name": "Zoë", "description": None, "hp": 7, "tags": []}
    await redis.hset(keys.characters, "zoe", json.dumps(record, indent=1))
    assert await store.active(USER) == Character("zoe", record)
    zoe = await store.activate(USER, "zoe")
    assert zoe.record == {**record, "last_used": zoe.last_used}


@pytest.mark.parametrize("corrupt", [b"{", b"[]", b"\xff\xfe", b'{"name": 5}'])
async def test_a_corrupt_record_hides_no_other_and_stays(
    store: CharacterStore,
    redis: Any,
    keys: UserKeys,
    corrupt: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await add(store, character("ana", 1.0), character("bob", 2.0))
    await redis.hset(keys.characters, "bob", corrupt)
    assert await store.roster(USER) == ([character("ana", 1.0)], "ana")
    assert await store.active(USER) == character("ana", 1.0)
    assert await store.get(USER, "bob") is None
    with pytest.raises(UnknownCharacter):
        await store.activate(USER, "bob")
    assert await redis.hlen(keys.characters) == 2
    assert "bob" in caplog.text


async def test_deleting_moves_to_the_trash_for_seven_days(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    await add(store, character("ana", 1.0), character("bob", 2.0))
    assert await store.delete(USER, "bob") == (character("bob", 2.0), [])
    assert await store.get(USER, "bob") is None
    assert await redis.get(keys.active) is None
    assert await store.active(USER) == character("ana", 1.0)
    assert json.loads(await redis.hget(keys.trash, "bob"))["name"] == "Bob"
    assert TRASH_SECONDS - 10 < await redis.ttl(keys.trash) <= TRASH_SECONDS == 604_800


async def test_deleting_another_one_leaves_the_mark(store: CharacterStore) -> None:
    await add(store, character("ana", 1.0), character("bob", 2.0))
    await store.delete(USER, "ana")
    assert await store.roster(USER) == ([character("bob", 2.0)], "bob")


async def test_restoring_brings_back_record_and_mark(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    ana = character("ana", 1.0, mood="grim")
    await add(store, character("bob", 2.0), ana)
    await store.delete(USER, "ana")
    assert await store.restore(USER, "ana", 100) == ana
    assert await store.active(USER) == ana
    assert text(await redis.get(keys.active)) == "ana"
    assert not await redis.exists(keys.trash)


async def test_restoring_leaves_a_choice_made_since(store: CharacterStore) -> None:
    await add(store, character("bob", 2.0), character("ana", 1.0))
    await store.delete(USER, "ana")
    await store.activate(USER, "bob")
    await store.restore(USER, "ana", 100)
    assert (await store.roster(USER)).active_id == "bob"


async def test_restoring_twice_is_restoring_once(store: CharacterStore) -> None:
    await add(store, character("ana", 1.0))
    await store.delete(USER, "ana")
    assert (
        await store.restore(USER, "ana", 100)
        == await store.restore(USER, "ana", 100)
        == character("ana", 1.0)
    )


async def test_restoring_into_a_full_roster_leaves_the_trash(store: CharacterStore) -> None:
    await add(store, character("ana", 1.0))
    await store.delete(USER, "ana")
    await add(store, character("bob", 2.0))
    with pytest.raises(RosterFull):
        await store.restore(USER, "ana", 1)
    assert await store.restore(USER, "ana", 2) == character("ana", 1.0)


async def test_restoring_what_is_not_in_the_trash_is_unknown(store: CharacterStore) -> None:
    with pytest.raises(UnknownCharacter):
        await store.restore(USER, "ana", 100)


async def test_deleting_twice_answers_the_same_and_changes_nothing(store: CharacterStore) -> None:
    ana = character("ana")
    await add(store, ana)
    await store.delete(USER, "ana")
    (trashed,) = await store.trash(USER)
    assert await store.delete(USER, "ana") == (ana, [])
    assert await store.trash(USER) == [trashed]
    await store.forget(USER)
    with pytest.raises(UnknownCharacter):
        await store.delete(USER, "ana")


async def test_erasing_leaves_nothing(store: CharacterStore, redis: Any, keys: UserKeys) -> None:
    await add(store, character("ana", 1.0))
    await store.erase(USER, "ana")
    await store.erase(USER, "ana")
    assert not await redis.exists(*keys)


async def test_an_edit_sees_what_others_wrote_in_between(store: CharacterStore) -> None:
    await add(store, character("ana", 1.0))
    await asyncio.gather(
        *(
            store.edit(USER, "ana", lambda each, n=n: each.with_fields(**{f"field{n}": n}))
            for n in range(4)
        )
    )
    assert await store.get(USER, "ana") == character(
        "ana", 1.0, field0=0, field1=1, field2=2, field3=3
    )


async def test_concurrent_creations_never_pass_the_limit(store: CharacterStore) -> None:
    results = await asyncio.gather(
        *(store.create(USER, character(f"c{n}"), 5) for n in range(12)), return_exceptions=True
    )
    assert sum(isinstance(each, RosterFull) for each in results) == 7
    assert len((await store.roster(USER)).characters) == 5


async def test_a_server_that_answers_wrongly_is_a_storage_failure(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    await redis.set(keys.characters, "not a hash")
    with pytest.raises(StorageUnavailable):
        await store.roster(USER)


async def test_the_trash_keeps_the_latest_200_and_returns_what_it_removes(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    for number in range(205):
        trashed = character(f"c{number:03}", trashed={"at": float(number), "active": False})
        await redis.hset(keys.trash, trashed.char_id, trashed.to_json())
    await add(store, character("ana", image_path="a.webp"))
    deleted, removed = await store.delete(USER, "ana")
    assert [each.name for each in removed] == [f"C{number:03}" for number in range(6)]
    assert await redis.hlen(keys.trash) == 200
    assert (await store.trash(USER, outdated=True))[0].char_id == deleted.char_id


async def test_the_trash_keeps_at_most_4_mib(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    for number in range(5):
        trashed = character(f"c{number}", text="x" * 2**20, trashed={"at": float(number)})
        await redis.hset(keys.trash, trashed.char_id, trashed.to_json())
    await add(store, character("ana", text="x" * 2**20))
    _, removed = await store.delete(USER, "ana")
    assert [each.name for each in removed] == ["C0", "C1", "C2"]

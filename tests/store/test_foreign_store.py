"""The contract of foreign data, over every kind of client."""

from typing import Any

import pytest
from redis.asyncio import RedisCluster

from characters.errors import CharacterChanged, StorageUnavailable, UnknownCharacter
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.foreign_store import ForeignStore
from characters.store.keys import UserKeys, user_keys
from tests.limits import SetLimit

USER = 42


@pytest.fixture
def store(redis: Any) -> CharacterStore:
    return CharacterStore(redis)


@pytest.fixture
def foreign(store: CharacterStore) -> ForeignStore:
    return ForeignStore(store)


@pytest.fixture
def keys(redis: Any) -> UserKeys:
    return user_keys(USER, cluster=isinstance(redis, RedisCluster))


def character(char_id: str, **foreign: Any) -> Character:
    return Character(char_id, {"name": char_id.title()}, foreign)


async def stored(foreign: ForeignStore) -> dict[str, bytes]:
    return await foreign.all_of(USER)


def test_the_key_shares_the_slot_of_the_user_on_a_cluster() -> None:
    assert user_keys(7, cluster=False).foreign == "game:foreign:7"
    assert user_keys(7, cluster=True).foreign == "game:foreign:{7}"


async def test_a_creation_keeps_record_and_foreign_data(
    store: CharacterStore, foreign: ForeignStore
) -> None:
    ana = character("ana", card={"tags": [], "large": 2**70})
    assert await store.create(USER, ana, 100) == ana
    assert await store.get(USER, "ana") == character("ana")
    assert await foreign.complete(USER, character("ana")) == ana


async def test_a_repeated_creation_changes_nothing_and_says_what_is_kept(
    store: CharacterStore, foreign: ForeignStore
) -> None:
    ana = character("ana", a=1)
    await store.create(USER, ana, 100)
    assert (await store.create(USER, ana, 100)).foreign == {"a": 1}
    assert (await store.create(USER, character("ana", b=2), 100)).foreign == {}
    assert await stored(foreign) == {"ana": b'{"a":1}'}


async def test_a_creation_without_room_has_no_foreign_data_and_says_so(
    store: CharacterStore, foreign: ForeignStore, set_limit: SetLimit
) -> None:
    set_limit("FOREIGN_BYTES", 100)
    await store.create(USER, character("ana", a="x" * 50), 100)
    saved = await store.create(USER, character("bob", b="x" * 50), 100)
    assert (saved.name, saved.foreign) == ("Bob", {})
    assert (await store.create(USER, character("bob", b="x" * 50), 100)).foreign == {}
    assert set(await stored(foreign)) == {"ana"}


async def test_a_new_character_never_gets_the_data_of_an_earlier_one(
    store: CharacterStore, foreign: ForeignStore, redis: Any, keys: UserKeys
) -> None:
    await redis.hset(keys.foreign, "ana", b'{"old":1}')
    await store.create(USER, character("ana"), 100)
    assert await stored(foreign) == {}


async def test_an_update_sees_and_replaces_both(
    store: CharacterStore, foreign: ForeignStore
) -> None:
    await store.create(USER, character("ana", a=1), 100)

    def change(each: Character) -> Character:
        return each.with_fields(mood="grim").with_foreign({**each.foreign, "b": 2})

    before, after, kept, _ = await foreign.update(USER, "ana", change)
    assert (before, after.foreign, kept) == (character("ana", a=1), {"a": 1, "b": 2}, True)
    assert await foreign.complete(USER, character("ana").with_fields(mood="grim")) == after


async def test_an_update_without_room_leaves_the_foreign_data_and_says_so(
    store: CharacterStore, foreign: ForeignStore, set_limit: SetLimit
) -> None:
    set_limit("FOREIGN_BYTES", 100)
    await store.create(USER, character("ana", a="x" * 40), 100)
    await store.create(USER, character("bob", b="x" * 40), 100)

    def change(each: Character) -> Character:
        return each.with_fields(mood="grim").with_foreign({"a": "y" * 50})

    _, after, kept, _ = await foreign.update(USER, "ana", change)
    assert (after.record["mood"], after.foreign, kept) == ("grim", {"a": "x" * 40}, False)
    assert (await stored(foreign))["ana"] == b'{"a":"' + b"x" * 40 + b'"}'


async def test_an_update_never_overwrites_what_another_wrote_meanwhile(
    store: CharacterStore, foreign: ForeignStore, redis: Any, keys: UserKeys
) -> None:
    """Each attempt meets a new change of another program, so the update gives up in the end."""
    await store.create(USER, character("ana"), 100)
    other = FakeWriter(redis, keys)
    foreign._client.run = other.run_after_a_change  # type: ignore[method-assign]
    with pytest.raises(CharacterChanged):
        await foreign.update(USER, "ana", lambda each: each.with_foreign({"a": 1}))
    assert await redis.hget(keys.foreign, "ana") in {other.written, other.written.decode()}


class FakeWriter:
    """Another program, which writes foreign data right before each script of ours."""

    def __init__(self, redis: Any, keys: UserKeys) -> None:
        self._redis, self._keys = redis, keys
        self._run = CharacterStore(redis).client.run
        self._number = 0

    @property
    def written(self) -> bytes:
        return b'{"theirs":%d}' % self._number

    async def run_after_a_change(self, name: str, keys: UserKeys, *arguments: Any) -> Any:
        self._number += 1
        await self._redis.hset(self._keys.foreign, "ana", self.written)
        return await self._run(name, keys, *arguments)


async def test_a_repeated_update_is_done_once(
    store: CharacterStore, foreign: ForeignStore, redis: Any, keys: UserKeys
) -> None:
    """As a client does that lost the answer."""
    await store.create(USER, character("ana", a=1), 100)
    record = await store.client.execute("HGET", keys.characters, "ana")
    new = ('{"name":"Ana!"}', b'{"a":1}', b'{"a":2}')
    trash = ("ana-before", '{"name":"Ana"}')
    for _ in range(2):
        answer = await store.client.run("replace_both", keys, "ana", record, *new, *trash)
        assert answer == [b"done"]
        await store.client.execute("HDEL", keys.trash, "ana-before")  # it is not trashed again
    assert await stored(foreign) == {"ana": b'{"a":2}', "ana-before": b'{"a":1}'}
    assert await redis.hlen(keys.characters) == 1
    assert await redis.hlen(keys.trash) == 0


async def test_what_an_update_replaces_is_in_the_trash_and_can_be_restored_without_the_character(
    store: CharacterStore, foreign: ForeignStore
) -> None:
    await store.create(USER, character("ana", a=1), 100)
    await foreign.update(
        USER, "ana", lambda each: each.with_fields(mood="grim").with_foreign({"b": 2})
    )
    (earlier,) = await store.trash(USER)
    assert earlier.is_earlier_version
    assert earlier.char_id != "ana"
    await store.delete(USER, "ana")
    restored = await store.restore(USER, earlier.char_id, 100)
    assert restored.record == character("ana").record
    assert (await foreign.complete(USER, restored)).foreign == {"a": 1}
    assert (await store.roster(USER)).characters == [restored]


async def test_an_update_that_changes_nothing_leaves_nothing_in_the_trash(
    store: CharacterStore, foreign: ForeignStore
) -> None:
    await store.create(USER, character("ana", a=1), 100)
    await foreign.update(USER, "ana", lambda each: each)
    assert await store.trash(USER) == []


async def test_what_updates_replace_is_within_the_limits_of_the_trash(
    store: CharacterStore, foreign: ForeignStore, set_limit: SetLimit
) -> None:
    set_limit("TRASH_ENTRIES", 2)
    await store.create(USER, character("ana", a=0), 100)
    removed: list[object] = []
    for number in range(1, 5):
        updated = await foreign.update(
            USER,
            "ana",
            lambda each, number=number: each.with_fields(number=number).with_foreign({"a": number}),
        )
        removed += [each.record.get("number") for each in updated.removed]
    assert [each.record["number"] for each in await store.trash(USER)] == [3, 2]
    assert removed == [None, 1]
    assert len(await stored(foreign)) == 3


async def test_what_is_replaced_and_what_replaces_it_have_room_together_or_the_data_stays(
    store: CharacterStore, foreign: ForeignStore, set_limit: SetLimit
) -> None:
    set_limit("FOREIGN_BYTES", 100)
    await store.create(USER, character("ana", a="x" * 60), 100)
    updated = await foreign.update(
        USER, "ana", lambda each: each.with_fields(mood="grim").with_foreign({"a": "y" * 60})
    )
    assert not updated.kept
    assert await stored(foreign) == {"ana": b'{"a":"' + b"x" * 60 + b'"}'}
    assert len(await store.trash(USER)) == 1


async def test_there_is_nothing_to_update_of_an_unknown_character(foreign: ForeignStore) -> None:
    with pytest.raises(UnknownCharacter):
        await foreign.update(USER, "zoe", lambda each: each)


async def test_it_survives_the_trash_and_goes_with_what_the_trash_has_no_room_for(
    store: CharacterStore, foreign: ForeignStore, set_limit: SetLimit
) -> None:
    set_limit("TRASH_ENTRIES", 1)
    for char_id in ("ana", "bob"):
        await store.create(USER, character(char_id, a=1), 100)
    await store.delete(USER, "ana")
    assert set(await stored(foreign)) == {"ana", "bob"}
    await store.delete(USER, "bob")
    assert set(await stored(foreign)) == {"bob"}
    await store.restore(USER, "bob", 100)
    assert set(await stored(foreign)) == {"bob"}


async def test_erasing_removes_it_but_not_that_of_a_character_in_the_trash(
    store: CharacterStore, foreign: ForeignStore
) -> None:
    for char_id in ("ana", "bob"):
        await store.create(USER, character(char_id, a=1), 100)
    await store.delete(USER, "ana")
    assert await store.erase(USER, "ana") is None
    await store.erase(USER, "bob")
    assert set(await stored(foreign)) == {"ana"}


async def test_forgetting_removes_it(store: CharacterStore, redis: Any, keys: UserKeys) -> None:
    await store.create(USER, character("ana", a=1), 100)
    await store.forget(USER)
    assert not await redis.exists(*(key for key in keys if key != keys.forgotten))


@pytest.mark.parametrize("data", [b"{", b"[]", b"\xff"])
async def test_corrupt_data_reads_as_none_and_is_replaced_by_an_update(
    store: CharacterStore,
    foreign: ForeignStore,
    redis: Any,
    keys: UserKeys,
    data: bytes,
) -> None:
    await store.create(USER, character("ana"), 100)
    await redis.hset(keys.foreign, "ana", data)
    assert await foreign.complete(USER, character("ana")) == character("ana")
    await foreign.update(USER, "ana", lambda each: each.with_foreign({"a": 1}))
    assert (await stored(foreign))["ana"] == b'{"a":1}'


async def test_a_key_of_another_type_is_a_failure_before_anything_changes(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    for each in (character("ana"), character("carl")):
        await store.create(USER, each, 100)
    await store.delete(USER, "carl")  # what another deletion may remove from the trash
    await redis.set(keys.foreign, "not a hash")
    for refused in (
        store.create(USER, character("bob", a=1), 100),
        store.delete(USER, "ana"),
        store.erase(USER, "ana"),
    ):
        with pytest.raises(StorageUnavailable):
            await refused
    assert (await store.roster(USER)).characters == [character("ana")]
    assert await redis.hkeys(keys.trash) in ([b"carl"], ["carl"])

"""What the store keeps of one user is bounded, in entries and bytes, under each key."""

import asyncio
import json
from typing import Any

import pytest
from redis.asyncio import RedisCluster

from characters.admission import LIMITS, Admission
from characters.errors import RosterFull, TooFast
from characters.model import ID_LIMIT, TRASH_NOTE, Character
from characters.names import DESCRIPTION_LIMIT, NAME_LIMIT
from characters.store import limits
from characters.store.characters import CharacterStore
from characters.store.drafts import Draft, DraftStore, Upload
from characters.store.foreign_store import ForeignStore
from characters.store.keys import UserKeys, user_keys
from characters.store.lobby_store import LobbyStore
from characters.store.pending_files import PendingFile, PendingFiles
from characters.store.removals import Removals
from characters.transfer.formats.image_source import LINK_LIMIT, image_source
from characters.transfer.formats.losses import FOREIGN_LIMIT
from characters.transfer.formats.portable import Portable

USER = 42


@pytest.fixture
def store(redis: Any) -> CharacterStore:
    return CharacterStore(redis)


@pytest.fixture
def keys(redis: Any) -> UserKeys:
    return user_keys(USER, cluster=isinstance(redis, RedisCluster))


async def size(redis: Any, key: str) -> tuple[int, int]:
    """Entries and bytes."""
    values = await redis.hvals(key)
    texts = [value.encode() if isinstance(value, str) else value for value in values]
    return len(texts), sum(map(len, texts))


@pytest.mark.parametrize("letter", ["x", "😀", '"', "\x01"])
async def test_a_record_has_at_most_150_kb(
    store: CharacterStore, redis: Any, keys: UserKeys, letter: str
) -> None:
    """The worst letters are those that JSON can only write as escapes, of six bytes."""
    source = image_source("x" * 64, "x" * 64, letter * LINK_LIMIT)
    assert source["image_source"]["link"]
    note = {"record": {"theirs": letter * 200_000, "created_at": 0.1, "image_spoiler": True}}
    portable = Portable.from_file("card", "Ana", "", {}, note, whole=True)
    character = Character.new("😀" * NAME_LIMIT, f"a{letter * (DESCRIPTION_LIMIT - 2)}a")
    await store.create(USER, character.with_fields(**portable.fields, **source), 100)
    entries, bytes_ = await size(redis, keys.characters)
    assert entries == 1
    assert bytes_ <= 150_000


async def test_a_roster_has_as_many_characters_as_it_may(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    for number in range(3):
        await store.create(USER, Character(f"c{number}", {"name": "Ana"}), 3)
    with pytest.raises(RosterFull):
        await store.create(USER, Character("another", {"name": "Ana"}), 3)
    assert (await size(redis, keys.characters))[0] == 3


async def test_the_active_mark_is_an_id_of_at_most_64_letters(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    await store.create(USER, Character("x" * ID_LIMIT, {"name": "Ana"}), 100)
    assert await redis.strlen(keys.active) == ID_LIMIT
    too_long = "x" * (ID_LIMIT + 1)
    await redis.hset(keys.characters, too_long, '{"name": "Ana"}')
    assert [each.char_id for each in (await store.roster(USER)).characters] == ["x" * ID_LIMIT]


async def test_the_trash_has_at_most_200_entries_and_4_mib(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    for number in range(250):
        note = {TRASH_NOTE: {"at": float(number), "active": False}, "text": "x" * 20_000}
        trashed = Character(f"c{number}", {"name": "Ana", **note})
        await redis.hset(keys.trash, trashed.char_id, trashed.to_json())
    await store.create(USER, Character("ana", {"name": "Ana"}), 100)
    await store.delete(USER, "ana")
    entries, bytes_ = await size(redis, keys.trash)
    assert entries == 200
    assert bytes_ <= limits.TRASH_BYTES == 4 * 2**20


async def test_foreign_data_has_at_most_256_kib_each_and_4_mib_together(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    largest = Portable.from_file("card", "Ana", "", {"top": {"x": "y" * (FOREIGN_LIMIT - 40)}}, {})
    assert largest.losses == ()
    larger = Portable.from_file("card", "Ana", "", {"top": {"x": "y" * FOREIGN_LIMIT}}, {})
    assert len(larger.losses) == 1
    for number in range(20):
        await store.create(USER, Character(f"c{number}", {"name": "Ana"}, largest.foreign), 100)
    entries, bytes_ = await size(redis, keys.foreign)
    assert entries == 16
    assert bytes_ <= limits.FOREIGN_BYTES == 4 * 2**20
    await ForeignStore(store).update(USER, "c19", lambda each: each.with_foreign({"a": 1}))
    assert (await size(redis, keys.foreign))[1] <= limits.FOREIGN_BYTES


async def test_drafts_are_at_most_20_and_1_mib(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    drafts = DraftStore(store)
    for number in range(25):
        await drafts.keep(USER, Draft(f"c{number}", name="Ana"))
    assert (await size(redis, keys.drafts))[0] == 20
    endless = Upload("https://x.org/" + "x" * 10**6, 5)
    large = Draft("large", name="😀" * 10**6, description="😀" * 10**6, upload=endless)
    draft_ids = [await drafts.keep(USER, large) for _ in range(5)]
    assert (await size(redis, keys.drafts))[1] <= limits.WAITING_BYTES == 2**20
    kept = await drafts.get(USER, draft_ids[-1])
    assert kept
    assert kept.char_id == "large"


async def test_the_newest_draft_stays_also_among_many_of_the_same_second(
    store: CharacterStore,
) -> None:
    drafts = DraftStore(store)
    for number in range(60):
        draft_id = await drafts.keep(USER, Draft(f"c{number}"))
        kept = await drafts.get(USER, draft_id)
        assert kept
        assert kept.char_id == f"c{number}"


async def test_drafts_that_this_process_holds_are_at_most_20_of_a_user(
    store: CharacterStore,
) -> None:
    """Else one player pushes out what all others typed while the store does not answer."""
    drafts = DraftStore(store)
    other = drafts.hold(USER + 1, Draft("other"))
    for number in range(1500):
        drafts.hold(USER, Draft(f"c{number}"))
    assert len(drafts._held._drafts) == 21
    assert await drafts.get(USER + 1, other)


async def test_files_that_wait_are_at_most_20_with_short_links(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    files = PendingFiles(store)
    endless = PendingFile("https://x.org/" + "x" * 10**6, 5)
    for _ in range(25):
        await files.keep(USER, endless)
    entries, bytes_ = await size(redis, keys.imports)
    assert entries == 20
    assert bytes_ <= 20 * 3000


async def test_what_waits_ends_after_fifteen_minutes(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    await DraftStore(store).keep(USER, Draft("c"))
    await PendingFiles(store).keep(USER, PendingFile("https://x.org/", 5))
    for key in (keys.drafts, keys.imports):
        assert 0 < await redis.ttl(key) <= 15 * 60


async def test_rates_have_an_entry_for_each_action_and_end_after_a_minute(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    admission = Admission(store)
    for action, limit in LIMITS.items():
        done = await asyncio.gather(
            *(admission.admit(USER, action) for _ in range(limit + 1)), return_exceptions=True
        )
        assert sum(isinstance(each, TooFast) for each in done) == 1
    entries, bytes_ = await size(redis, keys.rates)
    assert entries == len(LIMITS)
    assert bytes_ <= 8 * entries
    assert 0 < await redis.ttl(keys.rates) <= 60


async def test_the_oldest_notes_of_lobbies_go(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    lobbies = LobbyStore(store)
    for lobby_id in range(limits.LOBBIES + 5):
        await lobbies.note(USER, lobby_id)
    assert sorted(await lobbies.noted(USER)) == [*range(5, limits.LOBBIES + 5)]
    await lobbies.note(USER, 5)
    assert len(await lobbies.noted(USER)) == limits.LOBBIES
    assert 0 < await redis.ttl(keys.lobbies) <= limits.LOBBIES_SECONDS


async def test_notes_of_files_to_be_removed_end_after_seven_days(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    removals = Removals(store)
    await removals.note(USER, ["/a/é.png", "/b"])
    assert await removals.noted(USER) == {"/a/é.png", "/b"}
    assert 0 < await redis.ttl(keys.removal) <= 7 * 24 * 60 * 60


def test_every_key_of_a_user_has_a_test_here() -> None:
    tested = ["characters", "active", "trash", "foreign", "drafts", "imports", "rates"]
    tested.append("preferences")  # of which there is one: test_preference_store
    tested += ["turn", "importing"]  # test_shared_turn
    tested.append("forgotten")  # test_held_drafts
    assert sorted(UserKeys._fields) == sorted(["user_id", *tested, "lobbies", "removal"])


async def test_what_is_written_is_json_that_other_programs_read(
    store: CharacterStore, redis: Any, keys: UserKeys
) -> None:
    """Half a symbol is escaped, all else is written as it is."""
    await store.create(USER, Character("ana", {"name": "Zoë 山", "half": "\ud800", "n": []}), 100)
    record = await redis.hget(keys.characters, "ana")
    text = record if isinstance(record, str) else record.decode()
    assert text == '{"name":"Zoë 山","half":"\\ud800","n":[]}'
    assert json.loads(text)["half"] == "\ud800"

"""What the near cache remembers, and what makes it forget."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any, cast

import pytest

from characters.model import Character
from characters.store import near_cache
from characters.store.near_cache import NearCache, drop_everywhere
from characters.store.scripts import load_script

USER = 7


@pytest.fixture
def cache() -> Iterator[NearCache]:
    """A cache whose server answers."""
    cache = NearCache()
    cache.begin_tracking()
    cache.extend(near_cache.monotonic())
    yield cache
    cache.end_tracking()


def remember(cache: NearCache, user_id: int = USER, name: str = "Ana", **fields: object) -> None:
    read = cache.begin_read(user_id)
    cache.end_read(user_id, read, Character.new(name, "").with_fields(**fields))


def test_a_character_is_remembered_and_so_is_that_there_is_none(cache: NearCache) -> None:
    assert cache.recall(USER) is None
    ana = Character.new("Ana", "A pirate.").with_fields(theirs=1)
    cache.end_read(USER, cache.begin_read(USER), ana)
    cache.end_read(8, cache.begin_read(8), None)
    recalled, none = cache.recall(USER), cache.recall(8)
    assert recalled
    assert (recalled.character(), recalled.to_dict()) == (ana, ana.to_dict())
    assert none
    assert (none.character(), none.to_dict()) == (None, None)


@pytest.mark.parametrize("change", ["drop", "drop_all", "end_tracking"])
def test_what_was_read_before_a_change_is_not_remembered(cache: NearCache, change: str) -> None:
    read = cache.begin_read(USER)
    getattr(cache, change)(*[USER][: change == "drop"])
    cache.end_read(USER, read, Character.new("Ana", ""))
    cache.begin_tracking() if change == "end_tracking" else None
    cache.extend(near_cache.monotonic())
    assert cache.recall(USER) is None


def test_of_two_reads_at_once_the_later_one_counts(cache: NearCache) -> None:
    first, second = cache.begin_read(USER), cache.begin_read(USER)
    cache.end_read(USER, second, Character.new("New", ""))
    cache.end_read(USER, first, Character.new("Old", ""))
    recalled = cache.recall(USER)
    assert recalled
    assert (recalled.to_dict() or {})["name"] == "New"


def test_what_a_read_without_tracking_found_is_not_remembered() -> None:
    cache = NearCache()
    read = cache.begin_read(USER)
    cache.begin_tracking()
    cache.extend(near_cache.monotonic())
    cache.end_read(USER, read, Character.new("Ana", ""))
    assert cache.recall(USER) is None


def test_nothing_is_returned_after_a_second_without_an_answer(
    cache: NearCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(cache)
    now = near_cache.monotonic()
    monkeypatch.setattr(near_cache, "monotonic", lambda: now + near_cache.VALID_SECONDS - 0.1)
    assert cache.recall(USER)
    monkeypatch.setattr(near_cache, "monotonic", lambda: now + near_cache.VALID_SECONDS)
    assert cache.recall(USER) is None


def test_a_change_by_this_process_drops_the_user_in_every_cache(cache: NearCache) -> None:
    other = NearCache()
    other.begin_tracking()
    other.extend(near_cache.monotonic())
    for each in (cache, other):
        remember(each)
        remember(each, 8)
    drop_everywhere(USER)
    for each in (cache, other):
        assert each.recall(USER) is None
        assert each.recall(8)


@pytest.mark.parametrize("theirs", [1, ["a", {"b": 1}]])
def test_a_caller_may_change_what_it_got(cache: NearCache, theirs: object) -> None:
    original = deepcopy(theirs)
    remember(cache, theirs=theirs)
    for _ in range(2):
        recalled = cache.recall(USER)
        assert recalled
        char, character = recalled.to_dict(), recalled.character()
        assert char
        assert character
        for each in (char, cast("dict[str, Any]", character.record)):
            assert (each["name"], each["theirs"]) == ("Ana", original)
            each["name"] = "Bob"
            if isinstance(each["theirs"], list):
                each["theirs"][1]["b"] = 2


def test_it_is_bounded_in_users_and_bytes(
    cache: NearCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_cache, "USERS", 3)
    for user_id in range(1, 6):
        remember(cache, user_id)
    assert [user_id for user_id in range(1, 6) if cache.recall(user_id)] == [3, 4, 5]
    monkeypatch.setattr(near_cache, "BYTES", 20_000)
    remember(cache, 6, description="x" * 15_000)
    remember(cache, 7, theirs=["x" * 1_000])
    assert [user_id for user_id in range(1, 8) if cache.recall(user_id)] == [7]
    for user_id in range(1, 8):
        cache.drop(user_id)
    assert cache._size == 0


def test_reads_that_failed_leave_nothing(cache: NearCache) -> None:
    read = cache.begin_read(USER)
    cache.abandon_read(USER, read)
    assert not cache._reads


def test_a_record_that_is_nested_too_deeply_to_be_copied_is_not_remembered(
    cache: NearCache,
) -> None:
    depth = 900
    data = b'{"name":"Ana","x":' + b"[" * depth + b"]" * depth + b"}"
    read = cache.begin_read(USER)
    cache.end_read(USER, read, Character.from_json("ana", data))
    assert cache.recall(USER) is None
    assert not cache._reads


def test_threads_may_use_it_at_once(cache: NearCache) -> None:
    def use(number: int) -> None:
        for _ in range(500):
            remember(cache, number % 3 + 1)
            drop_everywhere(number % 3 + 1)
            NearCache()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(8)))
    assert not cache._reads
    assert cache._size == sum(each.size for each in cache._entries.values())


def test_the_scripts_that_change_who_is_active_are_known() -> None:
    changing = {
        "create",
        "activate",
        "replace",
        "replace_both",
        "delete",
        "restore",
        "erase",
        "restore_backup",
    }
    for name in changing | {"user_records"}:
        assert load_script(name).changes_active, name
    for name in ("find_version", "party", "roster", "admit", "lobby_join"):
        assert not load_script(name).changes_active, name

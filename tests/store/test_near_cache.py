"""What the near cache remembers, and what makes it forget."""

import json
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any, cast

import pytest

from characters.model import Character
from characters.store import near_cache
from characters.store.near_cache import NearCache, UserCache, drop_everywhere
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


@pytest.fixture(params=["active", "lists"])
def part(cache: NearCache, request: pytest.FixtureRequest) -> UserCache[Any, Any]:
    """Either part of the cache, to which the same rules apply."""
    return getattr(cache, request.param)


def remember(
    part: UserCache[Any, Any], user_id: int = USER, name: str = "Ana", **fields: object
) -> None:
    end_read(part, user_id, part.begin_read(user_id), name, **fields)


def end_read(
    part: UserCache[Any, Any],
    user_id: int,
    read: object | None,
    name: str = "Ana",
    **fields: object,
) -> None:
    character = Character.new(name, "").with_fields(**fields)
    is_active = part._remembered_as is near_cache.RememberedCharacter
    part.end_read(user_id, read, character if is_active else [character.to_dict()])


def names(part: UserCache[Any, Any], user_id: int = USER) -> list[str] | None:
    """What is remembered of the user."""
    found = part.recall(user_id)
    if found is None:
        return None
    if isinstance(found, near_cache.RememberedCharacter):
        return [found.to_dict()["name"]]
    return [each["name"] for each in found.to_dicts()]


def test_a_character_is_remembered_and_so_is_that_there_is_none(cache: NearCache) -> None:
    active = cache.active
    assert active.recall(USER) is None
    ana = Character.new("Ana", "A pirate.").with_fields(theirs=1)
    active.end_read(USER, active.begin_read(USER), ana)
    active.end_read(8, active.begin_read(8), None)
    recalled, none = active.recall(USER), active.recall(8)
    assert recalled
    assert (recalled.character(), recalled.to_dict()) == (ana, ana.to_dict())
    assert none
    assert (none.character(), none.to_dict()) == (None, None)
    assert cache.lists.recall(USER) is None


def test_a_list_is_remembered_in_its_order_and_so_is_an_empty_one(cache: NearCache) -> None:
    lists = cache.lists
    chars = [Character.new(name, "").to_dict() for name in ("Bob", "Ana")]
    lists.end_read(USER, lists.begin_read(USER), chars)
    lists.end_read(8, lists.begin_read(8), [])
    recalled, empty = lists.recall(USER), lists.recall(8)
    assert recalled
    assert recalled.to_dicts() == chars
    assert empty
    assert empty.to_dicts() == []
    assert cache.active.recall(USER) is None


@pytest.mark.parametrize("change", ["drop", "drop_all", "end_tracking", "drop_key"])
def test_what_was_read_before_a_change_is_not_remembered(
    cache: NearCache, part: UserCache[Any, Any], change: str
) -> None:
    arguments = {"drop": [USER], "drop_key": [f"game:characters:{USER}"]}
    read = part.begin_read(USER)
    getattr(cache, change)(*arguments.get(change, []))
    end_read(part, USER, read)
    cache.begin_tracking() if change == "end_tracking" else None
    cache.extend(near_cache.monotonic())
    assert part.recall(USER) is None


def test_of_two_reads_at_once_the_later_one_counts(part: UserCache[Any, Any]) -> None:
    first, second = part.begin_read(USER), part.begin_read(USER)
    end_read(part, USER, second, "New")
    end_read(part, USER, first, "Old")
    assert names(part) == ["New"]


def test_what_a_read_without_tracking_found_is_not_remembered() -> None:
    cache = NearCache()
    parts = (cache.active, cache.lists)
    reads = [part.begin_read(USER) for part in parts]
    cache.begin_tracking()
    cache.extend(near_cache.monotonic())
    for part, read in zip(parts, reads, strict=True):
        end_read(part, USER, read)
        assert part.recall(USER) is None


def test_nothing_is_returned_after_a_second_without_an_answer(
    part: UserCache[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(part)
    now = near_cache.monotonic()
    monkeypatch.setattr(near_cache, "monotonic", lambda: now + near_cache.VALID_SECONDS - 0.1)
    assert part.recall(USER)
    monkeypatch.setattr(near_cache, "monotonic", lambda: now + near_cache.VALID_SECONDS)
    assert part.recall(USER) is None


def test_a_change_by_this_process_drops_the_user_in_every_cache(cache: NearCache) -> None:
    other = NearCache()
    other.begin_tracking()
    other.extend(near_cache.monotonic())
    parts = [part for each in (cache, other) for part in (each.active, each.lists)]
    for part in parts:
        remember(part)
        remember(part, 8)
    drop_everywhere(USER)
    for part in parts:
        assert part.recall(USER) is None
        assert part.recall(8)


@pytest.mark.parametrize(
    "theirs",
    [1, "\ud800", float("inf"), ["a", {"b": 1.5, "c": 10**30}], {"a": [-0.0, "🦜", float("inf")]}],
)
def test_a_caller_may_change_what_it_got(cache: NearCache, theirs: object) -> None:
    """Also the one who read it."""
    original = deepcopy(theirs)
    ana = Character.new("Ana", "").with_fields(theirs=theirs)
    cache.active.end_read(USER, cache.active.begin_read(USER), ana)
    mine = [ana.to_dict()]
    cache.lists.end_read(USER, cache.lists.begin_read(USER), mine)
    for record in (cast("dict[str, Any]", ana.record), *mine):
        record["name"] = "Bob"
        if isinstance(theirs, (list, dict)):
            theirs.clear()
    mine.clear()
    for _ in range(2):
        recalled, recalled_list = cache.active.recall(USER), cache.lists.recall(USER)
        assert recalled
        assert recalled_list
        chars, character = recalled_list.to_dicts(), recalled.character()
        char = recalled.to_dict()
        assert char
        assert character
        for each in (char, cast("dict[str, Any]", character.record), *chars):
            assert (each["name"], each["theirs"]) == ("Ana", original)
            each["name"] = "Bob"
            if isinstance(each["theirs"], (list, dict)):
                each["theirs"].clear()
        chars.clear()


def test_it_is_bounded_in_users_and_bytes(
    part: UserCache[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_cache, "USERS", 3)
    for user_id in range(1, 6):
        remember(part, user_id)
    assert [user_id for user_id in range(1, 6) if part.recall(user_id)] == [3, 4, 5]
    monkeypatch.setattr(part, "_most_bytes", 20_000)
    remember(part, 6, description="x" * 15_000)
    remember(part, 7, theirs=["x" * 9_000])
    assert [user_id for user_id in range(1, 8) if part.recall(user_id)] == [7]
    for user_id in range(1, 8):
        part.drop(user_id)
    assert part._size == 0


FIELDS: dict[str, dict[str, Any]] = {
    "few": {},
    "emoji": {"description": "\U0001f99c" * 3_000},
    "many": {f"{number} fields": number for number in range(2_000)},
    "long names": {f"{number} {'x' * 9_000}": 1 for number in range(10)},
    "nested": {"theirs": {"texts": ["x" * 10_000]}},
}


@pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS)
def test_it_takes_no_more_bytes_than_it_says(
    part: UserCache[Any, Any], fields: dict[str, Any]
) -> None:
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for user_id in range(1, 50):
            mine = json.loads(json.dumps(fields))  # as what is read from the store
            remember(part, user_id, **mine)
        del mine
        took = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0.25 < took / part._size < 1.1


def test_the_limits_are_those_that_operators_are_told() -> None:
    cache = NearCache()
    sizes = cache.active._most_bytes, cache.lists._most_bytes
    assert (*sizes, near_cache.LARGEST, near_cache.USERS) == (48 << 20, 16 << 20, 1 << 20, 50_000)


def test_what_takes_more_than_a_mebibyte_is_not_remembered(cache: NearCache) -> None:
    def is_remembered(size: int) -> bool:
        cache.drop(USER)
        chars = [Character.new("Ana", "").with_fields(a=str(each) * size) for each in range(10)]
        lists = cache.lists
        lists.end_read(USER, lists.begin_read(USER), [each.to_dict() for each in chars])
        assert not lists._reads
        return lists.recall(USER) is not None

    assert is_remembered(95_000)
    assert not is_remembered(105_000)
    remember(cache.active, 8, theirs="x" * near_cache.LARGEST)
    assert cache.active.recall(8) is None
    assert not cache.active._reads


@pytest.mark.parametrize("count", [1, 4])
def test_what_takes_long_to_read_each_time_is_not_remembered(cache: NearCache, count: int) -> None:
    """Nested values, of all of a list together."""

    def is_remembered(size: int) -> bool:
        cache.drop(USER)
        chars = [Character.new("Ana", "").with_fields(a=["x" * size]) for _ in range(count)]
        remember_list = cache.lists.end_read
        remember_list(USER, cache.lists.begin_read(USER), [each.to_dict() for each in chars])
        if count == 1:
            cache.active.end_read(USER, cache.active.begin_read(USER), chars[0])
            assert (cache.active.recall(USER) is None) is (cache.lists.recall(USER) is None)
        return cache.lists.recall(USER) is not None

    both = 2 if count == 1 else 1  # an active character is kept as a record and as a dict
    assert is_remembered(31_000 // count // both)
    assert not is_remembered(33_000 // count)


@pytest.mark.parametrize(
    "theirs", [["\ud83d\ude00"], ["\ud800"], {"a": [10**4_500]}], ids=["two halves", "half", "long"]
)
def test_what_json_can_not_say_is_not_remembered(part: UserCache[Any, Any], theirs: object) -> None:
    """Two halves of a symbol would become one, which is another text."""
    remember(part, theirs=theirs)
    assert part.recall(USER) is None
    assert not part._reads


def test_nothing_is_remembered_after_the_tracking_ended(cache: NearCache) -> None:
    cache.end_tracking()
    cache.extend(near_cache.monotonic())
    assert not cache.state().is_valid
    for part in (cache.active, cache.lists):
        remember(part)
        assert part.recall(USER) is None
        assert not part._entries


def test_reads_that_failed_leave_nothing(part: UserCache[Any, Any]) -> None:
    read = part.begin_read(USER)
    part.abandon_read(USER, read)
    assert not part._reads


@pytest.mark.parametrize("depth", [150, 900])
def test_a_record_that_is_nested_too_deeply_is_not_remembered(
    part: UserCache[Any, Any], depth: int
) -> None:
    """Its copies are read by the fast reader of JSON, which goes 200 deep."""
    nested: list[Any] = []
    for _ in range(depth):
        nested = [nested]
    remember(part, nested=nested)
    assert (part.recall(USER) is not None) is (depth == 150)
    assert not part._reads


def test_threads_may_use_it_at_once(part: UserCache[Any, Any]) -> None:
    def use(number: int) -> None:
        for _ in range(500):
            remember(part, number % 3 + 1)
            drop_everywhere(number % 3 + 1)
            NearCache()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(8)))
    assert not part._reads
    assert part._size == sum(each.size for each in part._entries.values())


def test_the_scripts_that_change_characters_are_known() -> None:
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
        assert load_script(name).changes_characters, name
    for name in ("find_version", "party", "roster", "admit", "lobby_join"):
        assert not load_script(name).changes_characters, name

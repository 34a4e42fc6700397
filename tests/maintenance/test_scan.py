"""A scan reads each user once, on every kind of server, and nothing of other programs."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.maintenance.scan import (
    AHEAD,
    FEWEST,
    MOST,
    batches_of_users,
    find_users,
    records_of_users,
)
from characters.store.client import StoreClient
from characters.store.user_records import user_records
from tests.operator import add, everything, keys, record


@pytest.fixture
def client(redis: Any) -> StoreClient:
    return StoreClient(redis)


async def test_an_empty_store_has_no_users(client: StoreClient) -> None:
    assert await everything(client) == []


async def test_each_user_comes_once_and_in_order(client: StoreClient) -> None:
    for user_id in reversed(range(1, 41)):
        await add(client, user_id, "ana", record())
        await add(client, user_id, "bob", record(), place="trash")
    assert [each.user_id for each in await everything(client)] == list(range(1, 41))


async def test_a_user_with_only_trash_a_draft_or_an_active_mark_is_found(
    client: StoreClient,
) -> None:
    await add(client, 1, "ana", record(), place="trash")
    await add(client, 2, "draft", b"[]", place="drafts")
    await client.execute("SET", keys(client, 3).active, "ana")
    await add(client, 4, "create", b"1", place="rates")
    await add(client, 5, "look", b"servers", place="preferences")
    assert [each.user_id for each in await everything(client)] == [1, 2, 3, 5]


async def test_user_records_are_what_the_store_has_byte_for_byte(client: StoreClient) -> None:
    await add(client, 7, "ana", b"\xff corrupt")
    await add(client, 7, "bob", record(), place="trash")
    await client.execute("SET", keys(client, 7).active, "ana")
    found = await user_records(client, 7)
    assert found.characters == {b"ana": b"\xff corrupt"}
    assert found.trash == {b"bob": record()}
    assert (found.active, found.drafts) == (b"ana", {})


async def test_keys_of_other_programs_are_ignored(client: StoreClient) -> None:
    for key in (
        "game:characters:ana",
        "game:characters:-1",
        f"game:characters:{2**63}",
        "game:lobby:1",
        "other",
    ):
        await client.execute("SET", key, "theirs")
    assert await everything(client) == []


async def test_a_key_of_another_type_reads_as_empty(client: StoreClient) -> None:
    await client.execute("SET", keys(client, 1).characters, "theirs")
    await add(client, 1, "ana", record(), place="active")
    assert [(each.characters, each.active) for each in await everything(client)] == [({}, None)]


async def test_keys_named_for_another_kind_of_server_are_counted(client: StoreClient) -> None:
    other = "game:characters:1" if client.is_cluster else "game:characters:{1}"
    await client.execute("HSET", other, "ana", record())
    found = await find_users(client)
    assert (found.ids, found.misnamed) == ([], 1)


async def test_progress_is_reported_up_to_the_end(client: StoreClient) -> None:
    for user_id in range(1, 41):
        await add(client, user_id, "ana", record())
    reported: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        reported.append((done, total))

    ids = (await find_users(client)).ids
    assert len([each async for each in records_of_users(client, ids, progress)]) == 40
    assert reported[-1] == (40, 40)


async def test_other_tasks_run_while_large_records_are_searched(client: StoreClient) -> None:
    """The bot sweeps once a day: a roster of 13 MiB stopped it for 600 ms."""
    name = f"{7:032x}"
    for number in range(20):
        large = record(text=f"{'x' * 50_000} {name}.webp")
        await add(client, 1, f"c{number}", large)
    (found,) = await everything(client)
    searching = asyncio.create_task(found.stems())
    turns = 0
    while not searching.done():
        await asyncio.sleep(0)
        turns += 1
    assert searching.result() == {name}
    assert turns >= 20


async def test_users_with_few_characters_are_read_many_at_once(valkey: Redis) -> None:
    client = StoreClient(valkey)
    for user_id in range(1, 200):
        await add(client, user_id, "ana", record())
    ids = (await find_users(client)).ids
    async with aclosing(batches_of_users(client, ids)) as batches:
        sizes = [len(batch) async for batch in batches]
    assert sum(sizes) == len(ids)
    assert sizes[:AHEAD] == [FEWEST] * AHEAD
    assert set(sizes[AHEAD:-1]) == {MOST}


@pytest.mark.parametrize("place", ["characters", "trash", "drafts", "foreign"])
async def test_after_users_with_much_few_are_read_at_once(valkey: Redis, place: str) -> None:
    client = StoreClient(valkey)
    for user_id in range(1, 100):
        await client.execute("SET", keys(client, user_id).active, "ana")
        await add(client, user_id, "ana", record(text="x" * 150_000), place=place)
    ids = (await find_users(client)).ids
    async with aclosing(batches_of_users(client, ids)) as batches:
        assert {len(batch) async for batch in batches} <= {FEWEST, len(ids) % FEWEST}


async def test_a_scan_that_is_given_up_leaves_no_task(valkey: Redis) -> None:
    client = StoreClient(valkey)
    await add(client, 1, "ana", record())
    async with aclosing(records_of_users(client, [1] * 100)) as users:
        await anext(users)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert len(await everything(client)) == 1

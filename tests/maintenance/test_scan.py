"""Everybody in the store: each user once, whatever the server, and nothing of other programs."""

from typing import Any

import pytest

from characters.maintenance.scan import everybody, scan_users, user_records
from characters.store.client import StoreClient
from tests.operator import add, everything, keys, record


@pytest.fixture
def client(redis: Any) -> StoreClient:
    return StoreClient(redis)


async def test_an_empty_store_has_nobody(client: StoreClient) -> None:
    assert await everything(client) == []


async def test_everybody_comes_once_and_in_order(client: StoreClient) -> None:
    for user_id in reversed(range(1, 41)):
        await add(client, user_id, "ana", record())
        await add(client, user_id, "bob", record(), place="trash")
    assert [each.user_id for each in await everything(client)] == list(range(1, 41))


async def test_who_has_only_trash_a_draft_or_a_pointer_is_there_too(client: StoreClient) -> None:
    await add(client, 1, "ana", record(), place="trash")
    await add(client, 2, "draft", b"[]", place="drafts")
    await client.execute("SET", keys(client, 3).active, "ana")
    await add(client, 4, "create", b"1", place="rates")
    assert [each.user_id for each in await everything(client)] == [1, 2, 3]


async def test_a_holding_is_what_the_store_has_byte_for_byte(client: StoreClient) -> None:
    await add(client, 7, "ana", b"\xff corrupt")
    await add(client, 7, "bob", record(), place="trash")
    await client.execute("SET", keys(client, 7).active, "ana")
    found = await user_records(client, 7)
    assert found.characters == {b"ana": b"\xff corrupt"}
    assert found.trash == {b"bob": record()}
    assert (found.active, found.drafts) == (b"ana", {})


async def test_keys_of_other_programs_are_passed_over(client: StoreClient) -> None:
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
    async with everybody(client) as found:
        assert (list(found), found.misnamed) == ([], 1)


async def test_progress_is_told_up_to_the_end(client: StoreClient) -> None:
    for user_id in range(1, 41):
        await add(client, user_id, "ana", record())
    told: list[tuple[int, int]] = []
    async with scan_users(client, lambda done, total: told.append((done, total))) as (
        _,
        records_of_users,
    ):
        assert [each async for each in records_of_users]
    assert told[-1] == (40, 40)

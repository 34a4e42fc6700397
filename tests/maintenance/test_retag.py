"""Renaming keys for a cluster loses and overwrites nothing and keeps the times to live."""

from pathlib import Path
from typing import Any

import pytest

from characters.maintenance.retag import RetagResult, retag
from characters.maintenance.workspace import Workspace
from characters.portraits.folder import FolderAssets
from characters.store.client import StoreClient
from characters.store.keys import user_keys
from tests.operator import add, everything, record
from tests.stored import all_keys


@pytest.fixture
def client(redis: Any) -> StoreClient:
    return StoreClient(redis)


async def rename(client: StoreClient, *, braces: bool) -> RetagResult:
    return await retag(Workspace(client, FolderAssets(Path())), braces=braces)


async def fill(client: StoreClient, *, braces: bool) -> None:
    keys = user_keys(42, cluster=braces)
    for number in range(200):  # more than a listpack holds
        await client.execute("HSET", keys.characters, f"id{number}", record(number=number))
    await client.execute("SET", keys.active, "id7")
    await client.execute("HSET", keys.trash, "old", record())
    await client.execute("EXPIRE", keys.trash, 1000)
    await client.execute("HSET", keys.foreign, "id7", b'{"card": {}}')
    await client.execute("HSET", keys.preferences, "look", "servers")
    await client.execute("HSET", keys.rates, "create", "1")
    await client.execute("EXPIRE", keys.rates, 50)


async def test_keys_get_the_names_that_the_server_needs(client: StoreClient) -> None:
    await fill(client, braces=not client.is_cluster)
    done = await rename(client, braces=client.is_cluster)
    assert done == (6, [])
    (found,) = await everything(client)
    assert (found.user_id, len(found.characters), found.active) == (42, 200, b"id7")
    assert found.characters[b"id3"] == record(number=3)
    assert found.foreign == {b"id7": b'{"card": {}}'}
    assert found.preferences == {b"look": b"servers"}
    assert 990 < await client.execute("TTL", user_keys(42, cluster=client.is_cluster).trash) <= 1000
    assert await all_keys(client, "game:*:42" if client.is_cluster else "game:*{42}") == []


async def test_there_and_back_again_is_equal(client: StoreClient) -> None:
    await fill(client, braces=client.is_cluster)
    before = await everything(client)
    assert await rename(client, braces=client.is_cluster) == (0, [])
    assert (await rename(client, braces=not client.is_cluster)).renamed == 6
    assert await everything(client) == []
    assert (await rename(client, braces=client.is_cluster)).renamed == 6
    assert await everything(client) == before


async def test_a_name_that_is_taken_is_reported_and_not_overwritten(client: StoreClient) -> None:
    await add(client, 1, "ana", record())
    other = user_keys(1, cluster=not client.is_cluster).characters
    await client.execute("HSET", other, "bob", record())
    done = await rename(client, braces=client.is_cluster)
    assert done == (0, [(other, user_keys(1, cluster=client.is_cluster).characters)])
    assert set((await everything(client))[0].characters) == {b"ana"}
    assert await client.execute("HLEN", other) == 1


async def test_keys_of_another_type_are_renamed_too(client: StoreClient) -> None:
    old, new = (
        user_keys(1, cluster=braces) for braces in (not client.is_cluster, client.is_cluster)
    )
    await client.execute("LPUSH", old.trash, "theirs")
    await add(client, 1, "old", record(), place="trash")
    await client.execute("LPUSH", old.drafts, "theirs")
    await client.execute("HSET", old.characters, "ana", record())
    assert await rename(client, braces=client.is_cluster) == (2, [(old.trash, new.trash)])
    assert await client.execute("LRANGE", old.trash, 0, -1) == [b"theirs"]
    assert await client.execute("LRANGE", new.drafts, 0, -1) == [b"theirs"]


@pytest.mark.parametrize("redis", ["cluster"], indirect=True)  # one server renames in one step
async def test_what_an_interrupted_run_copied_is_completed(client: StoreClient) -> None:
    await fill(client, braces=False)
    dump = await client.execute("DUMP", "game:characters:42")
    await client.execute("RESTORE", "game:characters:{42}", 0, dump)
    assert await rename(client, braces=True) == (6, [])
    assert not await client.execute("EXISTS", "game:characters:42")

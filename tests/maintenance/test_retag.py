"""Key names between one server and a cluster: nothing is lost, nothing overwritten, times to live are kept."""

from typing import Any

import pytest

from characters.maintenance.retag import retag
from characters.store.characters import Keys
from characters.store.client import Server
from tests.operator import add, everything, record


@pytest.fixture
def server(redis: Any) -> Server:
    return Server(redis)


async def fill(server: Server, *, braces: bool) -> None:
    keys = Keys.of(42, cluster=braces)
    for number in range(200):  # more than a listpack holds
        await server.execute("HSET", keys.characters, f"id{number}", record(number=number))
    await server.execute("SET", keys.active, "id7")
    await server.execute("HSET", keys.trash, "old", record())
    await server.execute("EXPIRE", keys.trash, 1000)
    await server.execute("HSET", keys.rates, "create", "1")
    await server.execute("EXPIRE", keys.rates, 50)


async def test_keys_get_the_names_that_the_server_wants(server: Server) -> None:
    await fill(server, braces=not server.is_cluster)
    done = await retag(server, braces=server.is_cluster)
    assert done == (4, [])
    (found,) = await everything(server)
    assert (found.user_id, len(found.characters), found.active) == (42, 200, b"id7")
    assert found.characters[b"id3"] == record(number=3)
    assert 990 < await server.execute("TTL", Keys.of(42, cluster=server.is_cluster).trash) <= 1000
    assert [
        key async for key in server.keys("game:*:42" if server.is_cluster else "game:*{42}")
    ] == []


async def test_there_and_back_again_is_equal(server: Server) -> None:
    await fill(server, braces=server.is_cluster)
    before = await everything(server)
    assert await retag(server, braces=server.is_cluster) == (0, [])
    assert (await retag(server, braces=not server.is_cluster)).renamed == 4
    assert await everything(server) == []
    assert (await retag(server, braces=server.is_cluster)).renamed == 4
    assert await everything(server) == before


async def test_a_name_that_is_taken_is_named_and_not_overwritten(server: Server) -> None:
    await add(server, 1, "ana", record())
    other = Keys.of(1, cluster=not server.is_cluster).characters
    await server.execute("HSET", other, "bob", record())
    done = await retag(server, braces=server.is_cluster)
    assert done == (0, [(other, Keys.of(1, cluster=server.is_cluster).characters)])
    assert set((await everything(server))[0].characters) == {b"ana"}
    assert await server.execute("HLEN", other) == 1


async def test_keys_of_another_type_hinder_nobody(server: Server) -> None:
    old, new = (Keys.of(1, cluster=braces) for braces in (not server.is_cluster, server.is_cluster))
    await server.execute("LPUSH", old.trash, "theirs")
    await add(server, 1, "old", record(), place="trash")
    await server.execute("LPUSH", old.drafts, "theirs")
    await server.execute("HSET", old.characters, "ana", record())
    assert await retag(server, braces=server.is_cluster) == (2, [(old.trash, new.trash)])
    assert await server.execute("LRANGE", old.trash, 0, -1) == [b"theirs"]
    assert await server.execute("LRANGE", new.drafts, 0, -1) == [b"theirs"]


@pytest.mark.parametrize("redis", ["cluster"], indirect=True)  # one server renames in one step
async def test_what_an_interrupted_run_copied_is_completed(server: Server) -> None:
    await fill(server, braces=False)
    dump = await server.execute("DUMP", "game:characters:42")
    await server.execute("RESTORE", "game:characters:{42}", 0, dump)
    assert await retag(server, braces=True) == (4, [])
    assert not await server.execute("EXISTS", "game:characters:42")

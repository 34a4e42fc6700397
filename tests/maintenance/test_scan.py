"""Everybody in the store: each user once, whatever the server, and nothing of other programs."""

from typing import Any

import pytest

from characters.maintenance.scan import census, everybody, holding
from characters.store.client import Server
from tests.operator import add, everything, keys, record


@pytest.fixture
def server(redis: Any) -> Server:
    return Server(redis)


async def test_an_empty_store_has_nobody(server: Server) -> None:
    assert await everything(server) == []


async def test_everybody_comes_once_and_in_order(server: Server) -> None:
    for user_id in reversed(range(1, 41)):
        await add(server, user_id, "ana", record())
        await add(server, user_id, "bob", record(), place="trash")
    assert [each.user_id for each in await everything(server)] == list(range(1, 41))


async def test_who_has_only_trash_a_draft_or_a_pointer_is_there_too(server: Server) -> None:
    await add(server, 1, "ana", record(), place="trash")
    await add(server, 2, "draft", b"[]", place="drafts")
    await server.execute("SET", keys(server, 3).active, "ana")
    await add(server, 4, "create", b"1", place="rates")
    assert [each.user_id for each in await everything(server)] == [1, 2, 3]


async def test_a_holding_is_what_the_store_has_byte_for_byte(server: Server) -> None:
    await add(server, 7, "ana", b"\xff corrupt")
    await add(server, 7, "bob", record(), place="trash")
    await server.execute("SET", keys(server, 7).active, "ana")
    found = await holding(server, 7)
    assert found.characters == {b"ana": b"\xff corrupt"}
    assert found.trash == {b"bob": record()}
    assert (found.active, found.drafts) == (b"ana", {})


async def test_keys_of_other_programs_are_passed_over(server: Server) -> None:
    for key in (
        "game:characters:ana",
        "game:characters:-1",
        f"game:characters:{2**63}",
        "game:lobby:1",
        "other",
    ):
        await server.execute("SET", key, "theirs")
    assert await everything(server) == []


async def test_a_key_of_another_type_reads_as_empty(server: Server) -> None:
    await server.execute("SET", keys(server, 1).characters, "theirs")
    await add(server, 1, "ana", record(), place="active")
    assert [(each.characters, each.active) for each in await everything(server)] == [({}, None)]


async def test_keys_named_for_another_kind_of_server_are_counted(server: Server) -> None:
    other = "game:characters:1" if server.is_cluster else "game:characters:{1}"
    await server.execute("HSET", other, "ana", record())
    async with everybody(server) as found:
        assert (list(found), found.misnamed) == ([], 1)


async def test_progress_is_told_up_to_the_end(server: Server) -> None:
    for user_id in range(1, 41):
        await add(server, user_id, "ana", record())
    told: list[tuple[int, int]] = []
    async with census(server, lambda done, total: told.append((done, total))) as (_, holdings):
        assert [each async for each in holdings]
    assert told[-1] == (40, 40)

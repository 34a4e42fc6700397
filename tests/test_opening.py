"""Opening the registry from settings: over our own Valkey, over one server, over a cluster."""

from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis, RedisCluster

import characters
from characters.errors import OperatorError, RosterFull
from characters.opening import open_registry_from
from characters.settings import Settings
from characters.store.connecting import connected
from characters.store.embedded import embedded_valkey
from tests.player_input import with_portrait
from tests.servers import Server, free_port, redis_binary, self_signed


def settings(tmp_path: Path, **fields: Any) -> Settings:
    return Settings(data_dir=tmp_path, **fields)


async def test_without_a_url_it_brings_its_own_valkey(tmp_path: Path) -> None:
    async with open_registry_from(settings(tmp_path)) as registry:
        ana = await registry.create(1, "Ana")
    async with open_registry_from(settings(tmp_path)) as registry:
        assert await registry.active(1) == ana


async def test_one_server_is_used_by_its_url(tmp_path: Path) -> None:
    async with (
        embedded_valkey(tmp_path) as url,
        open_registry_from(settings(tmp_path, redis_url=url)) as registry,
    ):
        ana = await registry.create(1, "Ana")
        assert await registry.active(1) == ana


async def test_a_cluster_is_recognised(tmp_path: Path, cluster_port: int) -> None:
    url = f"redis://127.0.0.1:{cluster_port}"
    async with open_registry_from(settings(tmp_path, redis_url=url)) as registry:
        ana = await registry.create(1, "Ana")
        assert await registry.active(1) == ana
    async with RedisCluster.from_url(url) as client:
        assert await client.exists("game:characters:{1}")
        await client.flushall()


@pytest.mark.parametrize(
    "url", ["redis://:hunter2@127.0.0.1:9", "redis://127.0.0.1/?socket_timeout=hunter2"]
)
async def test_a_server_that_can_not_be_used_is_one_sentence_without_the_password(
    tmp_path: Path, url: str
) -> None:
    with pytest.raises(OperatorError, match="REDIS_URL") as caught:
        async with open_registry_from(settings(tmp_path, redis_url=url)):
            pass
    assert "hunter2" not in str(caught.value)


async def test_an_option_that_no_client_knows_is_one_sentence(tmp_path: Path) -> None:
    async with embedded_valkey(tmp_path) as url:
        with pytest.raises(
            OperatorError, match="REDIS_URL holds an option that Redis clients do not know"
        ):
            async with open_registry_from(settings(tmp_path, redis_url=f"{url}?foo=hunter2")):
                pass


@pytest.mark.parametrize(
    ("rules", "user", "complaint"),
    [
        ((), "ana:wrong", "refuses the password or user"),
        (("+@all", "-info"), "ana:hunter2", r"ACL.*\+info"),
        (("+@all", "-cluster"), "ana:hunter2", r"ACL.*\+cluster"),
    ],
)
async def test_what_a_server_refuses_is_named(
    cluster_port: int, rules: tuple[str, ...], user: str, complaint: str
) -> None:
    async with Redis(port=cluster_port) as admin:
        await admin.execute_command(
            "ACL", "SETUSER", "ana", "reset", "on", ">hunter2", "~*", *rules
        )
        try:
            with pytest.raises(OperatorError, match=complaint) as caught:
                async with connected(f"redis://{user}@127.0.0.1:{cluster_port}"):
                    pass
        finally:
            await admin.execute_command("ACL", "DELUSER", "ana")
    assert "start it" not in str(caught.value)


async def test_a_database_that_there_is_not_is_named(valkey: Redis) -> None:
    path = valkey.connection_pool.connection_kwargs["path"]
    with pytest.raises(OperatorError, match="database number"):
        async with connected(f"unix://{path}?db=99"):
            pass


async def test_a_certificate_that_is_not_trusted_is_called_that(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path, "127.0.0.1")
    port = free_port()
    tls = f"--tls-port {port} --tls-auth-clients no --tls-ca-cert-file {certificate}"
    pair = f"--tls-cert-file {certificate} --tls-key-file {certificate}"
    server = Server(redis_binary(), tmp_path, *tls.split(), *pair.split(), "--save", "")
    server.start()
    url = f"rediss://127.0.0.1:{port}"
    try:
        with pytest.raises(OperatorError, match="a certificate that is not trusted here") as caught:
            async with connected(url):
                pass
        assert "self-signed certificate" in str(caught.value)
        async with connected(f"{url}?ssl_ca_certs={certificate}") as client:
            assert await client.ping()
    finally:
        server.stop()


async def test_portraits_may_lie_in_an_object_store(tmp_path: Path, bucket: str) -> None:
    ours = settings(tmp_path, assets_dir=bucket, assets_url="https://cdn.example.org/portraits")
    async with open_registry_from(ours) as registry:
        ana = await with_portrait(registry)
        await registry.check_assets()
        assert (ana.image_path or "").startswith(f"{bucket}/")
        assert (ana.image_url or "").startswith("https://cdn.example.org/portraits/")
        assert await registry.portraits.portrait(ana)
    assert not (tmp_path / "assets").exists()


async def test_a_host_opens_a_registry_over_its_own_client(valkey: Redis, tmp_path: Path) -> None:
    """The client stays the host's: it is open after the registry is closed."""
    folder = tmp_path / "portraits"
    async with characters.open_registry(
        redis=valkey, assets_dir=str(folder), assets_url="https://example.org/a", roster_limit=1
    ) as registry:
        ana = await with_portrait(registry)
        assert (ana.image_path or "").startswith(f"{folder}/")
        assert (ana.image_url or "").startswith("https://example.org/a/")
        await registry.create(1, "Bob")
        with pytest.raises(RosterFull):
            await registry.create(1, "Cy")
    assert await valkey.ping()


async def test_a_host_that_names_no_usable_place_reads_one_sentence(valkey: Redis) -> None:
    with pytest.raises(OperatorError, match="must be a folder, or an object store's URL"):
        async with characters.open_registry(redis=valkey, assets_dir="ftp://user:hunter2@host"):
            pass


async def test_our_connections_have_a_name_of_their_own(tmp_path: Path) -> None:
    async with embedded_valkey(tmp_path) as url, connected(url) as client:
        assert await client.client_getname() == "game-characters"

"""A master, two replicas and three sentinels: how it is opened, and what a failover costs."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.doctor.store_server import store_facts
from characters.errors import OperatorError
from characters.model import Character
from characters.opening import open_registry_from
from characters.settings import RegistrySettings
from characters.store.connecting import connected
from tests.docs.pages import block
from tests.everything import everything
from tests.load import LAST_TURN, load
from tests.sentinels import NAME, Sentinels, sentinels
from tests.servers import free_port
from tests.soak import trials
from tests.store.test_tracking import remember, remembers, tracking, until

USER = 7
KEY = f"game:active_char:{USER}"
STRICT = ("--min-replicas-to-write", "1", "--min-replicas-max-lag", "2", "--appendonly", "yes")


@pytest.fixture(scope="module")
def servers() -> Generator[Sentinels, None, None]:
    with (
        tempfile.TemporaryDirectory(prefix="sentinel-") as folder,
        sentinels(Path(folder), *STRICT) as found,
    ):
        yield found


@pytest.fixture
async def client(servers: Sentinels) -> AsyncGenerator[Any, None]:
    async with connected(servers.url) as client:
        yield client


async def test_the_bot_opens_the_master_by_its_name(servers: Sentinels, tmp_path: Path) -> None:
    """Beside a sentinel that is down; with a database, and a password that nobody asks for."""
    url = servers.url.replace("://", f"://127.0.0.1:{free_port()},") + "/2"
    settings = RegistrySettings(data_dir=tmp_path, redis_url=url)
    async with open_registry_from(settings) as registry:
        ana = await registry.create(USER, "Ana")
        assert await registry.active(USER) == ana
    async with Redis(port=servers.master().port, db=2) as master:
        assert await master.exists(f"game:characters:{USER}")


async def test_the_url_of_the_page_opens_the_master(servers: Sentinels) -> None:
    """With an account at the master, and none at the sentinels."""
    _, _, url = block("docs/operating.md", "REDIS_URL=redis+sentinel").strip().partition("=")
    for number, sentinel in enumerate(servers.sentinels):
        url = url.replace(f"watch-{number + 1}:26379", f"127.0.0.1:{sentinel.port}")
    servers.master().ask("ACL", "SETUSER", "user", "on", ">password", "~*", "+@all")
    async with connected(url) as client:
        assert await client.acl_whoami() == "user"
        assert (await client.info("server"))["tcp_port"] == servers.master().port


async def test_everything_works_with_sentinel(servers: Sentinels, tmp_path: Path) -> None:
    await everything(f"{servers.url}/3", tmp_path)


async def test_what_another_program_writes_is_seen(client: Redis) -> None:
    async with tracking(client) as store:
        ana = await store.create(USER, Character.new("Ana", ""), 5)
        bob = await store.create(USER, Character.new("Bob", ""), 5)
        assert await remember(store) == bob
        await client.set(KEY, ana.char_id)
        await until(lambda: store.near_cache.active.recall(USER) is None)
        assert await remember(store) == ana


async def test_the_doctor_asks_the_master(servers: Sentinels) -> None:
    facts = {fact.name: fact for fact in await store_facts(RegistrySettings(redis_url=servers.url))}
    assert facts["role"].value == "primary"
    assert facts["replicas"].value == "2"
    assert facts["sentinels"].value == "3 of 3 answer"
    assert not facts["sentinels"].advice


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ((NAME, "nobody"), f"know no master 'nobody', only {NAME}: correct the URL"),
        (("redis+sentinel", "rediss+sentinel"), "No sentinel .* does not answer"),
        (("://", "://ana:hunter2@"), "refuses the password"),
    ],
)
async def test_a_wrong_url_is_one_sentence(
    servers: Sentinels, change: tuple[str, str], sentence: str
) -> None:
    with pytest.raises(OperatorError, match=sentence) as caught:
        async with connected(servers.url.replace(*change)):
            pass
    assert "hunter2" not in str(caught.value)


async def test_sentinels_that_do_not_answer_are_one_sentence() -> None:
    url = f"redis+sentinel://127.0.0.1:{free_port()},127.0.0.1:{free_port()}/{NAME}"
    with pytest.raises(OperatorError, match=r"No sentinel .* does not answer"):
        async with connected(url):
            pass


async def test_no_sentinel_is_forgotten_where_many_ask_at_once(servers: Sentinels) -> None:
    dead = free_port()
    url = servers.url.replace("://", f"://127.0.0.1:{dead},")
    async with connected(url) as client:
        pool: Any = client.connection_pool
        sentinels: list[Any] = pool.sentinel_manager.sentinels
        for _ in range(4):
            sentinels.sort(key=lambda each: each.connection_pool.connection_kwargs["port"] != dead)
            await asyncio.gather(*(pool.get_master_address() for _ in range(20)))
            assert len(set(map(id, sentinels))) == 4


async def test_the_near_cache_follows_the_master(servers: Sentinels, client: Redis) -> None:
    """The old master lives on as a replica."""
    async with tracking(client) as store:
        ana = await store.create(USER, Character.new("Ana", ""), 5)
        bob = await store.create(USER, Character.new("Bob", ""), 5)
        await client.wait(2, 1000)
        await remember(store)
        old = servers.master()
        servers.sentinels[0].ask("SENTINEL", "FAILOVER", NAME)
        await until(lambda: servers.master() is not old, 20)
        master = servers.master()
        async with Redis(port=master.port) as other:
            # It takes changes once a replica follows it.
            await asyncio.to_thread(master.until, lambda node: node.set(KEY, ana.char_id))
            await until(lambda: store.near_cache.active.recall(USER) is None)
            await until(lambda: remembers(store))
            assert await remember(store) == ana
            await other.set(KEY, bob.char_id)
            await until(lambda: store.near_cache.active.recall(USER) is None)
            assert await remember(store) == bob


@pytest.mark.scale
async def test_a_master_killed_under_load_is_replaced(
    servers: Sentinels, client: Redis, record_property: Any
) -> None:
    pauses: list[float] = []
    saved = lost = 0
    for number in range(trials(1, 5)):
        if number:  # the old master follows the new one after ten seconds
            await asyncio.sleep(15)
        async with tracking(client) as store, load(servers.url) as players:
            await until(lambda: len(players.saved) > 200, 20)
            old = servers.master()
            old.kill()
            players.begin_anew()
            await until(lambda: not remembers(store))
            await until(players.are_back, 30)
            await until(lambda: remembers(store), 20)
        pauses.append(players.longest_pause())
        saved += len(players.saved)
        lost += await players.lost(client)
        old.start()
    assert lost <= trials(1, 5) * LAST_TURN
    record_property("Sentinel: seconds without a save, each", [round(each, 1) for each in pauses])
    record_property("Sentinel: acknowledged saves, and lost ones", f"{saved}, {lost}")

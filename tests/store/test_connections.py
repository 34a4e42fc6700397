"""Connections that are lost while the store is slow, in real time."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from characters.errors import StorageUnavailable
from characters.opening import DEADLINE
from characters.store.client import StoreClient
from characters.store.connecting import connected
from characters.store.embedded import embedded_valkey
from characters.store.time_limit import AFTER_FAILURE, time_limit
from tests.slow_proxy import SlowProxy

SECONDS = 0.8  # for a request
LATENCY = 0.3  # seconds: three requests for a connection and one for the command take longer


@pytest.fixture
async def proxy(tmp_path: Path) -> AsyncGenerator[SlowProxy, None]:
    async with (
        embedded_valkey(tmp_path / "db") as url,
        SlowProxy(url).running() as proxy,
    ):
        yield proxy


async def test_a_lost_connection_is_made_again_however_long_that_takes(proxy: SlowProxy) -> None:
    async with connected(proxy.url) as redis:
        client = StoreClient(redis, SECONDS)
        proxy.cut()
        proxy.delay = LATENCY
        with pytest.raises(StorageUnavailable):
            await client.execute("PING")
        await asyncio.sleep(4 * LATENCY)
        assert await client.execute("ECHO", "x") == b"x"
        proxy.delay = 0
        await client.close()


async def test_few_requests_make_a_connection(proxy: SlowProxy) -> None:
    async with connected(proxy.url) as redis:
        proxy.cut()
        proxy.requests = 0
        await StoreClient(redis, DEADLINE).execute("ECHO", "x")
        assert proxy.requests <= 4


async def test_after_a_request_without_an_answer_the_next_ones_fail_soon(proxy: SlowProxy) -> None:
    loop = asyncio.get_running_loop()
    async with connected(proxy.url) as redis:
        client = StoreClient(redis, DEADLINE)
        with time_limit(SECONDS):
            await client.execute("ECHO", "x")
            proxy.delay = None
            begun = loop.time()
            for _ in range(3):
                with pytest.raises(StorageUnavailable):
                    await client.execute("ECHO", "x")
            assert SECONDS <= loop.time() - begun < SECONDS + 3 * AFTER_FAILURE
            proxy.cut()
            proxy.delay = 0
            await asyncio.sleep(0.1)
            assert await client.execute("ECHO", "x") == b"x"
        await client.close()


async def test_each_answer_gives_the_next_request_the_whole_time(proxy: SlowProxy) -> None:
    async with connected(proxy.url) as redis:
        client = StoreClient(redis, DEADLINE)
        proxy.delay = SECONDS / 2
        with time_limit(SECONDS):
            for _ in range(4):
                assert await client.execute("ECHO", "x") == b"x"

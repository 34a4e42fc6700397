"""Idle and half-sent connections of strangers keep nobody from portraits, and fill no log."""

import asyncio
import resource
import sys
import time
from pathlib import Path

import aiohttp
import pytest

from tests import images
from tests.gateway import discord_api
from tests.soak import trials
from tests.test_bot import TOKEN, free_port, health, running, until

NAME = f"{'0' * 32}.webp"


async def hold(port: int, end: float) -> int:
    """Opens one connection after another, half of them with half a request; returns how many."""
    opened = 0
    while time.monotonic() < end:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            opened += 1
            if opened % 2:
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Half: ")
            await asyncio.sleep(min(5.0, max(0.0, end - time.monotonic())))
            writer.close()
        except OSError:
            await asyncio.sleep(0.05)
    return opened


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="limits another process")
async def test_many_idle_and_half_sent_connections(tmp_path: Path) -> None:
    connections, files, seconds = trials((400, 400, 4), (1200, 1024, 90))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * connections)), hard))
    port = free_port()
    (tmp_path / "data/assets").mkdir(parents=True)
    (tmp_path / "data/assets" / NAME).write_bytes(images.webp())
    async with (
        discord_api(TOKEN) as api,
        running(tmp_path, api, DISCORD_TOKEN=TOKEN, ASSETS_LISTEN=f"127.0.0.1:{port}") as process,
    ):
        await until(process, "Ready as registry")
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (files, files))
        printed = asyncio.create_task(process.stdout.read(10**8))
        end = time.monotonic() + seconds
        strangers = [asyncio.create_task(hold(port, end)) for _ in range(connections)]
        await asyncio.sleep(1)
        served = 0
        while time.monotonic() < end:
            async with asyncio.timeout(15):
                served += await portrait_is_served(port)
            await asyncio.sleep(0.5)
        await asyncio.gather(*strangers)
        assert served > 0
        status, found = await health(port)  # also says whether portraits can be saved
        assert (status, found) == (200, {"status": "ok"})
        process.terminate()
        assert len(await printed) <= 2**20


async def portrait_is_served(port: int) -> bool:
    """A visitor tries again while all connections are taken."""
    for _ in range(100):
        try:
            async with aiohttp.request("GET", f"http://127.0.0.1:{port}/{NAME}") as response:
                return response.status == 200 and await response.read() == images.webp()
        except (aiohttp.ClientError, OSError):
            await asyncio.sleep(0.1)
    return False

"""The bot as an operator runs it: a process with settings, sentences, signals and a status."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.forked import ForkedProcess
from tests.gateway import discord_api
from tests.prometheus import value

ROOT = Path(__file__).parents[1]
TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAwMQ.canary.token-that-must-not-be-logged"
START = """
import ctypes, os, sys, discord.http
if sys.argv[1]:
    discord.http.Route.BASE = sys.argv[1]
import bot
status = bot.main()
if "SHOW_DUMPABLE" in os.environ:
    print("dumpable:", ctypes.CDLL(None).prctl(3))
sys.exit(status)
"""


@asynccontextmanager
async def running(
    folder: Path, api: str = "", *, start: str = START, **settings: str
) -> AsyncGenerator[ForkedProcess, None]:
    """The bot as a process, in a folder of its own, with these settings and no others."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "LOG_LEVEL": "DEBUG",
        "BROWSER": "true",
    }
    command = ("-W", "ignore", "-c", start, api)
    process = await ForkedProcess.start(command, folder, environment | settings)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def until(process: ForkedProcess, pattern: str) -> str:
    """All that the process printed, up to a line with the pattern."""
    output = ""
    async with asyncio.timeout(20):
        while not re.search(pattern, output):
            line = await process.stdout.readline()
            assert line, f"it ended early:\n{output}"
            output += line.decode()
    return output


async def the_rest(process: ForkedProcess) -> str:
    async with asyncio.timeout(20):
        output, _ = await process.communicate()
    return output.decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def health(port: int) -> tuple[int, dict[str, object]]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/healthz") as response,
    ):
        return response.status, await response.json()


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2) is of Linux")
async def test_no_process_of_its_user_can_read_its_memory_and_environment(tmp_path: Path) -> None:
    """Both hold the token. A worker process is of the same user; see PR_SET_DUMPABLE, prctl(2)."""
    async with (
        discord_api(TOKEN) as api,
        running(tmp_path, api, DISCORD_TOKEN=TOKEN, SHOW_DUMPABLE="yes") as process,
    ):
        await until(process, "Ready as registry")
        process.send_signal(signal.SIGTERM)
        assert "dumpable: 0" in await the_rest(process)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_discord_and_ends_cleanly_soon(
    tmp_path: Path, stop: signal.Signals
) -> None:
    port = free_port()
    async with (
        discord_api(TOKEN) as api,
        running(tmp_path, api, DISCORD_TOKEN=TOKEN, ASSETS_LISTEN=f"127.0.0.1:{port}") as process,
    ):
        output = await until(process, "Ready as registry")
        assert "Registered 3 commands" in output
        assert await health(port) == (200, {"status": "ok"})
        asked = time.monotonic()
        process.send_signal(stop)
        output += await the_rest(process)
        assert time.monotonic() - asked < 15
        assert process.returncode == 0
        assert "Traceback" not in output
        assert "Valkey has stopped" in output
        assert TOKEN not in output


async def test_it_tells_prometheus_how_it_does_and_logs_json(tmp_path: Path) -> None:
    port = free_port()
    listen = {"METRICS_LISTEN": f"127.0.0.1:{port}", "LOG_FORMAT": "json"}
    async with (
        discord_api(TOKEN) as api,
        running(tmp_path, api, DISCORD_TOKEN=TOKEN, **listen) as process,
    ):
        output = await until(process, "Ready as registry")
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/metrics") as answer,
        ):
            page = await answer.text()
        assert value(page, "characters_gateway_ready") == 1
        assert value(page, "characters_gateway_shard_connected", shard="0") == 1
        assert value(page, "characters_store_request_seconds_count") > 0
        assert value(page, "process_resident_memory_bytes") > 0
        assert await health(port) == (200, {"status": "ok"})
        process.send_signal(signal.SIGTERM)
        output += await the_rest(process)
    lines = [json.loads(line) for line in output.splitlines()]
    ready = next(line for line in lines if line["message"].startswith("Ready as"))
    assert (ready["level"], ready["logger"]) == ("INFO", "game_characters.bot")
    assert TOKEN not in output


async def test_its_health_names_what_is_wrong(tmp_path: Path) -> None:
    port = free_port()
    async with (
        discord_api(TOKEN) as api,
        running(tmp_path, api, DISCORD_TOKEN=TOKEN, ASSETS_LISTEN=f"127.0.0.1:{port}") as process,
    ):
        await until(process, "Ready as registry")
        (tmp_path / "data" / "assets").rename(tmp_path / "data" / "away")
        (tmp_path / "data" / "assets").touch()
        status, answer = await health(port)
        assert status == 503
        assert list(answer["problems"]) == ["assets"]  # type: ignore[call-overload] - JSON


async def test_with_an_object_store_it_serves_its_health_alone(tmp_path: Path, bucket: str) -> None:
    port = free_port()
    access = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    places = {"ASSETS_LISTEN": f"127.0.0.1:{port}", "ASSETS_DIR": bucket}
    async with (
        discord_api(TOKEN) as api,
        running(tmp_path, api, DISCORD_TOKEN=TOKEN, **places, **access) as process,
    ):
        output = await until(process, "Ready as registry")
        assert await health(port) == (200, {"status": "ok"})
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/writable.webp") as answer,
        ):
            assert answer.status == 404
        process.send_signal(signal.SIGTERM)
        output += await the_rest(process)
        assert process.returncode == 0
        assert "canary-secret" not in output


async def test_a_wrong_token_is_one_sentence_and_exit_status_1(tmp_path: Path) -> None:
    async with (
        discord_api("another") as api,
        running(tmp_path, api, DISCORD_TOKEN=TOKEN) as process,
    ):
        output = await the_rest(process)
    assert process.returncode == 1
    assert "Discord refuses DISCORD_TOKEN" in output.splitlines()[-1]
    assert "Traceback" not in output
    assert TOKEN not in output


async def test_no_network_is_one_sentence_and_exit_status_1(tmp_path: Path) -> None:
    async with running(tmp_path, "http://127.0.0.1:9", DISCORD_TOKEN=TOKEN) as process:
        output = await the_rest(process)
    assert process.returncode == 1
    assert "Discord can't be reached" in output.splitlines()[-1]
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("ROSTER_LIMIT", "many", "ROSTER_LIMIT is 'many'; it must be a whole number"),
        ("REDIS_URL", "redis://:hunter2@127.0.0.1:9", "REDIS_URL does not answer"),
        ("DATA_DIR", "/dev/null/data", "/dev/null/data"),
        ("ASSETS_DIR", "az://container/folder", "'az://container/folder' makes no object store"),
        ("ASSETS_LISTEN", "192.0.2.1:8080", "ASSETS_LISTEN"),
    ],
)
async def test_what_can_not_work_is_one_sentence_and_exit_status_1(
    tmp_path: Path, setting: str, value: str, sentence: str
) -> None:
    async with running(tmp_path, DISCORD_TOKEN=TOKEN, **{setting: value}) as process:
        output = await the_rest(process)
    assert process.returncode == 1
    assert sentence in output.splitlines()[-1]
    assert "Traceback" not in output
    assert "hunter2" not in output


async def test_a_second_bot_on_one_folder_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as first:
        await until(first, "The playground is open")
        async with running(tmp_path) as second:
            output = await the_rest(second)
    assert second.returncode == 1
    assert "DATA_DIR" in output.splitlines()[-1]
    assert "Traceback" not in output


async def test_without_a_token_it_says_so_and_opens_the_playground(tmp_path: Path) -> None:
    async with running(tmp_path) as process:
        output = await until(process, "The playground is open at http://127.0.0.1")
        assert "There is no DISCORD_TOKEN" in output
        process.send_signal(signal.SIGTERM)
        assert "Traceback" not in await the_rest(process)
        assert process.returncode == 0

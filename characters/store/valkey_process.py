"""A process of the embedded Valkey, with a guard that ends it together with this process."""

import asyncio
import contextlib
import logging
import re
import socket
from pathlib import Path
from typing import IO

from characters.store.folder_lock import note_holder, open_private

STOP_SECONDS = 5.0
SOCKET = "valkey.sock"
LOG = "valkey.log"
OPTIONS = (
    *("--port", "0", "--unixsocket", SOCKET, "--unixsocketperm", "700"),
    *("--appendonly", "yes", "--appendfsync", "always", "--save", ""),
    *("--maxmemory-policy", "noeviction", "--logfile", LOG),
    # A roster of ten takes 1.06 times its JSON, not 1.13; reads and writes take as long.
    *("--hash-max-listpack-entries", "128", "--hash-max-listpack-value", "4096"),
)
# Without the bot's token. A script uses small pieces of memory; where a large store's free ones lie
# far apart, glibc's malloc takes a tenth of a read to find them, unless it keeps more at hand.
ENVIRONMENT = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=64"}
_LOG_PREFIX = re.compile(r"^\d+:\w [^*#]*[*#] ")  # process, role, time and level of a log line

# A subshell guards the server: it ends its process group, which is the server and itself, once
# this process has ended. Standard input is a socket whose other end only this process holds. That
# end closes when we close it, and the kernel closes it when we are killed. Only the subshell keeps
# the server's end, so we read its end in the same way. The id of the group stays in use as long as
# the subshell lives, so it can't be the id of another process. The subshell leaves stdout alone,
# which carries the lock. Where Linux has `setpriv`, the kernel itself ends the server with us, also
# where the subshell was killed in the same moment.
LAUNCHER = """
exec 3<&0
(read -r line <&3; kill -TERM 0) >/dev/null 2>&1 &
setpriv --pdeathsig TERM true 2>/dev/null && set -- setpriv --pdeathsig TERM "$@"
exec "$@" 3<&- </dev/null
"""

log = logging.getLogger(f"game_characters.{__name__}")


class ValkeyProcess:
    """Runs one server after another in a folder; `lock` stays locked while one of them runs."""

    _process: asyncio.subprocess.Process
    _link: socket.socket | None = None  # our end of the socket that keeps the server running
    _log_start = 0  # the position in the log file at which the present server began

    def __init__(self, binary: Path, folder: Path, lock: IO[bytes], kind: str) -> None:
        self._command = ("/bin/sh", "-c", LAUNCHER, "sh", str(binary), *OPTIONS)
        self._folder = folder
        self._lock = lock
        self._kind = kind

    async def start(self) -> None:
        link, stdin = socket.socketpair()
        link.setblocking(False)  # noqa: FBT003 - its name says it
        try:
            with stdin, open_private(self._folder / LOG) as stderr:
                self._log_start = stderr.tell()
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=stdin.fileno(),
                    stdout=self._lock,  # the server does not use it, since it has a log file
                    stderr=stderr,
                    cwd=self._folder,  # so that the name of the socket is short
                    env=ENVIRONMENT,
                    umask=0o077,
                    start_new_session=True,  # Ctrl-C reaches the bot, which stops the server last
                )
            note_holder(self._lock, self._kind, self._process.pid)
        except BaseException:
            link.close()
            raise
        self._link = link
        log.info("Valkey runs in %s (process %d)", self._folder, self._process.pid)

    async def stop(self) -> None:
        if self._link is None:
            return
        self._link.close()
        self._link = None
        if self._process.returncode is None:
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            log.warning("Valkey does not stop; killing it")
            self._process.kill()
            await self._process.wait()

    @property
    def has_ended(self) -> bool:
        return self._process.returncode is not None

    async def ended(self) -> None:
        """Returns when the server or its guard has ended."""
        if self._link is None:  # it could not be started
            return
        server = asyncio.create_task(self._process.wait())
        guard = asyncio.create_task(asyncio.get_running_loop().sock_recv(self._link, 1))
        try:
            await asyncio.wait({server, guard}, return_when=asyncio.FIRST_COMPLETED)
            if server.done():
                line = self.last_log_line()
                log.error(
                    "Valkey ended (status %d, last log line: %s); restarting it",
                    server.result(),
                    line,
                )
            else:
                log.error("The shell that guards Valkey has ended; restarting both")
        finally:
            server.cancel()
            guard.cancel()

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

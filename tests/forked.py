"""Programs of this project as processes, each a copy of one that has imported their modules.

So a start takes a hundredth of a second of a processor, instead of the half or whole second that
the imports take. Where the imports belong to what is tested, a test starts Python itself.
"""

import asyncio
import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Self

ROOT = Path(__file__).parents[1]
_ONE_AT_A_TIME = threading.Lock()


class Forked:
    """A process, with what tests use of `subprocess.Popen`. Its output goes to files."""

    def __init__(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self._out, self._err = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")  # noqa: SIM115 - `communicate` closes them
        outputs = (self._out.fileno(), self._err.fileno())
        self.pid, self._status = _fork(arguments, folder, environment, outputs)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status. Raises TimeoutError after so many seconds."""
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise TimeoutError
            self.returncode = int(self._status.readline())
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """All that it wrote to standard output and standard error, when it has ended."""
        self.wait(timeout)
        with self._status, self._out, self._err:
            self._out.seek(0)
            self._err.seek(0)
            return self._out.read(), self._err.read()


class ForkedProcess:
    """A process, with what tests use of `asyncio.subprocess.Process`.

    Standard error goes to its standard output, as with `stderr=STDOUT`.
    """

    stdout: asyncio.StreamReader

    @classmethod
    async def start(
        cls, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> Self:
        self = cls()
        ours, theirs = os.pipe()
        try:
            self.pid, status = await asyncio.to_thread(
                _fork, arguments, folder, environment, (theirs, theirs)
            )
        finally:
            os.close(theirs)
        self.stdout = await _reader(os.fdopen(ours, "rb", 0))
        self._ended = asyncio.ensure_future(self._end(await _reader(status)))
        return self

    @property
    def returncode(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)

    async def communicate(self) -> tuple[bytes, None]:
        rest = await self.stdout.read()
        await self.wait()
        return rest, None

    def send_signal(self, number: signal.Signals) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    @staticmethod
    async def _end(status: asyncio.StreamReader) -> int:
        return int(await status.read())


async def _reader(pipe: IO[bytes]) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    return reader


def _fork(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], outputs: tuple[int, int]
) -> tuple[int, IO[bytes]]:
    """The process id of a program, and a pipe from which its exit status will be read."""
    request = {
        "arguments": arguments,
        "folder": str(folder),
        "environment": dict(environment),
    }
    ours, theirs = os.pipe()
    status = os.fdopen(ours, "rb", 0)
    with _ONE_AT_A_TIME:
        socket.send_fds(_server(), [json.dumps(request).encode()], [*outputs, theirs])
        os.close(theirs)
        return int(status.readline()), status


@cache
def _server() -> socket.socket:
    """The one of this process. It ends when the socket is closed."""
    ours, theirs = socket.socketpair()
    with theirs:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.fork_server", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
        )

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours

"""Runs a job on the bytes of a stranger in a worker process, and checks its answer.

A worker has limits of its own and no rights, so that neither a decompression bomb nor a crash in a
decoder reaches the bot, and the event loop never waits. It does one job and ends: what one stranger
sent never meets what another one sent. It is not trusted: its answer is limited and checked.

No worker is started ahead of its job: a start takes about 60 ms, less than any download, and a
waiting worker would take 30 MiB.
"""

import asyncio
import contextlib
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from characters.workers.exchange import Message, pack, unpack
from characters.workers.process_limit import ProcessLimit

CHILD = Path(__file__).with_name("child.py")
WALL_SECONDS = 10.0
WORKERS = ProcessLimit(2)  # at a time, in the whole process

_PACKAGE = Path(__file__).parents[1]


class WorkerFailed(Exception):
    """The worker crashed, reached a limit, or gave no valid answer; the text is for the log."""


@dataclass(frozen=True, slots=True)
class Job:
    """A function, as `jobs.py` describes it.

    `needs` are the distributions that its module imports, and `answer_limit` the most bytes of an
    answer. `folder` is that of the package which holds the module.
    """

    module: str
    function: str
    needs: tuple[str, ...]
    answer_limit: int
    folder: Path = _PACKAGE

    async def run(self, *files: bytes, **content: Any) -> Message:
        """The answer of the job; also one that says `refused`, with the class of the error.

        Raises:
            WorkerFailed: There is no answer.
            OSError: No process could be started.
        """
        async with WORKERS.slot():
            output = await self._run_process(pack(Message(content, files)))
        try:
            answer = unpack(output)
        except ValueError as error:
            raise WorkerFailed("an unreadable answer") from error
        match answer.content:
            case {"failed": reason}:
                raise WorkerFailed(str(reason))
            case _:
                return answer

    async def _run_process(self, request: list[bytes]) -> bytearray:
        """What the worker writes. However this function ends, the worker has ended before."""
        try:
            async with asyncio.timeout(WALL_SECONDS):
                process = await asyncio.create_subprocess_exec(
                    *self._command(), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, cwd="/"
                )
                try:
                    output = await self._exchange(process, request)
                    status = await process.wait()
                finally:
                    if process.returncode is None:
                        with contextlib.suppress(ProcessLookupError):
                            process.kill()
                        await process.communicate()  # waits for its end and closes the pipes
        except TimeoutError:
            raise WorkerFailed(f"it ran for more than {WALL_SECONDS} s") from None
        if status < 0:
            raise WorkerFailed(signal.Signals(-status).name)
        if status > 0:
            raise WorkerFailed(f"exit status {status}")
        return output

    def _command(self) -> list[str]:
        """In isolated mode, Python does not find libraries in the user's own site-packages."""
        folders = {str(distribution(each).locate_file("")) for each in self.needs}
        name = self.module.partition(".")[0]
        task = {
            "packages": {"characters": str(_PACKAGE), name: str(self.folder)},
            "folders": sorted(folders),
            "module": self.module,
            "function": self.function,
        }
        return [sys.executable, "-I", str(CHILD), json.dumps(task)]

    async def _exchange(self, process: Process, request: list[bytes]) -> bytearray:
        assert process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert process.stdout is not None  # noqa: S101 - the same
        # A worker that ended early shows the reason in its status.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.writelines(request)
            await process.stdin.drain()
        process.stdin.close()
        output = bytearray()
        while chunk := await process.stdout.read(2**16):
            output += chunk
            if len(output) > self.answer_limit:
                raise WorkerFailed(f"an answer of more than {self.answer_limit} bytes")
        return output

"""Runs a job on the bytes of a stranger in a worker process, and checks its answer.

A worker has limits of its own and no rights, so that neither a decompression bomb nor a crash in a
decoder reaches the bot, and the event loop never waits. It does one job and ends: what one stranger
sent never meets what another one sent. It is not trusted: its answer is limited and checked.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from characters.workers.exchange import Message, pack, unpack
from characters.workers.job_measures import JobMeasures
from characters.workers.process_limit import ProcessLimit
from characters.workers.spares import SPARE_SECONDS, start_spare, take_worker
from characters.workers.worker import LimitReached, Worker, WorkerFailed

CHILD = Path(__file__).with_name("child.py")
WALL_SECONDS = 10.0
WORKERS = ProcessLimit(2)  # at a time, in the whole process
JOBS = JobMeasures()  # of the whole process

_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Job:
    """A function, as `jobs.py` describes it.

    `needs` are the distributions that its module imports, and `answer_limit` the most bytes of an
    answer. `folder` is that of the package which holds the module. With `warm`, a worker for the
    next job of the module is started ahead; a start takes 60 to 100 ms of a processor.
    """

    module: str
    function: str
    needs: tuple[str, ...]
    answer_limit: int
    folder: Path = _PACKAGE
    warm: bool = False

    async def run(self, *files: bytes, **content: Any) -> Message:
        """The answer of the job; also one that says `refused`, with the class of the error.

        Raises:
            WorkerFailed: There is no answer.
            LimitReached: There is none, as the job needs more memory or time than a worker has.
            OSError: No process could be started.
        """
        request = Message({"function": self.function, "arguments": content}, files)
        asked = time.monotonic()
        async with WORKERS.slot():
            JOBS.waits.observe(time.monotonic() - asked)
            with JOBS.running(self.function) as job:
                answer = _checked(await self._run_process(pack(request)))
                if "refused" in answer.content:
                    job.outcome = "refused"
        return answer

    async def _run_process(self, request: list[bytes]) -> bytearray:
        """What the worker writes. However this function ends, the worker has ended before."""
        command = self._command()
        worker = take_worker(command) if self.warm else Worker(command)
        exchange = asyncio.ensure_future(
            asyncio.to_thread(self._exchange, worker, command, request)
        )
        try:
            return await asyncio.shield(exchange)
        except asyncio.CancelledError:
            worker.kill()
            await asyncio.wait([exchange])
            if not exchange.cancelled():
                exchange.exception()  # taken, as asyncio would log it
            raise
        finally:
            worker.end()

    def _exchange(
        self, worker: Worker, command: tuple[str, ...], request: list[bytes]
    ) -> bytearray:
        """Runs in a thread."""
        try:
            return worker.exchange(request, self.answer_limit, WALL_SECONDS)
        finally:
            if self.warm:
                start_spare(command)

    def _command(self) -> tuple[str, ...]:
        """In isolated mode, Python does not find libraries in the user's own site-packages."""
        name = self.module.partition(".")[0]
        task = {
            "packages": {"characters": str(_PACKAGE), name: str(self.folder)},
            "folders": _folders(self.needs),
            "module": self.module,
            "wait": SPARE_SECONDS,
        }
        return (sys.executable, "-I", str(CHILD), json.dumps(task))


def _checked(output: bytearray) -> Message:
    """The answer. Raises WorkerFailed, LimitReached."""
    try:
        answer = unpack(output)
    except ValueError as error:
        raise WorkerFailed("an unreadable answer") from error
    match answer.content:
        case {"failed": reason, "ran_out": True}:
            raise LimitReached(str(reason))
        case {"failed": reason}:
            raise WorkerFailed(str(reason))
        case _:
            return answer


@cache
def _folders(distributions: tuple[str, ...]) -> list[str]:
    return sorted({str(distribution(each).locate_file("")) for each in distributions})

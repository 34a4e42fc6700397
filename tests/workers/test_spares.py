"""A worker that is started ahead: at most one, without rights, for one request, for some time."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

import tests
from characters.workers import process, spares
from characters.workers.process import Job, WorkerFailed
from characters.workers.worker import Worker

LIMIT = 2**20
FOLDER = Path(tests.__file__).parent


def job(function: str) -> Job:
    return Job("tests.workers.jobs_of_tests", function, (), LIMIT, FOLDER, warm=True)


ECHO, FAIL = job("echo"), job("fail")


@pytest.fixture(autouse=True)
def no_spares() -> Generator[None, None, None]:
    spares.end_spares()
    yield
    spares.end_spares()


def spare() -> Worker:
    (worker,) = spares._spares.values()
    return worker


def pid() -> int:
    return spare()._process.pid


async def test_none_is_started_before_the_first_job() -> None:
    assert spares._spares == {}
    await ECHO.run()
    assert spare().runs


async def test_each_job_has_a_worker_of_its_own() -> None:
    used: list[int] = []
    for number in range(3):
        assert (await ECHO.run(b"x", number=number)).content == {"number": number}
        used.append(pid())
    assert len(set(used)) == 3
    for each in used[:-1]:
        with pytest.raises(ProcessLookupError):
            os.kill(each, 0)


async def test_one_spare_serves_every_job_of_its_module() -> None:
    await ECHO.run()
    waiting = pid()
    with pytest.raises(WorkerFailed, match="ZeroDivisionError"):
        await FAIL.run()
    with pytest.raises(ProcessLookupError):
        os.kill(waiting, 0)
    assert spare().runs


async def test_a_spare_has_already_given_up_its_rights() -> None:
    await ECHO.run()
    limits = Path(f"/proc/{pid()}/limits")
    if not limits.exists():
        pytest.skip("the system has no /proc")
    _wait_until(lambda: " 0 " in _limit(limits, "Max open files"))
    _wait_until(lambda: " 0 " in _limit(limits, "Max processes"))


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _limit(file: Path, name: str) -> str:
    return next(line for line in file.read_text().splitlines() if line.startswith(name))


async def test_a_spare_that_ended_by_itself_is_replaced() -> None:
    await ECHO.run()
    spare()._process.kill()
    spare()._process.wait()
    assert (await ECHO.run(number=1)).content == {"number": 1}


async def test_a_spare_ends_by_itself_when_it_was_not_needed_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "SPARE_SECONDS", 0.1)
    await ECHO.run()
    assert spare()._process.wait(10) == 0


async def test_a_spare_that_is_about_to_end_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    await ECHO.run()
    old = pid()
    monkeypatch.setattr(spares, "SPARE_SECONDS", spares._MARGIN)
    await ECHO.run()
    with pytest.raises(ProcessLookupError):
        os.kill(old, 0)


async def test_cancelling_ends_the_worker_and_leaves_at_most_a_spare() -> None:
    await ECHO.run()
    used = pid()
    task = asyncio.create_task(ECHO.run(bytes(LIMIT // 2)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    _wait_until(lambda: not _exists(used))
    assert len(spares._spares) <= 1


def _exists(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_loops_in_threads_share_the_spare_and_leave_one() -> None:
    def work() -> None:
        async def run_three() -> None:
            for number in range(3):
                assert (await ECHO.run(number=number)).content == {"number": number}

        asyncio.run(run_three())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(spares._spares) == 1


def test_a_program_ends_without_a_warning_and_takes_its_spare_along() -> None:
    program = (
        "import asyncio\n"
        "from tests.workers.test_spares import ECHO, pid\n"
        "asyncio.run(ECHO.run())\n"
        "print(pid())\n"
    )
    root = FOLDER.parent
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(
        command, check=True, cwd=root, capture_output=True, text=True, env={"PYTHONPATH": str(root)}
    )
    assert done.stderr == ""
    assert not _exists(int(done.stdout))


def test_a_killed_program_takes_its_spare_along() -> None:
    program = (
        "import asyncio, time\n"
        "from tests.workers.test_spares import ECHO, pid\n"
        "asyncio.run(ECHO.run())\n"
        "print(pid(), flush=True)\n"
        "time.sleep(60)\n"
    )
    root = FOLDER.parent
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=root,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(root)},
    ) as running:
        assert running.stdout
        left = int(running.stdout.readline())
        running.kill()
    _wait_until(lambda: not _runs(left))


def _runs(process_id: int) -> bool:
    """Whether it is there, and no zombie that nobody waits for."""
    if not _exists(process_id):
        return False
    stat = Path(f"/proc/{process_id}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
async def test_a_forked_process_does_not_use_the_spare_of_its_parent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await ECHO.run()
    parents = spare()
    monkeypatch.setattr(os, "getpid", lambda: -1)  # as a fork has another id
    other = spares.take_worker(ECHO._command())
    other.end()
    monkeypatch.undo()
    assert parents.runs

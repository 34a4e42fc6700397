"""A worker process does one job, has no rights, and takes nothing down with it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import tests
from characters.errors import FileProblem, UnreadableFile
from characters.workers import process
from characters.workers.exchange import Message
from characters.workers.process import Job, WorkerFailed
from tests.workers.rights import ATTEMPTS

LIMIT = 2**20


def job(function: str) -> Job:
    return Job("tests.workers.jobs_of_tests", function, (), LIMIT, Path(tests.__file__).parent)


ECHO, REFUSE, FAIL, FLOOD = (job(name) for name in ("echo", "refuse", "fail", "flood"))


async def test_a_job_is_called_with_the_files_and_the_content_of_the_request() -> None:
    files = [b"one", b"", b"\n{}\0" * 1000]
    assert await ECHO.run(*files, name="Ana\ud83d", count=3) == Message(
        {"name": "Ana\ud83d", "count": 3}, files
    )


async def test_an_error_of_ours_is_answered_as_data() -> None:
    answer = await REFUSE.run()
    assert answer.content == {"refused": "UnreadableFile", "problem": "it is too large", "limit": 5}
    refusal = UnreadableFile(FileProblem.TOO_LARGE, 5)
    assert answer.content == {"refused": type(refusal).__name__, **vars(refusal)}


async def test_another_exception_is_a_failure_with_its_reason() -> None:
    with pytest.raises(WorkerFailed, match=r"ZeroDivisionError\('at all'\)"):
        await FAIL.run()


async def test_an_answer_that_is_too_long_is_a_failure() -> None:
    with pytest.raises(WorkerFailed, match="an answer of more than 1048576 bytes"):
        await FLOOD.run()


# Its rights


@pytest.mark.parametrize("what", [each for each in ATTEMPTS if not each.startswith("see ")])
async def test_a_worker_can_not(what: str, tmp_path: Path) -> None:
    secret = tmp_path / ".env"
    secret.write_text("DISCORD_TOKEN=canary")
    secret.chmod(0o666)
    argument = str(secret)
    with socket.create_server(("127.0.0.1", 0)) as server:
        if what == "connect":
            argument = str(server.getsockname()[1])
        answer = await attempt(what, argument)
    assert set(answer) == {"denied"}
    assert secret.read_text() == "DISCORD_TOKEN=canary"


async def test_a_worker_inherits_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "canary")
    seen = await attempt("see its environment")
    assert "canary" not in str(seen)
    had: dict[str, str] = eval(seen["had"])  # noqa: S307 - a worker of this test
    assert had.pop("GLIBC_TUNABLES") == "glibc.malloc.hugetlb=1"
    assert set(had) <= {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"}  # Python and macOS add these
    assert await attempt("see where it runs") == {"had": "['/', 1]"}


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no limit on the address space")
async def test_a_worker_limits_its_memory_and_time() -> None:
    assert await attempt("see its limits") == {"had": f"[{768 * 2**20}, 5]"}


async def attempt(what: str, argument: str = "") -> dict[str, Any]:
    kind = Job("tests.workers.rights", "attempt", (), LIMIT, Path(tests.__file__).parent)
    return (await kind.run(argument.encode(), what=what)).content


# How it ends


class Children:
    """Every worker that was started. While `stopped` is set, each is halted when it starts."""

    def __init__(self) -> None:
        self.started: list[subprocess.Popen[bytes]] = []
        self.stopped = False
        self._starts = asyncio.Semaphore(0)

    def start(self, command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        child = START(command, **options)
        self.started.append(child)
        self._starts.release()
        if self.stopped:
            child.send_signal(signal.SIGSTOP)
        return child

    async def wait_for(self, number: int) -> None:
        """Until so many more have started."""
        for _ in range(number):
            await self._starts.acquire()

    def go_on(self) -> None:
        self.stopped = False
        for child in self.started:
            child.send_signal(signal.SIGCONT)


START = subprocess.Popen


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Children:
    recorder = Children()
    monkeypatch.setattr(subprocess, "Popen", recorder.start)
    return recorder


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Replaces `child.py` by a program of the test."""

    def put(program: str) -> None:
        (tmp_path / "child.py").write_text("import os, sys, signal, time, json\n" + program)
        monkeypatch.setattr(process, "CHILD", tmp_path / "child.py")

    return put


async def test_the_event_loop_runs_on_while_a_worker_does_its_job(children: Children) -> None:
    children.stopped = True
    task = asyncio.create_task(ECHO.run())
    await children.wait_for(1)
    for _ in range(100):
        await asyncio.sleep(0)
    assert not task.done()
    children.go_on()
    assert await task


async def test_a_third_job_waits_until_one_of_the_first_two_is_done(children: Children) -> None:
    children.stopped = True
    tasks = [asyncio.create_task(ECHO.run()) for _ in range(3)]
    await children.wait_for(2)
    await asyncio.sleep(0.2)
    assert len(children.started) == 2
    children.go_on()
    await asyncio.gather(*tasks)
    assert len(children.started) == 3


async def test_cancelling_leaves_no_worker_behind(children: Children) -> None:
    children.stopped = True
    task = asyncio.create_task(ECHO.run())
    await children.wait_for(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children.started[0].returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.kill(children.started[0].pid, 0)


async def test_cancelled_and_failed_jobs_free_their_slots(children: Children) -> None:
    for _ in range(3):
        with pytest.raises(WorkerFailed):
            await FAIL.run()
        task = asyncio.create_task(ECHO.run())
        await children.wait_for(2)
        task.cancel()
        await asyncio.wait([task])
    assert await ECHO.run()


async def test_a_worker_that_takes_too_long_is_killed(
    children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "WALL_SECONDS", 0.2)
    children.stopped = True
    with pytest.raises(WorkerFailed, match=r"ran for more than 0\.2 s"):
        await ECHO.run()
    assert [child.returncode for child in children.started] == [-signal.SIGKILL]


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "SIGXCPU"),
        ("sys.stdin.buffer.read(); sys.exit(3)", "exit status 3"),
        ("", "unreadable answer"),
        ("print('[' * 100_000)", "unreadable answer"),
        ("print('[]')", "unreadable answer"),
        ('print(\'{"content": [], "sizes": []}\')', "unreadable answer"),
        ('print(\'{"content": {}, "sizes": 5}\')', "unreadable answer"),
        ('print(\'{"content": {}, "sizes": [1000000000000]}\')', "unreadable answer"),
        ("print('{\"content\": {}, \"sizes\": [-1, 2]}'); print(end='x')", "unreadable answer"),
        ("print('{\"content\": {}, \"sizes\": [true]}'); print(end='x')", "unreadable answer"),
        ("print('{\"content\": {}, \"sizes\": [1]}'); print(end='xyz')", "unreadable answer"),
        ('print(\'{"content": {"failed": 5}, "sizes": []}\')', "5"),
        ("while True: sys.stderr.write('x' * 2**20); sys.stdout.write('x' * 2**20)", "more than"),
    ],
)
async def test_a_worker_that_does_not_answer_properly_has_failed(
    stand_in: Callable[[str], None],
    children: Children,
    monkeypatch: pytest.MonkeyPatch,
    program: str,
    reason: str,
) -> None:
    stand_in(program)
    if "while True" in program:
        monkeypatch.setattr(process, "WALL_SECONDS", 1.0)
    with pytest.raises(WorkerFailed, match=reason):
        await ECHO.run(bytes(2**20))
    assert children.started[0].returncode is not None


async def test_a_worker_writes_nothing_into_the_log_of_the_bot(
    stand_in: Callable[[str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    stand_in("sys.stderr.write('x' * 2**20); sys.exit(1)")
    with pytest.raises(WorkerFailed):
        await ECHO.run()
    assert capfd.readouterr().err == ""


async def test_where_no_worker_can_be_started_there_is_an_os_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(FileNotFoundError):
        await ECHO.run()


async def test_the_reason_is_known_where_a_library_of_the_job_is_missing() -> None:
    missing = Job("tests.workers.no_such_module", "echo", (), LIMIT, Path(tests.__file__).parent)
    with pytest.raises(WorkerFailed, match="ModuleNotFoundError"):
        await missing.run()


# Many at a time


def test_jobs_run_in_one_event_loop_after_another() -> None:
    async def run_four() -> None:
        await asyncio.gather(*(ECHO.run() for _ in range(4)))

    for _ in range(2):
        asyncio.run(run_four())


def test_jobs_in_many_threads_run_two_workers_together(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[int] = []
    seen: list[int] = []
    run_process = Job._run_process

    async def counted(self: Job, request: list[bytes]) -> bytearray:
        running.append(1)
        seen.append(len(running))
        try:
            return await run_process(self, request)
        finally:
            running.pop()

    async def run_three() -> None:
        await asyncio.gather(*(ECHO.run() for _ in range(3)))

    monkeypatch.setattr(Job, "_run_process", counted)
    threads = [threading.Thread(target=asyncio.run, args=(run_three(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 12
    assert max(seen) == 2

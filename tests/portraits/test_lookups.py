"""Silent name servers keep no thread that files are read in, and not the program."""

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator

import pytest

from characters.errors import LinkProblem, UnusableLink
from characters.portraits import fetching, lookups
from characters.portraits.fetching import fetch_image
from characters.portraits.lookups import PER_OWNER, Resolver, TooManyLookups
from characters.portraits.renderer import Renderer
from tests import images


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Generator[threading.Event, None, None]:
    """Name servers that do not answer before the event is set."""
    answer = threading.Event()

    def wait(*_: object, **__: object) -> None:
        answer.wait(30)
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", wait)
    yield answer
    answer.set()
    deadline = time.monotonic() + 5
    while lookups._running:  # until every thread has ended
        assert time.monotonic() < deadline
        time.sleep(0.01)


async def problem_of(url: str, owner: int) -> LinkProblem:
    with pytest.raises(UnusableLink) as refusal:
        await fetch_image(url, owner)
    return refusal.value.problem


def looked_up(name: str, owner: int | None = None) -> asyncio.Task[object]:
    return asyncio.create_task(Resolver(owner).resolve(name))


@pytest.mark.usefixtures("silent")
async def test_a_hundred_links_with_silent_name_servers_leave_files_and_portraits_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetching, "CONNECT_TIMEOUT", 5.0)
    monkeypatch.setattr(fetching, "WAIT", 5.5)
    links = [
        asyncio.create_task(problem_of(f"https://{number}.example/a.png", number // 2))
        for number in range(100)
    ]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(4):
        await asyncio.gather(*(asyncio.to_thread(time.sleep, 0) for _ in range(20)))
        assert await Renderer().prepare(images.png())
    assert {*await asyncio.gather(*links)} <= {LinkProblem.BUSY, LinkProblem.SLOW}


async def test_two_imports_with_silent_name_servers_leave_the_links_of_others_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A look-up takes longer than its link may, so ever more of them are left behind."""
    monkeypatch.setattr(fetching, "CONNECT_TIMEOUT", 0.05)
    answer = threading.Event()

    def resolve(host: str, *_: object, **__: object) -> None:
        if host.startswith("silent"):
            answer.wait(30)
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    async def links(owner: int) -> None:
        for number in range(40):
            url = f"https://silent-{owner}-{number}.example/a.png"
            assert await problem_of(url, owner) in {LinkProblem.SLOW, LinkProblem.BUSY}

    await asyncio.gather(*(links(owner) for owner in (1, 1, 2, 2)))
    assert await problem_of("https://another.example/a.png", 3) is LinkProblem.UNREACHABLE
    assert await problem_of("https://another.example/a.png", 1) is LinkProblem.BUSY
    answer.set()


async def test_look_ups_of_one_owner_are_refused_beyond_a_limit_until_others_have_ended(
    silent: threading.Event,
) -> None:
    waiting = [looked_up(f"{number}.example", 1) for number in range(PER_OWNER)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyLookups):
        await looked_up("more.example", 1)
    for task in waiting:
        task.cancel()
    with pytest.raises(TooManyLookups):  # their threads can't be stopped
        await looked_up("more.example", 1)
    silent.set()
    await asyncio.sleep(0.2)
    with pytest.raises(socket.gaierror):
        await looked_up("more.example", 1)


@pytest.mark.usefixtures("silent")
async def test_look_ups_of_all_are_refused_beyond_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "AT_ONCE", 3)
    waiting = [looked_up("a.example", owner) for owner in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyLookups):
        await looked_up("a.example", 3)
    for task in waiting:
        task.cancel()


async def test_who_looks_up_the_same_name_meanwhile_gets_the_same_answer(
    silent: threading.Event,
) -> None:
    waiting = [looked_up("same.example", 1) for _ in range(3 * PER_OWNER)]
    await asyncio.sleep(0)
    assert len(lookups._running) == 1
    waiting[0].cancel()
    silent.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert all(isinstance(each, socket.gaierror) for each in answers[1:])


async def test_any_error_of_a_look_up_reaches_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("an unforeseen one")

    monkeypatch.setattr(socket, "getaddrinfo", broken)
    assert await problem_of("https://a.example/", 1) is LinkProblem.UNREACHABLE


def test_a_look_up_that_nobody_waits_for_does_not_keep_the_program_from_ending() -> None:
    program = (
        "import asyncio, socket, time\n"
        "from characters.portraits.lookups import Resolver\n"
        "socket.getaddrinfo = lambda *_, **__: time.sleep(60)\n"
        "async def main():\n"
        "    try:\n"
        "        async with asyncio.timeout(0.1):\n"
        "            await Resolver().resolve('a.example')\n"
        "    except TimeoutError:\n"
        "        print('slow')\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, timeout=20
    )
    assert done.stdout == b"slow\n"

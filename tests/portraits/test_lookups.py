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
from characters.portraits.lookups import AT_ONCE, Resolver, TooManyLookups
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
    for _ in range(AT_ONCE):  # until every thread has ended
        assert lookups._running.acquire(timeout=5)
    lookups._running.release(AT_ONCE)


@pytest.mark.usefixtures("silent")
async def test_a_hundred_links_with_silent_name_servers_leave_files_and_portraits_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetching, "CONNECT_TIMEOUT", 2.0)
    links = [
        asyncio.create_task(fetch_image(f"https://{number}.example/a.png")) for number in range(100)
    ]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(1.5):
        await asyncio.gather(*(asyncio.to_thread(time.sleep, 0) for _ in range(20)))
        assert await Renderer().prepare(images.png())
    errors = await asyncio.gather(*links, return_exceptions=True)
    assert {error.problem for error in errors if isinstance(error, UnusableLink)} == {
        LinkProblem.BUSY,
        LinkProblem.SLOW,
    }
    assert len(errors) == 100


async def test_a_look_up_beyond_the_limit_is_refused_until_others_have_ended(
    silent: threading.Event,
) -> None:
    waiting = [asyncio.create_task(Resolver().resolve("a.example")) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyLookups):
        await Resolver().resolve("b.example")
    for task in waiting:
        task.cancel()
    with pytest.raises(TooManyLookups):  # their threads can't be stopped
        await Resolver().resolve("b.example")
    silent.set()
    await asyncio.sleep(0.2)
    with pytest.raises(socket.gaierror):
        await Resolver().resolve("b.example")


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

"""Name look-ups in threads of their own, few at a time.

`getaddrinfo` can't be stopped, and it waits for silent name servers longer than any link of ours
may take. In asyncio's own threads, which also read files, such look-ups would keep the files of
other players waiting.
"""

import asyncio
import socket
import threading
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

AT_ONCE = 32  # look-ups in this process, also those for which nobody waits any more

_running = threading.BoundedSemaphore(AT_ONCE)


class TooManyLookups(OSError):
    """No more look-ups are begun before others have ended."""


class Resolver(AbstractResolver):
    """The system's resolver. Raises TooManyLookups, and what `socket.getaddrinfo` raises."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        if not _running.acquire(blocking=False):
            raise TooManyLookups
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[Any]] = loop.create_future()
        # A daemon, as it must not keep the program from ending.
        arguments = (host, port, family, loop, found)
        try:
            threading.Thread(target=_look_up, args=arguments, daemon=True).start()
        except RuntimeError as error:  # the system has no more threads
            _running.release()
            raise TooManyLookups from error
        return [_result(host, each) for each in await found]

    async def close(self) -> None:
        """Nothing to close: a look-up ends by itself."""


def _look_up(
    host: str,
    port: int,
    family: socket.AddressFamily,
    loop: asyncio.AbstractEventLoop,
    found: asyncio.Future[list[Any]],
) -> None:
    answer: list[Any] | OSError | UnicodeError
    try:
        answer = socket.getaddrinfo(
            host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
    except (OSError, UnicodeError) as error:
        answer = error
    finally:
        _running.release()
    if not loop.is_closed():
        loop.call_soon_threadsafe(_set_answer, found, answer)


def _set_answer(
    found: asyncio.Future[list[Any]], answer: list[Any] | OSError | UnicodeError
) -> None:
    if found.done():  # nobody waits any more
        return
    if isinstance(answer, list):
        found.set_result(answer)
    else:
        found.set_exception(answer)


def _result(host: str, info: tuple[Any, ...]) -> ResolveResult:
    family, _, protocol, _, address = info
    return ResolveResult(
        hostname=host,
        host=str(address[0]),
        port=address[1],
        family=family,
        proto=protocol,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )

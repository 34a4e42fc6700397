"""Name look-ups in threads of their own, few at a time.

`getaddrinfo` can't be stopped, and it waits for silent name servers longer than any link of ours
may take. In asyncio's own threads, which also read files, such look-ups would keep the files of
other players waiting.
"""

import asyncio
import socket
import threading
from concurrent.futures import Future
from typing import Any, NamedTuple

from aiohttp.abc import AbstractResolver, ResolveResult

# Look-ups in this process, also those for which nobody waits any more: a thread and a socket each.
AT_ONCE = 128
PER_OWNER = 8  # of these, for names of one owner


class TooManyLookups(OSError):
    """No more look-ups are begun before others have ended."""


class _Lookup(NamedTuple):
    owner: int | None
    host: str
    port: int
    family: int


_running: dict[_Lookup, Future[list[Any]]] = {}
_lock = threading.Lock()


class Resolver(AbstractResolver):
    """The system's resolver, for the links of one owner, who may look up few names at a time."""

    def __init__(self, owner: int | None = None) -> None:
        self._owner = owner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises TooManyLookups, and what `socket.getaddrinfo` raises."""
        answer = _begin(_Lookup(self._owner, host, port, family))
        return [_result(host, each) for each in await asyncio.wrap_future(answer)]

    async def close(self) -> None:
        """Nothing to close: a look-up ends by itself."""


def _begin(lookup: _Lookup) -> Future[list[Any]]:
    """The answer to come; the same one for who asks the same meanwhile."""
    with _lock:
        if running := _running.get(lookup):
            return running
        of_owner = sum(each.owner == lookup.owner for each in _running)
        if len(_running) >= AT_ONCE or of_owner >= PER_OWNER:
            raise TooManyLookups
        answer = _running[lookup] = Future[list[Any]]()
    answer.set_running_or_notify_cancel()  # who stops waiting does not cancel it for others
    # A daemon, as it must not keep the program from ending.
    thread = threading.Thread(target=_look_up, args=(lookup, answer), daemon=True)
    try:
        thread.start()
    except RuntimeError as error:  # the system has no more threads
        _end(lookup)
        answer.set_exception(TooManyLookups())
        raise TooManyLookups from error
    return answer


def _look_up(lookup: _Lookup, answer: Future[list[Any]]) -> None:
    _, host, port, family = lookup
    try:
        found = socket.getaddrinfo(
            host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
    except Exception as error:  # noqa: BLE001 - who waits gets it, whatever it is
        _end(lookup)
        answer.set_exception(error)
    else:
        _end(lookup)
        answer.set_result(found)


def _end(lookup: _Lookup) -> None:
    with _lock:
        del _running[lookup]


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

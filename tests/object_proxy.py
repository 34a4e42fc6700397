"""A proxy before an S3 server: it counts requests, delays them, and loses answers."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager

from aiohttp import ClientSession, TCPConnector, web
from yarl import URL

Hook = Callable[[str, str], bool]
"""Is called with the kind and the path of a request; says whether something happens to it."""

_OF_ONE_HOP = {"Connection", "Keep-Alive", "Transfer-Encoding"}


class ObjectProxy:
    """Passes requests on to `server`; runs in a thread of its own, as a test may hold its loop.

    `requests` counts them by kind: PUT, GET, HEAD, LIST, DELETE, POST. Each is passed on after
    `delay` seconds. Where `before` says so a request is dropped, and where `after` does its answer.
    """

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self.requests: Counter[str] = Counter()
        self.paths: list[tuple[str, str]] = []
        self.bytes = Counter[str]()  # that were sent, and received
        self.delay = 0.0
        self.before: Hook = _never
        self.after: Hook = _never
        self.address = ("", 0)
        self._started = threading.Event()

    @contextmanager
    def running(self) -> Generator["ObjectProxy", None, None]:
        thread = threading.Thread(target=asyncio.run, args=(self._run(),))
        thread.start()
        assert self._started.wait(10)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._stop.set)
            thread.join()

    def clear(self) -> None:
        self.requests.clear()
        self.paths.clear()

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        runner = web.ServerRunner(web.Server(self._pass_on), shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.address = runner.addresses[0][:2]
        async with ClientSession(
            connector=TCPConnector(limit=0), auto_decompress=False
        ) as self._client:
            self._started.set()
            await self._stop.wait()
            await runner.cleanup()

    async def _pass_on(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        kind = "LIST" if "list-type" in request.query else request.method
        self.requests[kind] += 1
        self.paths.append((kind, request.path))
        await asyncio.sleep(self.delay)
        if self.before(kind, request.path):
            _drop(request)
        url = URL("http://{}:{}{}".format(*self._server, request.raw_path), encoded=True)
        headers = dict(request.headers.items())
        async with self._client.request(request.method, url, headers=headers, data=body) as answer:
            content = await answer.read()
            self.bytes["sent"] += len(body)
            self.bytes["received"] += len(content)
            if self.after(kind, request.path):
                _drop(request)
            passed = {
                name: value for name, value in answer.headers.items() if name not in _OF_ONE_HOP
            }
            return web.Response(status=answer.status, headers=passed, body=content)


def _drop(request: web.BaseRequest) -> None:
    """Ends the connection without an answer."""
    if request.transport:
        request.transport.abort()
    raise asyncio.CancelledError


def _never(_: str, __: str) -> bool:
    return False

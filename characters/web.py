"""An HTTP server for portraits, and for the health and the metrics of this process."""

import asyncio
import errno
import logging
import re
import stat
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from characters.errors import CharacterError, OperatorError

CHECK_TIMEOUT = 2.0  # seconds
CHECK_SECONDS = 1.0  # that the answer of a check is used again
CONNECTIONS = 300  # at the same time: each may need two of the 1,024 files of a process
IDLE_SECONDS = 10.0  # until a connection is closed that sends no whole request
SHUTDOWN_TIMEOUT = 3.0  # seconds to finish answers; aiohttp's default of 60 delays a restart

Check = Callable[[], Awaitable[None]]
"""Returns where nothing is wrong, and raises otherwise."""

MetricsPage = Callable[[str], tuple[bytes, str]]
"""Makes the text and its content type of a request's Accept header. Called in a thread."""

_TYPES = {
    "webp": "image/webp",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "avif": "image/avif",
}
# Other programs keep images in the same folder. No separators, and no dot at the beginning.
_IMAGE = re.compile(rf"\w[^/\\\x00-\x1f\x7f]*\.({'|'.join(_TYPES)})", re.IGNORECASE)

# Where a browser takes an image for a page, that page may do nothing.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
}
_IMMUTABLE = "public, max-age=31536000, immutable"  # the name of a portrait is never used again

log = logging.getLogger(f"game_characters.{__name__}")


def application(root: Path | None, checks: Mapping[str, Check]) -> web.Application:
    """Answers GET and HEAD for `/<name>`, an image lying directly in `root`, and for `/healthz`.

    Without a root, portraits lie in an object store, which serves them itself.
    `/healthz` is 200 `{"status": "ok"}`, or 503 with `"unavailable"` and, by name, what is wrong.
    """

    async def portrait(request: web.Request) -> web.FileResponse:
        name = request.match_info["name"]
        image = _IMAGE.fullmatch(name)
        if root is None or image is None or not await asyncio.to_thread(_is_file, root / name):
            raise web.HTTPNotFound
        return web.FileResponse(root / name, headers={"Content-Type": _TYPES[image[1].lower()]})

    app = _with_health(checks)
    app.router.add_get("/{name}", portrait)
    return app


def metrics_application(page: MetricsPage, checks: Mapping[str, Check]) -> web.Application:
    """Answers GET and HEAD for `/metrics` and, as `application`, for `/healthz`; no portraits."""

    async def metrics(request: web.Request) -> web.Response:
        # In a thread, as many series take 20 ms.
        accept = request.headers.get("Accept", "")
        text, content_type = await asyncio.to_thread(page, accept)
        return web.Response(body=text, headers={"Content-Type": content_type})

    app = _with_health(checks)
    app.router.add_get("/metrics", metrics)
    return app


def _with_health(checks: Mapping[str, Check]) -> web.Application:
    health_check = _HealthCheck(checks)

    async def health(_: web.Request) -> web.Response:
        problems = await health_check.problems()
        if problems:
            return web.json_response({"status": "unavailable", "problems": problems}, status=503)
        return web.json_response({"status": "ok"})

    app = web.Application()
    app.on_response_prepare.append(_set_headers)
    app.router.add_get("/healthz", health)
    return app


@asynccontextmanager
async def serve(
    application: web.Application, host: str, port: int, setting: str = "ASSETS_LISTEN"
) -> AsyncGenerator[int]:
    """Serves inside the block; yields the port, which differs from `port` only where that is 0.

    Raises OperatorError, which names the setting, where this machine can't listen there.
    """
    runner = web.AppRunner(
        application,
        access_log=None,
        shutdown_timeout=SHUTDOWN_TIMEOUT,
        keepalive_timeout=IDLE_SECONDS,  # aiohttp counts it from the start of a connection
    )
    await runner.setup()
    try:
        try:
            listening = await _listen(runner, host, port)
        except OSError as error:
            raise OperatorError(_refusal(error, host, port, setting)) from error
        try:
            yield listening.sockets[0].getsockname()[1]
        finally:
            listening.close()
    finally:
        await runner.cleanup()


class _HealthCheck:
    """Runs the checks at most once a second, however many ask."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._answer: asyncio.Task[dict[str, str]] | None = None
        self._valid_until = 0.0

    async def problems(self) -> dict[str, str]:
        """What is wrong, by the name of the check; empty where all is well."""
        now = asyncio.get_running_loop().time()
        if self._answer is None or now > self._valid_until:
            self._answer = asyncio.create_task(self._run())
            self._valid_until = now + CHECK_SECONDS
        return await asyncio.shield(self._answer)  # others may wait for it too

    async def _run(self) -> dict[str, str]:
        found = await asyncio.gather(*(_problem(*check) for check in self._checks.items()))
        return {name: problem for name, problem in zip(self._checks, found, strict=True) if problem}


class _Closed(asyncio.Protocol):
    """A connection beyond the limit: closed at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


async def _listen(runner: web.AppRunner, host: str, port: int) -> asyncio.Server:
    server = runner.server

    def connect() -> asyncio.BaseProtocol:
        if server is None or len(server.connections) >= CONNECTIONS:
            return _Closed()
        return server()

    return await asyncio.get_running_loop().create_server(connect, host, port)


def _refusal(error: OSError, host: str, port: int, setting: str) -> str:
    reason = (
        "another program already listens there"
        if error.errno == errno.EADDRINUSE
        else "this machine has no such address, or may not use that port"
    )
    return (
        f"Nothing can be served at {host}, port {port}: {reason}. "
        f"Please set {setting} to an address of this machine and a free port."
    )


async def _set_headers(_: web.Request, response: web.StreamResponse) -> None:
    # Here, since errors pass here too, and a file may disappear before it is opened.
    image = isinstance(response, web.FileResponse) and response.status in (200, 206, 304)
    response.headers.update(_HEADERS)
    response.headers["Cache-Control"] = _IMMUTABLE if image else "no-store"
    # It names our versions. A malformed request is answered without this function.
    response.headers.popall("Server", None)


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)  # no symlink, which could lead out of the root
    except OSError:  # missing, or its name is too long
        return False


async def _problem(name: str, check: Check) -> str | None:
    """What is wrong, without messages of other libraries, which may hold addresses or passwords."""
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            await check()
    except (CharacterError, OperatorError) as error:
        return str(error)
    except TimeoutError:
        return "It did not answer in time."
    except Exception as error:
        log.exception("Health check %s failed", name)
        return type(error).__name__
    return None

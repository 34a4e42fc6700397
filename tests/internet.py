"""A public web site on this machine. No connection of the tests that use it leaves the machine.

Behind the address `PUBLIC`, and only there, is the site; behind every other one is a canary, a
server that counts its connections.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web

from characters.portraits.fetching import fetch_image
from tests.servers import self_signed

PUBLIC, DEAF = "93.184.215.14", "93.184.215.15"
GETADDRINFO = socket.getaddrinfo

NAMES = {
    "images.example": PUBLIC,
    "other.example": PUBLIC,
    "inward.example": "127.0.0.1",
    "localhost": "127.0.0.1",
}


@dataclass
class Internet:
    """`names` are more names than `NAMES`, with the answers of one look-up after the other.

    `files` are those that the site has, by path.
    """

    authorities: ssl.SSLContext
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    site: int = 0
    canary: int = 0
    hits: int = 0
    connected: list[tuple[str, int]] = field(default_factory=list)
    requests: list[web.Request] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    async def fetch(self, host: str = "images.example", **answer: str | int) -> bytes:
        async with asyncio.timeout(60):  # a test of a broken limit must end
            return await fetch_image(link(host, **answer), authorities=self.authorities)

    def resolve(self, host: str, port: int, *_: object, **__: object) -> list[Any]:
        name = host.lower().rstrip(".")
        answers = self.names.get(name, [[NAMES.get(name, host)]])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        kind, numeric = (
            socket.SOCK_STREAM,
            socket.AI_NUMERICHOST,
        )  # so no look-up leaves the machine either
        return [
            found
            for address in answer
            for found in GETADDRINFO(address, port, type=kind, flags=numeric)
        ]

    def divert(self, sock: socket.socket, address: tuple[Any, ...]) -> tuple[str, int]:
        self.connected.append(address[:2])
        if address[0] == DEAF:
            raise ConnectionRefusedError
        here = "127.0.0.1" if sock.family == socket.AF_INET else "::ffff:127.0.0.1"
        return here, self.site if address[0] == PUBLIC else self.canary

    def count(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hits += 1
        writer.close()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A file, or `size` bytes, with the status and the headers in the query."""
        self.requests.append(request)
        headers = {name: value for name, value in request.query.items() if name[0].isupper()}
        if request.query.get("then") == "babble" and request.transport:
            request.transport.write(b"no HTTP\r\n\r\n")
        response = web.StreamResponse(status=int(request.query.get("status", 200)), headers=headers)
        await response.prepare(request)
        size = int(request.query.get("size", 0))
        await response.write(self.files.get(request.path, bytes(size)))
        if request.query.get("then") == "wait":
            await asyncio.Event().wait()
        if request.query.get("then") == "abort" and request.transport:
            request.transport.abort()
        return response


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"), "images.example", "cdn.discordapp.com")


@pytest.fixture
async def internet(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Internet]:
    internet = Internet(ssl.create_default_context(cafile=certificate))
    loop = asyncio.get_running_loop()
    connect = loop.sock_connect

    async def connect_here(sock: socket.socket, address: tuple[Any, ...]) -> None:
        if sock.family != socket.AF_UNIX:  # which a store may use
            address = internet.divert(sock, address)
        await connect(sock, address)

    monkeypatch.setattr(loop, "sock_connect", connect_here)
    monkeypatch.setattr(socket, "getaddrinfo", internet.resolve)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    app = web.Application()
    app.router.add_get("/{path:.*}", internet.serve)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    internet.site = runner.addresses[0][1]
    async with await asyncio.start_server(internet.count, "127.0.0.1", 0) as canary:
        internet.canary = canary.sockets[0].getsockname()[1]
        yield internet
    await runner.cleanup()


def link(host: str = "images.example", **answer: str | int) -> str:
    """An URL whose query tells the site what to answer."""
    return f"https://{host}/?" + urlencode(
        {name.replace("_", "-"): value for name, value in answer.items()}
    )

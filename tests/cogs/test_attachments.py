"""A file is counted while it is read, whatever was said of its size."""

import tracemalloc
from collections.abc import AsyncGenerator

import aiohttp
import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from cogs.characters.ui import attachments
from cogs.characters.ui.attachments import NotReceived, download

MIB = 2**20


async def liar(request: web.Request) -> web.StreamResponse:
    """Sends 300 MiB, or until nobody reads any more."""
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(300):
        await response.write(bytes(MIB))
    return response


async def small(_: web.Request) -> web.Response:
    return web.Response(body=b"x" * 1000)


@pytest.fixture
async def cdn() -> AsyncGenerator[str, None]:
    app = web.Application()
    app.router.add_get("/liar", liar)
    app.router.add_get("/small", small)
    app.router.add_get("/elsewhere", elsewhere)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


async def elsewhere(_: web.Request) -> web.Response:
    raise web.HTTPFound("/small")


@pytest.fixture(autouse=True)
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server of these tests is Discord's."""
    monkeypatch.setattr(attachments, "SCHEME", "http")
    monkeypatch.setattr(attachments, "DOMAINS", ("127.0.0.1",))


@pytest.fixture
async def client() -> AsyncGenerator[discord.Client, None]:
    async with discord.Client(intents=discord.Intents.none()) as client:
        yield client


async def test_a_file_within_the_limit_is_received(client: discord.Client, cdn: str) -> None:
    assert await download(client, f"{cdn}/small", 1000) == b"x" * 1000
    assert await download(client, f"{cdn}/small", 999) is None


async def test_what_is_longer_than_said_is_not_read_to_its_end(
    client: discord.Client, cdn: str
) -> None:
    tracemalloc.start()
    assert await download(client, f"{cdn}/liar", 10 * MIB) is None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * MIB


@pytest.mark.parametrize("path", ["/nothing", "", "\x00", "/elsewhere"])
async def test_a_file_that_is_not_there_is_not_received(
    client: discord.Client, cdn: str, path: str
) -> None:
    with pytest.raises(NotReceived):
        await download(client, f"{cdn}{path}", MIB)
    with pytest.raises(NotReceived):
        await download(client, "http://127.0.0.1:1/nobody", MIB)


async def test_a_file_that_takes_too_long_is_not_received(
    client: discord.Client, cdn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "TIMEOUT", 0.0)
    with pytest.raises(NotReceived):
        await download(client, f"{cdn}/small", MIB)


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/attachments/1/2/a.png",
        "https://cdn.discordapp.com.example/a.png",
        "https://notdiscord.com/a.png",
        "https://127.0.0.1/a.png",
        "https://[::1%25%0d%0a]/a.png",
        "https://[①::1]/",
        "file:///etc/passwd",
        "",
    ],
)
async def test_only_discord_is_asked(
    client: discord.Client, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.undo()

    def connect(*_: object, **__: object) -> None:
        pytest.fail("a connection")

    monkeypatch.setattr(aiohttp.ClientSession, "get", connect)
    with pytest.raises(NotReceived):
        await download(client, url, MIB)


@pytest.mark.parametrize("host", ["cdn.discordapp.com", "media.discordapp.net"])
def test_hosts_of_discord_are_asked(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.undo()
    assert attachments._checked(f"https://{host}/ephemeral-attachments/1/2/a.png?ex=3").host == host

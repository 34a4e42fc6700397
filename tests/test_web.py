"""Portraits and health over HTTP, from a real server on a free port of 127.0.0.1."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.utils import formatdate
from pathlib import Path

import pytest
from aiohttp import ClientSession

from characters import web
from characters.errors import OperatorError, StorageUnavailable

Get = Callable[[], Awaitable[int]]

PORTRAIT = f"{'0a' * 16}.webp"
IMAGE, SECRET = b"RIFF, WEBP and so on", b"s3cret"
IMMUTABLE = "public, max-age=31536000, immutable"
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
}
# What a request line may hold between its method and its version; `secret.webp` lies beside
# the root, and a copy below it.
TRAVERSALS = """
    /../secret.webp /../../secret.webp /./../secret.webp //secret.webp /..//secret.webp
    ../secret.webp secret.webp
    /%2e%2e/secret.webp /%2E%2E%2Fsecret.webp /..%2fsecret.webp /%2e%2e%2fsecret.webp
    /.%2e/secret.webp
    /..\\secret.webp /..%5csecret.webp /%2e%2e%5csecret.webp /..%5C..%5Csecret.webp
    /%5c..%5csecret.webp
    /%252e%252e/secret.webp /%252e%252e%252fsecret.webp /..%252fsecret.webp
    /%25%32%65%25%32%65%25%32%66secret.webp
    /..%c0%afsecret.webp /%c0%ae%c0%ae/secret.webp /%e0%80%ae%e0%80%ae/secret.webp
    /..%ef%bc%8fsecret.webp
    /..%00/secret.webp /..%2fsecret.webp%00 /..%2fsecret.webp%00.webp /%00/../secret.webp
    /..;/secret.webp
    /below/secret.webp /below%2fsecret.webp /below%5csecret.webp /%2fbelow%2fsecret.webp
    /x/../below/secret.webp
    /file:secret.webp /~/secret.webp http://localhost/../secret.webp
    http://localhost/..%2fsecret.webp /?/../secret.webp
    /#/../secret.webp /{root}/secret.webp {root}/secret.webp /{quoted}%2fsecret.webp
"""
NOT_TO_SHOW = """
    .store-id .hidden.webp ..webp .webp webp tmp0a1b2c portrait.webp~ portrait.webp.tmp
    .portrait.webp.tmp portrait.webp.gz
    notes.txt card.json page.html drawing.svg back\\slash.webp -rf.webp
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "assets"
    (root / "below").mkdir(parents=True)
    (root / PORTRAIT).write_bytes(IMAGE)
    for secret in (tmp_path, root / "below"):
        (secret / "secret.webp").write_bytes(SECRET)
    return root


@pytest.fixture
def checks() -> dict[str, web.Check]:
    return {}


@pytest.fixture
async def port(root: Path, checks: dict[str, web.Check]) -> AsyncIterator[int]:
    async with web.serve(web.application(root, checks), "127.0.0.1", 0) as port:
        yield port


@pytest.fixture
async def client(port: int) -> AsyncIterator[ClientSession]:
    async with ClientSession(f"http://127.0.0.1:{port}") as client:
        yield client


async def raw(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize(
    "name", [PORTRAIT, "0a-256.webp", "Elara (2).png", "Éowyn.JPG", "_.jpeg", "a.b.gif"]
)
async def test_an_image_comes_with_the_type_of_its_name(
    root: Path, client: ClientSession, name: str
) -> None:
    (root / name).write_bytes(IMAGE)
    content_type = f"image/{name.lower().rpartition('.')[2].replace('jpg', 'jpeg')}"
    async with client.get(f"/{name}") as answer:
        assert (answer.status, answer.headers["Content-Type"], await answer.read()) == (
            200,
            content_type,
            IMAGE,
        )


async def test_head_answers_as_get_without_the_image(client: ClientSession) -> None:
    async with client.get(f"/{PORTRAIT}") as get, client.head(f"/{PORTRAIT}") as head:
        assert (head.status, await head.read()) == (200, b"")
        same = {*get.headers} - {"Date"}
        assert {name: head.headers[name] for name in same} == {
            name: get.headers[name] for name in same
        }


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "cache"),
    [
        ("GET", f"/{PORTRAIT}", {}, 200, IMMUTABLE),
        ("HEAD", f"/{PORTRAIT}", {}, 200, IMMUTABLE),
        ("GET", f"/{PORTRAIT}", {"Range": "bytes=0-3"}, 206, IMMUTABLE),
        ("GET", f"/{PORTRAIT}", {"If-None-Match": "*"}, 304, IMMUTABLE),
        ("GET", f"/{PORTRAIT}", {"Range": "bytes=999-"}, 416, "no-store"),
        ("GET", f"/{PORTRAIT}", {"If-Match": '"other"'}, 412, "no-store"),
        ("POST", f"/{PORTRAIT}", {}, 405, "no-store"),
        ("GET", "/unknown.webp", {}, 404, "no-store"),
        ("GET", "/", {}, 404, "no-store"),
        ("GET", "/healthz", {}, 200, "no-store"),
    ],
)
async def test_every_answer_is_guarded_and_only_images_are_kept(
    client: ClientSession, method: str, path: str, headers: dict[str, str], status: int, cache: str
) -> None:
    async with client.request(method, path, headers=headers) as answer:
        assert answer.status == status
        assert answer.headers.items() >= {**EVERYWHERE, "Cache-Control": cache}.items()
        assert "Server" not in answer.headers


async def test_an_image_that_vanishes_while_it_is_served_is_not_remembered(
    root: Path, client: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / PORTRAIT).unlink()
    monkeypatch.setattr(web, "_is_file", lambda _: True)
    async with client.get(f"/{PORTRAIT}") as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")


async def test_an_image_known_by_its_etag_is_not_sent_again(client: ClientSession) -> None:
    async with client.get(f"/{PORTRAIT}") as first:
        known = {"If-None-Match": first.headers["ETag"]}
    async with client.get(f"/{PORTRAIT}", headers=known) as again:
        assert (again.status, await again.read()) == (304, b"")


@pytest.mark.parametrize(("later", "status"), [(0, 304), (60, 304), (-60, 200)])
async def test_an_image_unmodified_since_is_not_sent_again(
    root: Path, client: ClientSession, later: int, status: int
) -> None:
    os.utime(root / PORTRAIT, (1e9, 1e9))
    since = {"If-Modified-Since": formatdate(1e9 + later, usegmt=True)}
    async with client.get(f"/{PORTRAIT}", headers=since) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    ("wanted", "part"),
    [("0-3", IMAGE[:4]), ("5-", IMAGE[5:]), ("-4", IMAGE[-4:]), ("0-999", IMAGE)],
)
async def test_a_range_is_that_part(client: ClientSession, wanted: str, part: bytes) -> None:
    async with client.get(f"/{PORTRAIT}", headers={"Range": f"bytes={wanted}"}) as answer:
        assert (answer.status, await answer.read()) == (206, part)


async def test_a_range_beyond_the_end_tells_the_length(client: ClientSession) -> None:
    async with client.get(f"/{PORTRAIT}", headers={"Range": "bytes=999-"}) as answer:
        assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{len(IMAGE)}")


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]
)
@pytest.mark.parametrize("path", [f"/{PORTRAIT}", "/healthz", "/unknown.webp"])
async def test_other_methods_are_not_allowed(
    root: Path, client: ClientSession, method: str, path: str
) -> None:
    async with client.request(method, path, data=b"x") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")
    assert (root / PORTRAIT).read_bytes() == IMAGE


async def test_a_plain_request_on_the_socket_gets_the_image(port: int) -> None:
    assert (await raw(port, f"GET /{PORTRAIT}".encode())).endswith(IMAGE)


@pytest.mark.parametrize("target", TRAVERSALS.split())
async def test_a_path_never_leads_out_of_the_root_nor_below_it(
    root: Path, port: int, target: str
) -> None:
    quoted = str(root.parent).replace("/", "%2f")
    answer = await raw(port, f"GET {target.format(root=root.parent, quoted=quoted)}".encode())
    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.0 400", b"HTTP/1.1 400"))
    assert SECRET not in answer


@pytest.mark.parametrize(
    "target",
    [
        b"/..\0/secret.webp",
        b"/secret.webp\0",
        b"/\xff\xfe.webp",
        b"/%ff.webp",
        b"/%00.webp",
        b"/" + b"a" * 300 + b".webp",
        b"*",
        b"",
    ],
)
async def test_a_path_that_no_file_can_have_finds_nothing(port: int, target: bytes) -> None:
    answer = await raw(port, b"GET " + target)
    assert answer.split()[1] in (b"400", b"404")
    assert SECRET not in answer


@pytest.mark.parametrize("name", NOT_TO_SHOW.split())
async def test_any_other_file_is_unknown(root: Path, client: ClientSession, name: str) -> None:
    (root / name).write_bytes(SECRET)
    async with client.get(f"/{name}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("target", ["../secret.webp", PORTRAIT, "missing.webp", "link.webp"])
async def test_a_symlink_is_unknown(root: Path, client: ClientSession, target: str) -> None:
    (root / "link.webp").symlink_to(target)
    async with client.get("/link.webp") as answer:
        assert answer.status == 404


async def test_a_folder_is_unknown_whatever_its_name(root: Path, client: ClientSession) -> None:
    (root / "folder.webp").mkdir()
    for path in ("/folder.webp", "/folder.webp/", "/below", "/below/", "/"):
        async with client.get(path) as answer:
            assert answer.status == 404


async def test_metrics_are_not_where_the_portraits_are(
    root: Path, client: ClientSession, port: int
) -> None:
    for path in ("/metrics", "/metrics/", "/metrics.webp", "/x/../metrics"):
        async with client.get(path) as answer:
            assert answer.status == 404
    page = web.metrics_application(lambda accept: (accept.encode(), "text/plain"), {})
    async with (
        web.serve(page, "127.0.0.1", 0) as other,
        ClientSession(f"http://127.0.0.1:{other}") as prometheus,
    ):
        async with prometheus.get("/metrics", headers={"Accept": "text/x"}) as answer:
            assert (answer.status, await answer.read()) == (200, b"text/x")
            assert answer.headers["Cache-Control"] == "no-store"
        async with prometheus.get("/healthz") as answer:
            assert answer.status == 200
        async with prometheus.get(f"/{PORTRAIT}") as answer:
            assert answer.status == 404
        with pytest.raises(OperatorError, match="Please set METRICS_LISTEN"):
            async with web.serve(page, "127.0.0.1", port, "METRICS_LISTEN"):
                pytest.fail("two programs listen there")
    assert (root / PORTRAIT).exists()


async def test_health_is_ok_while_every_check_returns(
    client: ClientSession, checks: dict[str, web.Check]
) -> None:
    checks["store"] = lambda: asyncio.sleep(0)
    async with client.get("/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok"})


async def fails(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        (lambda: fails(StorageUnavailable()), str(StorageUnavailable())),
        (lambda: fails(OperatorError("The folder is full.")), "The folder is full."),
        (lambda: fails(ConnectionError("redis://:s3cret@localhost")), "ConnectionError"),
        (lambda: asyncio.Event().wait(), "It did not answer in time."),
    ],
)
async def test_health_names_the_check_that_fails_but_no_secrets(
    client: ClientSession,
    checks: dict[str, web.Check],
    monkeypatch: pytest.MonkeyPatch,
    check: web.Check,
    problem: str,
) -> None:
    monkeypatch.setattr(web, "CHECK_TIMEOUT", 0.05)
    checks |= {"bad": check, "good": lambda: asyncio.sleep(0)}
    async with client.get("/healthz") as answer:
        assert answer.status == 503
        assert await answer.json() == {"status": "unavailable", "problems": {"bad": problem}}


async def test_checks_run_together(client: ClientSession, checks: dict[str, web.Check]) -> None:
    meeting = asyncio.Barrier(3)
    checks |= dict.fromkeys("abc", meeting.wait)
    async with client.get("/healthz") as answer:
        assert answer.status == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1"])
async def test_an_address_that_cannot_be_listened_at_is_explained(port: int, host: str) -> None:
    with pytest.raises(OperatorError, match=f"{host}.*Please set ASSETS_LISTEN"):
        async with web.serve(web.application(Path(), {}), host, port):
            pass


async def test_requests_are_not_logged(
    client: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with client.get(f"/{PORTRAIT}"), client.get("/unknown.webp"), client.get("/healthz"):
        assert caplog.records == []


async def test_the_port_is_free_again_afterwards(root: Path) -> None:
    async with web.serve(web.application(root, {}), "127.0.0.1", 0) as port:
        pass
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_connection_that_sends_no_whole_request_is_closed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "IDLE_SECONDS", 0.3)
    async with web.serve(web.application(root, {}), "127.0.0.1", 0) as port:
        for sent in (b"", b"GET /healthz HTTP/1.1\r\nHost: "):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            async with asyncio.timeout(20):
                assert await reader.read() == b""
            writer.close()
            await writer.wait_closed()


async def test_more_connections_than_the_limit_are_closed_at_once_and_the_others_are_served(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "CONNECTIONS", 3)
    async with web.serve(web.application(root, {}), "127.0.0.1", 0) as port:
        pairs = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        assert await pairs[3][0].read() == b""
        pairs[0][1].write(f"GET /{PORTRAIT} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert (await pairs[0][0].readline()).startswith(b"HTTP/1.1 200")
        for _, writer in pairs:
            writer.close()
        await asyncio.sleep(0.1)
        assert (await raw(port, f"GET /{PORTRAIT}".encode())).startswith(b"HTTP/1.1 200")


@asynccontextmanager
async def health(root: Path, check: web.Check) -> AsyncIterator[Get]:
    """A request for the health of a server with this check."""
    pages = web.application(root, {"store": check})
    async with (
        web.serve(pages, "127.0.0.1", 0) as port,
        ClientSession(f"http://127.0.0.1:{port}") as client,
    ):

        async def get() -> int:
            async with client.get("/healthz") as answer:
                return answer.status

        yield get


@pytest.mark.parametrize(("seconds", "count"), [(600, 1), (0.01, 2)])
async def test_all_that_ask_within_a_while_share_a_check(
    root: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, count: int
) -> None:
    monkeypatch.setattr(web, "CHECK_SECONDS", seconds)
    calls: list[str] = []

    async def check() -> None:
        calls.append("called")

    async with health(root, check) as get:
        assert await get() == 200
        await asyncio.sleep(0.05)
        assert await get() == 200
        assert len(calls) == count
        if count == 1:
            for _ in range(4):
                assert {*await asyncio.gather(*(get() for _ in range(50)))} == {200}
            assert len(calls) == 1

"""Fetches what is behind a URL, from public web servers only.

A player chooses the URL, and this process may run beside a database or a cloud's metadata service.
So the address of each connection is checked, right before connecting. That covers every spelling of
an address in a URL, names that resolve to a local address, names that change their answer, and
redirects.
"""

import asyncio
import socket
import ssl
from contextlib import AsyncExitStack
from http import HTTPStatus
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

import aiohttp
from yarl import URL

from characters.errors import ImageTooLarge, LinkProblem, UnusableLink
from characters.portraits.lookups import Resolver, TooManyLookups
from characters.workers.process_limit import ProcessLimit

LIMIT = 10 * 2**20  # bytes of an image
URL_LIMIT = 2048  # letters
LINKS = ProcessLimit(20)  # at once in this process: each may hold 10 MiB
WAIT = 10.0  # seconds, for one of these places
TIMEOUT = 10.0  # seconds, for everything after that
CONNECT_TIMEOUT = 3.0  # seconds, for each server: name look-up, TCP and TLS
REDIRECTS = 2

# Not public in any Python release: they lead to IPv4 addresses or into a local network.
_NOT_PUBLIC = tuple(
    IPv6Network(network)
    for network in (
        "64:ff9b::/96",  # NAT64, RFC 6052
        "64:ff9b:1::/48",  # NAT64 for local use, RFC 8215
        "2001::/32",  # Teredo, RFC 4380
        "2002::/16",  # 6to4, RFC 3056
        "fec0::/10",  # site-local, RFC 3879
    )
)
_IMAGES = "image/webp, image/png, image/jpeg, image/gif, image/avif"
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "game-characters"}


def is_public_address(address: str) -> bool:
    """Whether an IP address, as `getaddrinfo` writes it, belongs to the public internet."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    if ip.is_multicast or ip.is_reserved or any(ip in network for network in _NOT_PUBLIC):
        return False
    return ip.is_global


async def fetch_image(
    url: str, owner: int | None = None, *, authorities: ssl.SSLContext | None = None
) -> bytes:
    """What `fetch` returns, at most 10 MiB; it may be something else than an image.

    Raises UnusableLink; ImageTooLarge where the URL leads to more bytes.
    """
    image = await fetch(url, owner, LIMIT, accept=_IMAGES, authorities=authorities)
    if image is None:
        raise ImageTooLarge(LIMIT)
    return image


async def fetch(
    url: str,
    owner: int | None,
    limit: int,
    *,
    accept: str = "*/*",
    authorities: ssl.SSLContext | None = None,
) -> bytes | None:
    """What an https URL leads to; None where it has more than `limit` bytes.

    Few are fetched at once, in turn for each `owner`, the id of the user whose link it is. The
    server is asked to `accept` media types. Its certificate is checked against `authorities`, by
    default those of the system.

    Raises UnusableLink: the URL is refused, or nothing was received from it within 10 seconds, or
    too many others are being fetched.
    """
    target = _checked(url)
    async with AsyncExitStack() as place:
        try:
            async with asyncio.timeout(WAIT):
                await place.enter_async_context(LINKS.slot(owner))
        except TimeoutError:
            raise UnusableLink(LinkProblem.BUSY) from None
        connector = aiohttp.TCPConnector(
            socket_factory=_public_socket, ssl=authorities or True, resolver=Resolver(owner)
        )
        return await _fetch(connector, target, limit, accept)


async def _fetch(
    connector: aiohttp.TCPConnector, target: URL, limit: int, accept: str
) -> bytes | None:
    session = aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={**_HEADERS, "Accept": accept},
        timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_TIMEOUT),
        trust_env=False,
        auto_decompress=False,
    )
    # No error is chained: those of aiohttp and yarl quote the URL, and its query may be a secret.
    try:
        async with asyncio.timeout(TIMEOUT), session:
            return await _follow(session, target, limit)
    except TimeoutError:
        raise UnusableLink(LinkProblem.SLOW) from None
    except aiohttp.ClientConnectorDNSError as error:
        busy = isinstance(error.os_error, TooManyLookups)
        problem = LinkProblem.BUSY if busy else LinkProblem.UNREACHABLE
        raise UnusableLink(problem) from None
    # ValueError: a host that the resolver can't encode, or that is no address in spite of brackets.
    except (aiohttp.ClientError, OSError, ValueError):
        raise UnusableLink(LinkProblem.UNREACHABLE) from None


def _public_socket(target: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
    """A socket for an answer of `getaddrinfo`. aiohttp connects it to the address checked here."""
    family, kind, protocol, _, address = target
    if not is_public_address(str(address[0])):
        # An OSError, so that aiohttp tries the next address of the server.
        raise PermissionError("not a public address")
    return socket.socket(family, kind, protocol)


def _checked(url: str, base: URL | None = None) -> URL:
    if len(url) > URL_LIMIT:
        raise UnusableLink(LinkProblem.TOO_LONG)
    try:
        target = base.join(URL(url)) if base else URL(url)
        host, port = target.host, target.port
    except (ValueError, TypeError, IndexError):  # yarl raises all three
        raise UnusableLink(LinkProblem.MALFORMED) from None
    if target.scheme != "https" or not host:
        raise UnusableLink(LinkProblem.MALFORMED)
    if port != 443 or target.user is not None or target.password is not None:  # noqa: PLR2004 - the port of https
        raise UnusableLink(LinkProblem.DECORATED)
    return target


async def _follow(session: aiohttp.ClientSession, target: URL, limit: int) -> bytes | None:
    for _ in range(1 + REDIRECTS):
        async with session.get(target, allow_redirects=False) as response:
            location = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or location is None:
                return await _body(response, limit)
            target = _checked(location, target)
    raise UnusableLink(LinkProblem.REDIRECTED)


async def _body(response: aiohttp.ClientResponse, limit: int) -> bytes | None:
    if response.status != HTTPStatus.OK:
        raise UnusableLink(LinkProblem.REFUSED, response.status)
    if "Content-Encoding" in response.headers:
        raise UnusableLink(LinkProblem.ENCODED)
    if (response.content_length or 0) > limit:
        return None
    return await read_body(response, limit)


async def read_body(response: aiohttp.ClientResponse, limit: int) -> bytes | None:
    """The body, or None as soon as it has more than `limit` bytes, whatever was announced."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)

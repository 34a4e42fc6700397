"""An image URL → its bytes, without letting the URL reach anything but public web servers.

A player chooses the URL, and this process may stand beside a database or a cloud's metadata service. What counts is the
address that a connection goes to, so that is what is checked, at the last moment before connecting: it covers every
spelling of an address in a URL, names that point inwards, names that change their answer, and redirects.
"""

import asyncio
import socket
import ssl
from http import HTTPStatus
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

import aiohttp
from yarl import URL

from characters.errors import ImageTooLarge, UnusableLink

LIMIT = 10 * 2**20  # bytes
TIMEOUT = 10.0  # seconds, from the first look-up to the last byte
CONNECT_TIMEOUT = 3.0  # seconds, for each server: look-up, TCP and TLS
HTTPS_PORT = 443
REDIRECTS = 2

# Whatever a Python release says of them: they lead to IPv4 addresses, or into a local network.
_INWARD = tuple(
    IPv6Network(network)
    for network in (
        "64:ff9b::/96",  # NAT64, RFC 6052
        "64:ff9b:1::/48",  # NAT64 for local use, RFC 8215
        "2001::/32",  # Teredo, RFC 4380
        "2002::/16",  # 6to4, RFC 3056
        "fec0::/10",  # site-local, RFC 3879
    )
)
_HEADERS = {
    "Accept": "image/webp, image/png, image/jpeg, image/gif",
    "Accept-Encoding": "identity",
    "User-Agent": "game-characters",
}

_MALFORMED = "That is not a link to an image on the web. Please give one that begins with https://."
_DECORATED = (
    "A link with a user name or a port number cannot be used. Please give a plain https:// link."
)
_UNREACHABLE = (
    "No public web server answered behind that link. Please check it, or upload the image instead."
)
_SLOW = "The server behind that link took too long. Please try again, or upload the image instead."
_REDIRECTED = "That link is redirected too often. Please link to the image itself, or upload it."
_ENCODED = "The server behind that link sent the image in a form that cannot be read. Please upload the image instead."


def is_public_address(address: str) -> bool:
    """Whether an IP address, as `getaddrinfo` writes it, belongs to the public internet."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    return ip.is_global and not (
        ip.is_multicast or ip.is_reserved or any(ip in network for network in _INWARD)
    )


async def fetch_image(url: str, *, authorities: ssl.SSLContext | None = None) -> bytes:
    """At most 10 MiB from an https URL. Whether they are an image is not looked at.

    The server's certificate is checked against `authorities`, by default those that the system trusts.

    Raises:
        UnusableLink: the URL is refused, or nothing could be had from it within 10 seconds.
        ImageTooLarge: there is more behind it.
    """
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(socket_factory=_public_socket, ssl=authorities or True),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=_HEADERS,
        timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_TIMEOUT),
        trust_env=False,
        auto_decompress=False,
    )
    try:
        async with asyncio.timeout(TIMEOUT), session:
            return await _follow(session, _checked(url))
    # UnicodeError: a host name that the resolver cannot encode.
    except (aiohttp.ClientError, OSError, UnicodeError) as error:
        slow = isinstance(error, TimeoutError)
        # Not chained: aiohttp's errors name the whole URL, and its query may be a secret.
        raise UnusableLink(_SLOW if slow else _UNREACHABLE) from None


def _public_socket(target: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
    """A socket for an answer of `getaddrinfo`: the connection goes to the very address checked here."""
    family, kind, protocol, _, address = target
    if not is_public_address(str(address[0])):
        raise PermissionError(
            "not a public address"
        )  # an OSError, so that the server's next address is tried
    return socket.socket(family, kind, protocol)


def _checked(url: str, base: URL | None = None) -> URL:
    try:
        target = base.join(URL(url)) if base else URL(url)
    except ValueError:
        raise UnusableLink(_MALFORMED) from None  # not chained: its text may quote the URL
    if target.scheme != "https" or not target.host:
        raise UnusableLink(_MALFORMED)
    if target.port != HTTPS_PORT or target.user is not None or target.password is not None:
        raise UnusableLink(_DECORATED)
    return target


async def _follow(session: aiohttp.ClientSession, target: URL) -> bytes:
    for _ in range(1 + REDIRECTS):
        async with session.get(target, allow_redirects=False) as response:
            location = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or location is None:
                return await _body(response)
            target = _checked(location, target)
    raise UnusableLink(_REDIRECTED)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    if response.status != HTTPStatus.OK:
        raise UnusableLink(
            f"The server behind that link answered with an error ({response.status}). "
            "Please check the link, or upload the image instead."
        )
    if "Content-Encoding" in response.headers:
        raise UnusableLink(_ENCODED)
    if (response.content_length or 0) > LIMIT:
        raise ImageTooLarge(LIMIT)
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LIMIT:  # the length announced is only a hint, and may be missing
            raise ImageTooLarge(LIMIT)
    return bytes(body)

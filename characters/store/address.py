"""REDIS_URL: one server, the nodes of a cluster, or the sentinels that know the master.

The URLs of one server are redis-py's own. The others name several hosts, and have its user,
password and options: `redis+cluster://user:password@host:6379,host:6380?ssl_ca_certs=…` and
`redis+sentinel://user:password@host:26379,host:26379/master-name/0`; `rediss+…` is TLS. Sentinels
have an account of their own: `?sentinel_username=…&sentinel_password=…`.
"""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import SplitResult, unquote, urlencode, urlsplit

from redis.asyncio.connection import SSLConnection, parse_url

SERVER, CLUSTER, SENTINEL = "server", "cluster", "sentinel"
PORTS = {CLUSTER: 6379, SENTINEL: 26379}
FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_SERVERS = {"redis", "rediss", "unix"}


class BadAddress(ValueError):
    """Its text is shown to the operator; it holds nothing of the URL."""


@dataclass(frozen=True)
class Address:
    """Where the store is.

    `url` is one that redis-py reads: of one server, or with the options for each of several.
    `hosts` are the nodes of a cluster or the sentinels.
    """

    kind: str
    url: str
    hosts: tuple[tuple[str, int], ...] = ()
    master: str = ""
    sentinel_account: tuple[str | None, str | None] = (None, None)

    def options(self) -> dict[str, Any]:
        """What redis-py's connections take, with `ssl` for TLS, but without host and port.

        Raises ValueError where an option has a value of another type.
        """
        options = cast("dict[str, Any]", parse_url(self.url))
        if options.pop("connection_class", None) is SSLConnection:
            options["ssl"] = True
        return {name: value for name, value in options.items() if name not in {"host", "port"}}


def read_address(url: str) -> Address:
    """Raises BadAddress."""
    split = urlsplit(url)
    scheme, _, kind = split.scheme.partition("+")
    if split.scheme in _SERVERS:
        return _server(url, split)
    if scheme not in {"redis", "rediss"} or kind not in PORTS:
        raise BadAddress("has an unknown scheme")
    account, at, places = split.netloc.rpartition("@")
    hosts = tuple(_host(place, PORTS[kind]) for place in places.split(","))
    master, database = _path(kind, split.path)
    query, sentinel_account = _query(split.query)
    host, port = hosts[0]
    shown = f"[{host}]" if ":" in host else host
    one = split._replace(
        scheme=scheme, netloc=f"{account}{at}{shown}:{port}", path=database, query=query
    )
    return Address(kind, one.geturl(), hosts, master, sentinel_account)


def _server(url: str, split: SplitResult) -> Address:
    if "," in split.netloc.rpartition("@")[2]:
        raise BadAddress("has several hosts, but no +cluster or +sentinel in its scheme")
    try:
        if split.port == 0 or (split.scheme != "unix" and not split.hostname):
            raise BadAddress("names no host")
    except ValueError:  # its text may hold a part of the password
        raise BadAddress("names no host") from None
    return Address(SERVER, url)


def _host(place: str, port: int) -> tuple[str, int]:
    try:
        split = urlsplit(f"//{place}")
        host, port = split.hostname or "", port if split.port is None else split.port
    except ValueError:
        raise BadAddress("names a host that is none") from None
    if not host or not port or split.netloc != place:
        raise BadAddress("names a host that is none")
    return host, port


def _path(kind: str, path: str) -> tuple[str, str]:
    """The name of the master, and the rest: a slash and the number of the database."""
    if kind == CLUSTER:
        if path.strip("/") not in {"", "0"}:
            raise BadAddress("names a database, but a cluster has only one")
        return "", ""
    name, _, number = path.removeprefix("/").partition("/")
    if not name:
        raise BadAddress("names no master")
    if number and not number.isdecimal():
        raise BadAddress("names a database that is no number")
    return unquote(name), f"/{number}"


def _query(query: str) -> tuple[str, tuple[str | None, str | None]]:
    """What is for the servers, and the account at the sentinels."""
    options = [option.partition("=") for option in query.split("&") if option]
    found = {name: unquote(value) for name, _, value in options}
    account = found.get("sentinel_username"), found.get("sentinel_password")
    servers = [(name, value) for name, value in found.items() if not name.startswith("sentinel_")]
    return urlencode(servers), account

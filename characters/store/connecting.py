"""Opens a client of the server, the cluster or the sentinels that REDIS_URL names."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.exceptions import RedisClusterException, RedisError
from redis.maint_notifications import MaintNotificationsConfig

from characters.errors import OperatorError
from characters.store.address import CLUSTER, FILES, SENTINEL, Address, read_address
from characters.store.cluster_client import ClusterClient
from characters.store.refusal import refusal

CLIENT_NAME = "game-characters"  # in the server's CLIENT LIST
SENTINEL_SECONDS = 0.5  # for the answer of one sentinel, before the next one is asked


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[Redis | RedisCluster, None]:
    """A client that gives up early enough for an honest answer to a player.

    A single server says itself whether it is a node of a cluster. Raises OperatorError.
    """
    async with AsyncExitStack() as stack:
        with _explained():
            client = await _open(stack, read_address(url))
        yield client


async def _open(stack: AsyncExitStack, address: Address) -> Redis | RedisCluster:
    options = _options() | address.options()
    _check_files(options)
    if address.kind == SENTINEL:
        return await _open_sentinel(stack, address, options)
    if address.kind == CLUSTER:
        nodes = [ClusterNode(*host) for host in address.hosts]
        return await stack.enter_async_context(ClusterClient(startup_nodes=nodes, **options))
    client = await stack.enter_async_context(_client(Redis, address.url))
    if not (await client.info("cluster"))["cluster_enabled"]:
        return client
    await client.aclose()
    return await stack.enter_async_context(_client(ClusterClient, address.url))


def _client(kind: Any, url: str) -> AbstractAsyncContextManager[Any]:
    return kind.from_url(url, **_options())


async def _open_sentinel(stack: AsyncExitStack, address: Address, options: dict[str, Any]) -> Redis:
    name, password = address.sentinel_account
    account = {
        "username": name,
        "password": password,
        "db": 0,
        "socket_timeout": SENTINEL_SECONDS,
        "socket_connect_timeout": SENTINEL_SECONDS,
        "retry": Retry(NoBackoff(), 1),
    }
    sentinel: Any = _Sentinel(address.hosts, sentinel_kwargs=options | account)
    stack.push_async_callback(sentinel.aclose)
    await _check_master(sentinel, address.master)
    client = sentinel.master_for(address.master, **options)
    await stack.enter_async_context(client)
    await client.info("server")
    return client


class _Sentinel(Sentinel):
    """One request at a time: redis-py 8.1 loses sentinels where several find the first one dead."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._untyped: Any = super()
        self._untyped.__init__(*arguments, **options)
        self._turn = asyncio.Lock()

    async def discover_master(self, service_name: str) -> Any:
        async with self._turn:
            return await self._untyped.discover_master(service_name)


async def _check_master(sentinel: Sentinel, name: str) -> None:
    """Raises OperatorError where no sentinel answers, or none knows the master."""
    failure: Exception | None = None
    known: set[str] = set()
    for each in sentinel.sentinels:
        try:
            masters = await each.sentinel_masters()
        except (RedisError, OSError) as error:
            failure = error
            continue
        if name in masters:
            return
        known |= {str(master) for master in masters}
        failure = None
        break
    if failure:
        raise OperatorError(
            f"No sentinel of REDIS_URL can be asked: the last one {refusal(failure)}"
        )
    names = ", ".join(sorted(known)) or "no master"
    raise OperatorError(
        f"The sentinels behind REDIS_URL know no master {name!r}, only {names}: correct the URL."
    )


def _options() -> dict[str, Any]:
    return {
        "client_name": CLIENT_NAME,
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "health_check_interval": 30,
        # Fewer requests until a new connection can be used.
        "driver_info": None,
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
        # Every script of ours may be repeated.
        "retry": Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.5), 3),
    }


def _check_files(options: dict[str, Any]) -> None:
    for name in FILES:
        if path := options.get(name):
            try:
                with open(path, "rb"):  # noqa: PTH123 - as the client will do
                    pass
            except OSError as error:
                raise OperatorError(
                    f"{name} in REDIS_URL is a file that can't be read ({error.strerror}): {path}"
                ) from None


@contextmanager
def _explained() -> Generator[None, None, None]:
    """Raises errors of the client as OperatorError, without their text: it may hold a password."""
    try:
        yield
    except (ValueError, TypeError):
        raise OperatorError("REDIS_URL holds an option that Redis clients do not know.") from None
    except (RedisError, RedisClusterException, OSError) as error:
        raise OperatorError(f"The server behind REDIS_URL {refusal(error)}") from error

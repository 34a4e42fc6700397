"""Opens the registry with all it stands on, from settings, and closes it again."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import RedisClusterException, RedisError

from characters.assets import Assets
from characters.embedded import embedded_valkey
from characters.errors import OperatorError
from characters.portraits import Portraits
from characters.registry import Registry
from characters.settings import Settings
from characters.store import CharacterStore

DEADLINE = 2.5  # seconds for one step in the store: Discord wants an answer within 3


@asynccontextmanager
async def open_registry(settings: Settings) -> AsyncGenerator[Registry, None]:
    """The registry over REDIS_URL, or over a Valkey of our own in DATA_DIR.

    Raises OperatorError where the store can't be reached or started.
    """
    async with AsyncExitStack() as stack:
        if settings.redis_url:
            url = settings.redis_url.get_secret_value()
        else:
            url = await stack.enter_async_context(embedded_valkey(settings.data_dir))
        redis = await stack.enter_async_context(connected(url))
        assets = Assets(settings.assets_folder, settings.public_url)
        await assets.clear_temporary()
        yield Registry(CharacterStore(redis, DEADLINE), assets, Portraits(), settings.roster_limit)


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[Redis | RedisCluster, None]:
    """A client that gives up in time for an honest answer; the server itself says whether it is a cluster."""
    options: dict[str, Any] = {
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "health_check_interval": 30,
        "retry": Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.5), 3),  # every script of ours may be repeated
    }
    try:
        single = _client(Redis, url, options)
    except ValueError:  # its message may quote a part of the password
        raise OperatorError("REDIS_URL holds an option that Redis clients do not know.") from None
    async with single as client:
        try:
            cluster = (await client.info("cluster"))["cluster_enabled"]
        except (RedisError, RedisClusterException, OSError) as error:
            raise OperatorError(
                f"The server behind REDIS_URL does not answer ({type(error).__name__}): start it, or correct the URL."
            ) from error
        if not cluster:
            yield client
            return
    async with _client(RedisCluster, url, options) as client:
        yield client


def _client(kind: Any, url: str, options: dict[str, Any]) -> AbstractAsyncContextManager[Any]:
    return kind.from_url(url, **options)

"""Opens the registry with all it stands on, from settings, and closes it again."""

from collections.abc import AsyncGenerator, Generator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from pathlib import Path
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    NoPermissionError,
    RedisClusterException,
    RedisError,
    ResponseError,
)

from characters.errors import OperatorError
from characters.extras import needed_for
from characters.portraits.assets import Assets, FolderAssets
from characters.portraits.renderer import Renderer
from characters.registry import Registry
from characters.settings import Settings
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey

DEADLINE = 2.5  # seconds for one step in the store: Discord wants an answer within 3


@asynccontextmanager
async def open_registry(settings: Settings) -> AsyncGenerator[Registry, None]:
    """The registry over REDIS_URL, or over a Valkey of our own in DATA_DIR.

    Raises OperatorError where the store can't be reached or started, or there is no place for portraits.
    """
    assets = open_assets(settings.assets_location, settings.public_url)
    async with AsyncExitStack() as stack:
        if settings.redis_url:
            url = settings.redis_url.get_secret_value()
        else:
            url = await stack.enter_async_context(embedded_valkey(settings.data_dir))
        redis = await stack.enter_async_context(connected(url))
        await assets.clear_temporary()
        yield Registry(CharacterStore(redis, DEADLINE), assets, Renderer(), settings.roster_limit)


def open_assets(location: Path | str, url: str | None = None) -> Assets:
    """Portraits in a folder, or in an object store where the location is a URL; seen from outside at `url`.

    Raises OperatorError where the URL makes no store.
    """
    if isinstance(location, Path):
        return FolderAssets(location, url)
    with needed_for("An object store for portraits", "objects"):
        from characters.portraits.objects import ObjectAssets  # noqa: PLC0415 - only where it is used: obstore is optional
    return ObjectAssets(location, url)


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[Redis | RedisCluster, None]:
    """A client that gives up in time for an honest answer; the server itself says whether it is a cluster."""
    options: dict[str, Any] = {
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "health_check_interval": 30,
        "retry": Retry(
            ExponentialWithJitterBackoff(base=0.02, cap=0.5), 3
        ),  # every script of ours may be repeated
    }
    async with AsyncExitStack() as stack:
        with _explained():
            client = await stack.enter_async_context(_client(Redis, url, options))
            if (await client.info("cluster"))["cluster_enabled"]:
                await client.aclose()
                client = await stack.enter_async_context(_client(RedisCluster, url, options))
        yield client


@contextmanager
def _explained() -> Generator[None, None, None]:
    """Raises what clients raise as an OperatorError, without their words, which may quote a part of the password."""
    try:
        yield
    except (ValueError, TypeError):
        raise OperatorError("REDIS_URL holds an option that Redis clients do not know.") from None
    except (RedisError, RedisClusterException, OSError) as error:
        raise OperatorError(f"The server behind REDIS_URL {_refusal(error)}") from error


def _refusal(error: BaseException) -> str:
    causes = [error]
    while cause := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(cause)
    for each in causes:
        match each:
            case AuthenticationError():
                return "refuses the password or user (ACL): correct them in the URL."
            case NoPermissionError():
                return "does not let this user (ACL) do enough: allow it +info, +cluster, and all on keys game:*."
            case BusyLoadingError():
                return "is still loading its data: try again in a moment."
            case ResponseError():
                return "refuses this client: correct the password, the user (ACL) or the database number in the URL."
            case _:
                pass
    return f"does not answer ({type(error).__name__}): start it, or correct the URL."


def _client(kind: Any, url: str, options: dict[str, Any]) -> AbstractAsyncContextManager[Any]:
    return kind.from_url(url, **options)

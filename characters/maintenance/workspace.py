"""Opens what an operator's command works on: the store of the bot, beside the bot or without it, and the assets."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from characters.errors import OperatorError
from characters.opening import connected, open_assets
from characters.portraits.assets import Assets
from characters.settings import Settings
from characters.store.client import StoreClient
from characters.store.embedded import SOCKET, START_SECONDS, embedded_valkey, socket_url
from characters.store.folder_lock import COMMAND, holder_of


class Workspace(NamedTuple):
    """The store, the assets, where these can be seen from outside; `beside` says whether a bot's own Valkey is used."""

    client: StoreClient
    assets: Assets
    url: str | None
    beside: bool


@asynccontextmanager
async def open_workspace(
    settings: Settings, *, create: bool = False
) -> AsyncGenerator[Workspace, None]:
    """Where a bot runs the Valkey of DATA_DIR, that one is used; `create` allows for a new, empty one.

    Another command that runs one is waited for.

    Raises OperatorError where the store can't be reached or started, or is not there.
    """
    async with AsyncExitStack() as stack:
        beside = None
        if settings.redis_url:
            url = settings.redis_url.get_secret_value()
        elif beside := await valkey_of_a_bot(settings.data_dir):
            url = beside
        elif create or (settings.data_dir / "valkey").is_dir():
            url = await stack.enter_async_context(embedded_valkey(settings.data_dir, COMMAND))
        else:
            raise OperatorError(
                f"There is no store in {settings.data_dir.absolute()}: run this where the bot runs, "
                "or set DATA_DIR or REDIS_URL as it has them."
            )
        redis = await stack.enter_async_context(connected(url))
        assets = open_assets(settings.assets_location, settings.public_url)
        yield Workspace(StoreClient(redis), assets, settings.public_url, beside=beside is not None)


async def valkey_of_a_bot(data_dir: Path) -> str | None:
    """The URL of the Valkey that a bot runs on the data folder, once it answers; None where no bot does.

    That of another command is none to use: it ends with the command.
    """
    folder = data_dir.absolute() / "valkey"  # noqa: ASYNC240 - reads no disk
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while holder_of(folder) not in {None, COMMAND}:
        url = socket_url(folder / SOCKET)
        if await _answers(url) or asyncio.get_running_loop().time() > deadline:
            return url
        await asyncio.sleep(0.1)  # it is just starting, or stopping
    return None


async def _answers(url: str) -> bool:
    # The ignores: redis-py leaves its **kwargs without types.
    async with Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=2) as client:  # pyright: ignore[reportUnknownMemberType]
        with suppress(RedisError, OSError):
            return bool(await client.ping())  # pyright: ignore[reportUnknownMemberType]
    return False


def assets_at(location: str, url: str | None, *, must_exist: bool = False) -> Assets:
    """The assets in a folder, or in an object store by its URL. Raises OperatorError where there can be none."""
    if "://" in location:
        return open_assets(location, url)
    folder = Path(location)
    if (must_exist or folder.exists()) and not folder.is_dir():
        raise OperatorError(f"{location} is no folder: correct its name.")
    return open_assets(folder, url)

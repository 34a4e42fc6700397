"""Opens a registry, or an operator's workspace, with all that it needs, and closes it again."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from pathlib import Path

from redis.asyncio import Redis, RedisCluster

from characters.errors import OperatorError
from characters.extras import needed_for
from characters.maintenance.workspace import Workspace
from characters.platforms import check_platform
from characters.portraits.assets import Assets
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.settings import LOCATION, RegistrySettings, location
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from characters.store.connecting import connected
from characters.store.embedded import START_SECONDS, answers, embedded_valkey, server_url
from characters.store.folder_lock import COMMAND, lock_holder
from characters.store.tracking import tracked
from characters.workers.spares import end_spares

DEADLINE = 2.5  # seconds for one request to the store: Discord waits three for an answer


@asynccontextmanager
async def open_registry(
    *,
    redis: Redis | RedisCluster,
    assets_dir: Path | str,
    assets_url: str | None = None,
    roster_limit: int = 100,
    near_cache: bool = True,
) -> AsyncGenerator[Registry, None]:
    """A registry over an open client, which stays the caller's.

    With `near_cache`, active characters and lists are remembered in this process as long as the
    server says, on a connection of its own, that they have not changed.

    Portraits lie in `assets_dir`, a folder or the URL of an object store, and can be seen from
    outside at `assets_url` (None: nowhere).

    Raises OperatorError where `assets_dir` is no usable place.
    """
    check_platform()
    assets = open_assets(assets_dir, assets_url)
    await assets.clear_temporary()
    store = CharacterStore(redis, DEADLINE)
    registry = Registry(store, assets, roster_limit)
    try:
        await registry.note_store()
        async with tracked(redis, store.near_cache) if near_cache else nullcontext():
            yield registry
    finally:
        end_spares()
        await store.client.close()


@asynccontextmanager
async def open_registry_from(settings: RegistrySettings) -> AsyncGenerator[Registry, None]:
    """A registry over REDIS_URL, or over an embedded Valkey in DATA_DIR.

    Raises OperatorError where the store can't be reached or started, or portraits have no place.
    """
    async with AsyncExitStack() as stack:
        if settings.redis_url:
            url = settings.redis_url.get_secret_value()
        else:
            url = await stack.enter_async_context(embedded_valkey(settings.data_dir))
        registry = open_registry(
            redis=await stack.enter_async_context(connected(url)),
            assets_dir=settings.assets_location,
            assets_url=settings.public_url,
            roster_limit=settings.roster_limit,
            near_cache=settings.near_cache,
        )
        yield await stack.enter_async_context(registry)


@asynccontextmanager
async def open_workspace(
    settings: RegistrySettings, *, create: bool = False
) -> AsyncGenerator[Workspace, None]:
    """What an operator's command works on: the store and the assets of the bot.

    Where a bot runs the embedded Valkey of DATA_DIR, that one is used; another command that runs
    it is waited for. `create` allows a new, empty one.

    Raises OperatorError where the store can't be reached or started, or there is none.
    """
    async with open_store(settings, create=create) as (redis, beside_bot):
        client = StoreClient(redis)
        try:
            yield Workspace(
                client=client,
                assets=open_assets(settings.assets_location, settings.public_url),
                assets_url=settings.public_url,
                beside_bot=beside_bot,
            )
        finally:
            await client.close()


@asynccontextmanager
async def open_store(
    settings: RegistrySettings, *, create: bool = False
) -> AsyncGenerator[tuple[Redis | RedisCluster, bool], None]:
    """A client of the bot's store, as `open_workspace`, and whether a running bot owns the server.

    Raises OperatorError.
    """
    async with AsyncExitStack() as stack:
        of_a_bot = None
        if settings.redis_url:
            url = settings.redis_url.get_secret_value()
        elif of_a_bot := await _valkey_of_a_bot(settings.data_dir):
            url = of_a_bot
        elif create or (settings.data_dir / "valkey").is_dir():
            url = await stack.enter_async_context(embedded_valkey(settings.data_dir, COMMAND))
        else:
            raise OperatorError(
                f"There is no store in {settings.data_dir.absolute()}: run this where the bot "
                "runs, or set DATA_DIR or REDIS_URL to the bot's values."
            )
        yield await stack.enter_async_context(connected(url)), of_a_bot is not None


def open_assets(
    assets_dir: Path | str, assets_url: str | None = None, *, must_exist: bool = False
) -> Assets:
    """Portraits in a folder or an object store, seen from outside at `assets_url`.

    Raises OperatorError where the URL makes no store, or a folder that must exist does not.
    """
    try:
        place = location(assets_dir)
    except ValueError:
        raise OperatorError(f"The location of the assets must be {LOCATION}.") from None
    if isinstance(place, Path):
        if (must_exist or place.exists()) and not place.is_dir():
            raise OperatorError(f"{place} is no folder: correct its name.")
        return FolderAssets(place, assets_url)
    with needed_for("An object store for portraits", "objects"):
        from characters.portraits.objects import ObjectAssets  # noqa: PLC0415 - needs an extra
    return ObjectAssets(place, assets_url)


async def _valkey_of_a_bot(data_dir: Path) -> str | None:
    """The URL of the Valkey that a bot runs on the data folder, once it answers; or None.

    The Valkey of another command is not used: it ends with that command.
    """
    folder = data_dir.absolute() / "valkey"  # noqa: ASYNC240 - reads no disk
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while (holder := lock_holder(folder)) and holder.kind != COMMAND:
        url = server_url(folder)
        if await answers(url) or asyncio.get_running_loop().time() > deadline:
            return url
        await asyncio.sleep(0.1)  # it is just starting or stopping
    return None

"""One registry for each client and event loop, over the assets that the settings name.

Its near cache has a task in that loop, which ends with the client, or with the loop where
`asyncio.run` ends it.
"""

import asyncio
from contextlib import suppress
from functools import cache
from threading import get_ident
from typing import NamedTuple
from weakref import WeakKeyDictionary, finalize, proxy, ref

from redis.asyncio import Redis, RedisCluster

from characters.opening import open_assets
from characters.portraits.assets import Assets
from characters.registry import Registry
from characters.settings import AssetSettings, read_settings
from characters.store.characters import CharacterStore
from characters.store.near_cache import NearCache, Remembered
from characters.store.tracking import Tracking

Client = Redis | RedisCluster


class _LatestUse(NamedTuple):
    """The near cache of the latest event loop that began to use a client, and its thread."""

    client: ref[Client]
    thread: int
    near_cache: NearCache


_by_client: WeakKeyDictionary[Client, WeakKeyDictionary[asyncio.AbstractEventLoop, Registry]] = (
    WeakKeyDictionary()
)
_latest_uses: dict[int, _LatestUse] = {}  # by the id of the client, for the shortest way


def remembered_active(user_id: int, redis: Client) -> Remembered | None:
    """The active character of a user; None where the registry has to be asked.

    Asks for the thread, which takes less time than to ask for the event loop: redis-py's clients
    can't be used by several loops of one thread.
    """
    use = _latest_uses.get(id(redis))
    if use is None or use.client() is not redis or use.thread != get_ident():
        return None
    return use.near_cache.recall(user_id)


def registry_of(redis: Client) -> Registry:
    """The registry of this client in this event loop; both are let go with the client."""
    registries = _by_client.get(redis)
    if registries is None:
        registries = _by_client.setdefault(redis, WeakKeyDictionary())
    loop = asyncio.get_running_loop()
    registry = registries.get(loop)
    if registry is None:
        # A proxy, since a registry that held the client would keep its own key alive.
        store = CharacterStore(proxy(redis))
        registry = Registry(store, assets(), _settings().roster_limit)
        registries[loop] = registry
        if _settings().near_cache:
            _track(redis, store.near_cache)
    return registry


def _track(redis: Client, near_cache: NearCache) -> None:
    task = asyncio.create_task(Tracking(redis, near_cache).run())
    # A loop that ends without `asyncio.run` leaves the task as it is, which asyncio would log.
    setattr(task, "_log_destroy_pending", False)  # noqa: B010 - it has no public name; `asyncio.gather` sets it too
    finalize(redis, _end, id(redis), ref(task)).atexit = False
    _latest_uses[id(redis)] = _LatestUse(ref(redis), get_ident(), near_cache)


def _end(client_id: int, task_ref: "ref[asyncio.Task[None]]") -> None:
    """The client is gone."""
    _latest_uses.pop(client_id, None)
    if (task := task_ref()) and not task.done():
        with suppress(RuntimeError):  # the loop is closed
            task.get_loop().call_soon_threadsafe(task.cancel)


@cache
def assets() -> Assets:
    return open_assets(_settings().assets_location, _settings().public_url)


@cache
def _settings() -> AssetSettings:
    return read_settings(AssetSettings)

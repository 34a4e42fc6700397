"""One registry for each client and event loop, over the assets that the settings name.

Its near cache has a task in that loop, which ends where the client is closed or gone, or with the
loop where `asyncio.run` ends it.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from threading import get_ident
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet, finalize, proxy, ref

from redis.asyncio import Redis, RedisCluster

from characters.portraits.assets import Assets
from characters.registry import Registry
from characters.store.background import end_tasks
from characters.store.characters import CharacterStore
from characters.store.near_cache import NearCache
from characters.store.tracking import track
from game_characters.arguments import checked_client

if TYPE_CHECKING:
    from characters.settings import AssetSettings

Client = Redis | RedisCluster


@dataclass(frozen=True, slots=True)
class _LatestUse:
    """The near cache of the latest event loop that began to use a client, and its thread."""

    client: ref[Client]
    thread: int
    loop: ref[asyncio.AbstractEventLoop]
    registry: Registry
    near_cache: NearCache


_Parts = tuple[Registry, NearCache]
_by_client: WeakKeyDictionary[Client, WeakKeyDictionary[asyncio.AbstractEventLoop, _Parts]] = (
    WeakKeyDictionary()
)
_tracking: WeakKeyDictionary[Client, WeakSet[asyncio.Task[None]]] = WeakKeyDictionary()
_latest_uses: dict[int, _LatestUse] = {}  # by the id of the client, for the shortest way


def near_cache_of(redis: Client) -> NearCache | None:
    """The near cache of this client in this thread; None where the registry has to be asked.

    The client is known by its id, which is forgotten before another object can have it. Asks for
    the thread, which takes less time than to ask for the event loop: redis-py's clients can't be
    used by several loops of one thread.
    """
    use = _latest_uses.get(id(redis))
    if use is None or use.thread != get_ident():
        return None
    return use.near_cache


def registry_of(redis: Client) -> Registry:
    """The registry of this client in this event loop; both are let go with the client.

    Raises TypeError where it is no client.
    """
    loop = asyncio.get_running_loop()
    use = _latest_uses.get(id(redis))
    if use and use.client() is redis and use.loop() is loop:
        return use.registry
    by_loop = _by_client.setdefault(checked_client(redis), WeakKeyDictionary())
    parts = by_loop.get(loop)
    if parts is None:
        # A proxy, since a registry that held the client would keep its own key alive.
        store = CharacterStore(proxy(redis))
        parts = by_loop[loop] = (
            Registry(store, assets(), _settings().roster_limit),
            store.near_cache,
        )
        finalize(redis, _latest_uses.pop, id(redis), None).atexit = False
        _begin(redis, loop, *parts)
    elif use is None:  # it was closed, and is used again
        _begin(redis, loop, *parts)
    return parts[0]


def _begin(
    redis: Client, loop: asyncio.AbstractEventLoop, registry: Registry, near_cache: NearCache
) -> None:
    if _settings().near_cache:
        _track(redis, near_cache)
    _latest_uses[id(redis)] = _LatestUse(ref(redis), get_ident(), ref(loop), registry, near_cache)


def _track(redis: Client, near_cache: NearCache) -> None:
    """Until the client is closed or gone."""
    task = track(redis, near_cache)
    if redis not in _tracking:
        _tracking[redis] = WeakSet()
        # redis-py tells nobody that a client is closed: this one object gets an `aclose` that does.
        setattr(redis, "aclose", partial(_aclose, ref(redis)))  # noqa: B010 - for the type checker
    _tracking[redis].add(task)
    # A loop that ends without `asyncio.run` leaves the task as it is, which asyncio would log.
    setattr(task, "_log_destroy_pending", False)  # noqa: B010 - it has no public name; `asyncio.gather` sets it too
    finalize(redis, _cancel, ref(task)).atexit = False


async def _aclose(client: ref[Client], *arguments: Any, **options: Any) -> None:
    """Closes the client, and then ends what tracks for it, also for calls made meanwhile.

    redis-py closes a cluster's client to read its slots anew, too: its next use begins anew.
    """
    redis = client()
    if redis is None:
        return
    closing: Any = type(redis).aclose
    try:
        await closing(redis, *arguments, **options)
    finally:
        _latest_uses.pop(id(redis), None)
        for task in list(_tracking[redis]):
            if task.get_loop() is asyncio.get_running_loop():
                await end_tasks([task])
            else:
                _cancel(ref(task))


def _cancel(task_ref: "ref[asyncio.Task[None]]") -> None:
    if (task := task_ref()) and not task.done():
        with suppress(RuntimeError):  # the loop is closed
            task.get_loop().call_soon_threadsafe(task.cancel)


@cache
def assets() -> Assets:
    from characters.opening import open_assets  # noqa: PLC0415 - as below

    return open_assets(_settings().assets_location, _settings().public_url)


@cache
def _settings() -> "AssetSettings":
    # Pydantic's settings take as long to import as redis-py.
    from characters.settings import AssetSettings, read_settings  # noqa: PLC0415 - as said

    return read_settings(AssetSettings)

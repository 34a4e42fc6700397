"""One registry for each client and event loop, over the assets that the settings name."""

import asyncio
from functools import cache
from weakref import WeakKeyDictionary, proxy

from redis.asyncio import Redis, RedisCluster

from characters.opening import open_assets
from characters.portraits.assets import Assets
from characters.registry import Registry
from characters.settings import AssetSettings, read_settings
from characters.store.characters import CharacterStore

_Registries = WeakKeyDictionary[asyncio.AbstractEventLoop, Registry]

_by_client: WeakKeyDictionary[Redis | RedisCluster, _Registries] = WeakKeyDictionary()


def registry_of(redis: Redis | RedisCluster) -> Registry:
    """The registry of this client in this event loop; both are let go with the client."""
    registries = _by_client.get(redis)
    if registries is None:
        registries = _by_client.setdefault(redis, WeakKeyDictionary())
    loop = asyncio.get_running_loop()
    registry = registries.get(loop)
    if registry is None:
        # A proxy, since a registry that held the client would keep its own key alive.
        registry = Registry(CharacterStore(proxy(redis)), assets(), _settings().roster_limit)
        registries[loop] = registry
    return registry


@cache
def assets() -> Assets:
    return open_assets(_settings().assets_location, _settings().public_url)


@cache
def _settings() -> AssetSettings:
    return read_settings(AssetSettings)

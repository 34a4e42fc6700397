"""The files in the assets and the keys in the store, as lists."""

from characters.portraits.assets import AssetFile, Assets
from characters.store.client import StoreClient


async def all_stored(assets: Assets) -> list[AssetFile]:
    return [each async for each in assets.stored()]


async def all_keys(client: StoreClient, pattern: str = "*") -> list[str]:
    return [key async for keys in client.keys(pattern) for key in keys]

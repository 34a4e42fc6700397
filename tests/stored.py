"""The files in the assets, as a list."""

from characters.portraits.assets import AssetFile, Assets


async def all_stored(assets: Assets) -> list[AssetFile]:
    return [each async for each in assets.stored()]

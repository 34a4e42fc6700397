"""`make example`: the main bot of this folder in the playground, without a token.

It uses the same DATA_DIR as `make run`, so your characters of the playground are there too.
"""

import asyncio
import logging
import sys

import discord
from main import MainBot
from redis.asyncio import Redis

import characters
import playground
from bot import until_stopped
from characters.errors import OperatorError
from characters.settings import AssetSettings, read_settings
from characters.store.embedded import embedded_valkey


async def play() -> None:
    settings = read_settings(AssetSettings)
    async with (
        embedded_valkey(settings.data_dir) as url,
        Redis.from_url(url, decode_responses=True) as redis,
        characters.open_registry(redis=redis, assets_dir=settings.assets_location) as registry,
    ):
        await playground.show(MainBot(redis, registry))


def main() -> int:
    discord.utils.setup_logging(level=logging.WARNING)
    try:
        asyncio.run(until_stopped(play()))
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

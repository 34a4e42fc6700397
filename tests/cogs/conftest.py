"""What tests of the cogs share."""

from collections.abc import Generator

import pytest
import simcord
from redis.asyncio import Redis

from bot import CharacterBot
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from tests.language_border import Border, pseudo_languages


@pytest.fixture(autouse=True)
def languages() -> Generator[Border, None, None]:
    """Players and servers have languages of tests, which are checked and put back into English."""
    with pseudo_languages() as border:
        yield border
    assert not border.complaints, "\n".join(border.complaints)


@pytest.fixture
async def room_for_one(world: simcord.Env, valkey: Redis, assets: FolderAssets) -> Registry:
    """The registry of a bot in which each player may have one character."""
    registry = Registry(CharacterStore(valkey), assets, roster_limit=1)
    await world.restart_bot(CharacterBot(registry, shard_count=1))
    return registry

"""One of several processes that work on one store and one bucket.

`python -m tests.portraits.sharing_child URL LOCATION SEED OPERATIONS` prints a line for each
operation: what it did, and the paths of the portraits that it saw named.
"""

import asyncio
import random
import sys
from contextlib import suppress

from redis.asyncio import Redis

from characters.errors import CharacterError
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.model import Character
from characters.opening import open_assets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from characters.store.lease import Busy
from tests.crashes.place import ReadyRenderer
from tests.player_input import changes, given, upload

USERS = range(1, 6)
ACTS = ("create", "replace", "delete", "restore", "erase", "forget", "sweep")
WEIGHTS = (6, 6, 4, 3, 3, 1, 2)


class Worker:
    def __init__(self, client: Redis, location: str, seed: int) -> None:
        assets = open_assets(location)
        self._registry = Registry(CharacterStore(client), assets)
        self._registry.portraits._renderer = ReadyRenderer()
        self._workspace = Workspace(StoreClient(client), assets)
        self._chance = random.Random(seed)

    async def act(self) -> str:
        (act,) = self._chance.choices(ACTS, WEIGHTS)
        user_id = self._chance.choice(USERS)
        with suppress(CharacterError, Busy):  # another process was first
            await getattr(self, f"_{act}")(user_id)
            return act
        return f"{act} refused"

    async def _create(self, user_id: int) -> None:
        image = self._chance.randbytes(999)
        portrait, _ = await self._registry.portraits.keep(given(image))
        await self._registry.create(user_id, "Ana", "", portrait)

    async def _replace(self, user_id: int) -> None:
        if character := await self._any(user_id):
            draft = changes(character, upload=upload("portrait"))
            await self._registry.save(user_id, draft, self._fetch)

    async def _delete(self, user_id: int) -> None:
        if character := await self._any(user_id):
            await self._registry.delete(user_id, character.char_id)

    async def _restore(self, user_id: int) -> None:
        if trash := await self._registry.trash(user_id):
            await self._registry.restore(user_id, self._chance.choice(trash).char_id)

    async def _erase(self, user_id: int) -> None:
        if character := await self._any(user_id):
            await self._registry.erase(user_id, character.char_id)

    async def _forget(self, user_id: int) -> None:
        await self._registry.forget(user_id)

    async def _sweep(self, _: int) -> None:
        await sweep(self._workspace, force=True)

    async def _any(self, user_id: int) -> Character | None:
        roster = await self._registry.roster(user_id)
        return self._chance.choice(roster.characters) if roster.characters else None

    async def _fetch(self, _: object) -> bytes:
        return self._chance.randbytes(999)


async def main(url: str, location: str, seed: int, operations: int) -> None:
    async with Redis.from_url(url) as client:
        worker = Worker(client, location, seed)
        for _ in range(operations):
            print(await worker.act(), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))

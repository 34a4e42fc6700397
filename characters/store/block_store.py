"""Users whom the operator has shut out of the bot."""

import time
from contextlib import suppress

from characters.errors import StorageUnavailable
from characters.store.client import StoreClient
from characters.store.keys import BLOCKED

REMEMBERED = 10.0  # seconds until a process looks again who is blocked


class BlockStore:
    """Every method but `is_blocked` raises StorageUnavailable."""

    def __init__(self, client: StoreClient) -> None:
        self._client = client
        self._known: set[int] = set()
        self._until = 0.0

    async def is_blocked(self, user_id: int) -> bool:
        """What was true in the last ten seconds, or before the store stopped answering."""
        if time.monotonic() >= self._until:
            self._until = time.monotonic() + REMEMBERED
            with suppress(StorageUnavailable):
                self._known = set(await self.users())
        return user_id in self._known

    async def users(self) -> list[int]:
        found = await self._client.execute("SMEMBERS", BLOCKED)
        return sorted(int(each) for each in found if each.isdigit())

    async def block(self, user_id: int) -> bool:
        """False where the user was blocked before."""
        return await self._client.execute("SADD", BLOCKED, user_id) == 1

    async def unblock(self, user_id: int) -> bool:
        """False where the user was not blocked."""
        return await self._client.execute("SREM", BLOCKED, user_id) == 1

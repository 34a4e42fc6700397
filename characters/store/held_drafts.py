"""Drafts that a process holds while the store does not answer; no other process finds them."""

import asyncio
import time

from characters.errors import StorageUnavailable
from characters.store import limits
from characters.store.characters import CharacterStore
from characters.store.waiting_entries import DRAFT_SECONDS, kept_at, new_id

HAND_OVER_SECONDS = 10.0  # from one attempt to give them to the store to the next
HELD_LIMIT = 1000  # drafts of all users
UNDER_WAY_SECONDS = 30  # that a request takes at most until the store carries it out


class HeldDrafts:
    """Drafts as JSON, by their users and ids."""

    def __init__(self, store: CharacterStore) -> None:
        self._store = store
        self._drafts: dict[tuple[int, str], str] = {}
        self._handing_over = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def add(self, user_id: int, draft: str) -> str:
        """Returns the draft's id. The store gets it as soon as it answers."""
        draft_id = new_id()
        mine = [key for key in self._drafts if key[0] == user_id]
        if len(mine) >= limits.WAITING_ENTRIES:
            del self._drafts[mine[0]]
        elif len(self._drafts) >= HELD_LIMIT:
            del self._drafts[next(iter(self._drafts))]
        self._drafts[user_id, draft_id] = draft
        if self._task is None or self._task.done():
            self._task = self._store.client.background.begin(self._hand_over_later())
        return draft_id

    def get(self, user_id: int, draft_id: str) -> str | None:
        return self._drafts.get((user_id, draft_id))

    def of(self, user_id: int) -> list[str]:
        return [draft for (owner_id, _), draft in self._drafts.items() if owner_id == user_id]

    def drop(self, user_id: int, draft_id: str) -> None:
        self._drafts.pop((user_id, draft_id), None)

    def forget(self, user_id: int) -> None:
        self._drafts = {key: draft for key, draft in self._drafts.items() if key[0] != user_id}

    async def hand_over(self) -> None:
        """Gives the store all that it takes; the rest stays here."""
        async with self._handing_over:
            for (user_id, draft_id), draft in [*self._drafts.items()]:
                if (user_id, draft_id) not in self._drafts:  # saved or forgotten meanwhile
                    continue
                if kept_at(draft_id) > time.time() - DRAFT_SECONDS:
                    try:
                        await self._give(user_id, draft_id, draft)
                    except StorageUnavailable:
                        return
                self.drop(user_id, draft_id)

    async def _give(self, user_id: int, draft_id: str, draft: str) -> None:
        """The store takes none of a user who was forgotten since the draft is here."""
        seconds = time.time() - kept_at(draft_id) + UNDER_WAY_SECONDS
        of_same_age = max(0, DRAFT_SECONDS - int(seconds))
        keys, more = self._store.keys(user_id), (DRAFT_SECONDS, of_same_age)
        await self._store.client.run("hand_over", keys, draft_id, draft, *more)

    async def _hand_over_later(self) -> None:
        while self._drafts:
            await asyncio.sleep(HAND_OVER_SECONDS)
            await self.hand_over()

"""Work that is done once at a time for each user."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


class Turns:
    """Others wait for their turn in the order in which they came."""

    def __init__(self) -> None:
        # By the users for whom somebody works. A lock for each would take twice the time.
        self._waiting: dict[int, deque[asyncio.Future[None]]] = {}

    async def take(self, user_id: int, work: Callable[[int], Awaitable[T]]) -> T:
        """What `work` returns for the user."""
        waiting = self._waiting.get(user_id)
        if waiting is None:
            self._waiting[user_id] = deque()
        else:
            await self._wait(user_id, waiting)
        try:
            return await work(user_id)
        finally:
            self._end(user_id)

    async def _wait(self, user_id: int, waiting: deque[asyncio.Future[None]]) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had come
                self._end(user_id)
            raise

    def _end(self, user_id: int) -> None:
        waiting = self._waiting[user_id]
        while waiting:
            turn = waiting.popleft()
            if not turn.cancelled():
                turn.set_result(None)
                return
        del self._waiting[user_id]

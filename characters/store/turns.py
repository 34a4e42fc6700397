"""Work that is done once at a time for each user."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


class Turns:
    """Others wait for their turn in the order in which they came."""

    def __init__(self) -> None:
        self._turns: dict[int, _Turn] = {}

    async def take(self, user_id: int, work: Callable[[int], Awaitable[T]]) -> T:
        """What `work` returns for the user."""
        turn = self._turns.get(user_id)
        if turn is None:
            turn = self._turns[user_id] = _Turn()
        turn.calls += 1
        try:
            async with turn.lock:
                return await work(user_id)
        finally:
            turn.calls -= 1
            if not turn.calls:
                del self._turns[user_id]


class _Turn:
    """`calls` is how many work or wait."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.calls = 0

"""Reads of several users that begin in one turn of the event loop: one request for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from copy import copy
from typing import Any

from redis.exceptions import ResponseError

from characters.errors import StorageUnavailable
from characters.store.background import Background
from characters.store.time_limit import present_limit

Answer = tuple[bytes, Any]
"""The id of the marked character and its record; or an empty id and the whole roster."""

ReadOne = Callable[[int], Awaitable[Answer]]
ReadSome = Callable[[Sequence[int]], Awaitable[list[Answer]]]


class ConcurrentReads:
    """`read_some` makes one request for users, `read_one` one for a single user.

    With `joins` False every read is a request of its own: on a cluster one lost server would take
    along those who ask another one. So is a read while no other is under way, or within a
    `time_limit`. Of the others each is answered for itself: where the server refuses a request for
    several users, each of them is asked for alone. All of it belongs to one event loop at a time.
    """

    def __init__(
        self,
        read_one: ReadOne,
        read_some: ReadSome,
        background: Background,
        *,
        joins: bool = True,
    ) -> None:
        self._read_one = read_one
        self._read_some = read_some
        self._background = background
        self._joins = joins
        self._under_way = 0
        self._next: _Batch | None = None

    def read(self, user_id: int) -> Awaitable[Answer]:
        """The answer for the user. Raises what the request raises."""
        if not (self._joins and self._under_way) or present_limit():
            return self._read_alone(user_id)
        loop = asyncio.get_running_loop()
        if self._next is None or self._next.loop is not loop:
            self._next = _Batch(loop)
            loop.call_soon(self._begin, self._next)
        return self._next.wait(user_id)

    async def _read_alone(self, user_id: int) -> Answer:
        self._under_way += 1
        try:
            return await self._read_one(user_id)
        finally:
            self._under_way -= 1

    def _begin(self, batch: "_Batch") -> None:
        self._next = None
        batch.task = self._background.begin(self._answer(batch))
        batch.task.add_done_callback(batch.end)

    async def _answer(self, batch: "_Batch") -> None:
        self._under_way += 1
        try:
            user_ids = [*batch.waiting]
            for user_id, answer in zip(user_ids, await self._read_some(user_ids), strict=True):
                batch.answer(user_id, answer)
        except StorageUnavailable as error:
            if len(batch.waiting) > 1 and isinstance(error.__cause__, ResponseError):
                await asyncio.gather(*(self._retry(batch, each) for each in batch.waiting))
            batch.fail(error)
        except Exception as error:  # noqa: BLE001 - those who wait raise it
            batch.fail(error)
        finally:
            self._under_way -= 1

    async def _retry(self, batch: "_Batch", user_id: int) -> None:
        try:
            batch.answer(user_id, await self._read_alone(user_id))
        except StorageUnavailable as error:
            batch.fail(error, user_id)


class _Batch:
    """Tasks that wait for one request, by the user that they ask for."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.waiting: dict[int, list[asyncio.Future[Answer]]] = {}
        self.task: asyncio.Task[None] | None = None

    async def wait(self, user_id: int) -> Answer:
        future: asyncio.Future[Answer] = self.loop.create_future()
        self.waiting.setdefault(user_id, []).append(future)
        try:
            return await future
        except asyncio.CancelledError:
            if self.task and not self._pending(self.waiting):
                self.task.cancel()  # nobody wants the answer any more
            raise

    def answer(self, user_id: int, answer: Answer) -> None:
        for future in self._pending((user_id,)):
            future.set_result(answer)

    def fail(self, error: Exception, *user_ids: int) -> None:
        """Each gets an error of its own: an error carries the traceback of its task."""
        for future in self._pending(user_ids or self.waiting):
            own = copy(error)
            own.__cause__ = error
            future.set_exception(own)

    def end(self, _: "asyncio.Task[None]") -> None:
        """Answers those who still wait: the task was cancelled, perhaps before it began."""
        self.fail(StorageUnavailable())

    def _pending(self, user_ids: Collection[int]) -> list[asyncio.Future[Answer]]:
        futures = [future for user_id in user_ids for future in self.waiting[user_id]]
        return [future for future in futures if not future.done()]

"""Clients that send one request at a time, in an order that a seed decides.

A client stops before every request to the store and every removal of a file. Once all have stopped
one of them goes on. So the same seed makes the same history.
"""

import asyncio
import contextvars
import random
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from characters.portraits.folder import FolderAssets

_client = contextvars.ContextVar[int]("client")


class Turns:
    """`trace` holds the number of each client that went on, and with what."""

    def __init__(self, chance: random.Random) -> None:
        self.trace: list[tuple[int, str]] = []
        self._chance = chance
        self._same_again = chance.choice([0.0, 0.0, 0.5])
        self._waiting: list[tuple[int, str, asyncio.Future[None]]] = []
        self._under_way = 0
        self._ended = asyncio.Event()

    async def run(self, *clients: Coroutine[Any, Any, None]) -> None:
        """Runs the clients until all have ended. Raises what one of them raises."""
        async with asyncio.TaskGroup() as group:
            for number, client in enumerate(clients):
                context = contextvars.copy_context()
                context.run(_client.set, number)
                group.create_task(client, context=context)
            last = 0
            while await self._all_have_stopped():
                last = self._let_one_go_on(last)

    @asynccontextmanager
    async def turn(self, what: str) -> AsyncGenerator[None]:
        """Waits for the turn of the client, if it is one of those that run."""
        number = _client.get(None)
        if number is None:
            yield
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((number, what, turn))
        await turn
        try:
            yield
        finally:
            self._under_way -= 1
            self._ended.set()

    async def _all_have_stopped(self) -> bool:
        """False where all have ended."""
        while self._under_way:
            self._ended.clear()
            await self._ended.wait()
        ready: Any = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        while ready:  # noqa: ASYNC110 - other tasks of this loop send no events
            await asyncio.sleep(0)
        return bool(self._waiting)

    def _let_one_go_on(self, last: int) -> int:
        again = [each for each in self._waiting if each[0] == last]
        stays = again and self._chance.random() < self._same_again
        chosen = self._chance.choice(again if stays else self._waiting)
        self._waiting.remove(chosen)
        number, what, turn = chosen
        self.trace.append((number, what))
        self._under_way += 1
        turn.set_result(None)
        return number


class TurnRedis(Redis):
    """A client of the store that waits for its turn before each request."""

    turns: Turns | None = None

    async def execute_command(self, *command: Any, **options: Any) -> Any:
        if self.turns is None:
            return await super().execute_command(*command, **options)
        async with self.turns.turn(str(command[0])):
            return await super().execute_command(*command, **options)

    def pipeline(self, transaction: bool = True, shard_hint: Any = None) -> Pipeline:  # noqa: FBT001, FBT002 - as Redis has it
        if self.turns is None:
            return super().pipeline(transaction, shard_hint)
        pool, callbacks = self.connection_pool, self.response_callbacks
        pipeline = _TurnPipeline(pool, callbacks, transaction, shard_hint)
        pipeline.turns = self.turns
        return pipeline


class _TurnPipeline(Pipeline):
    turns: Turns

    async def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002 - as Redis has it
        async with self.turns.turn("pipeline"):
            return await super().execute(raise_on_error)


class TurnAssets(FolderAssets):
    """A folder of portraits; a client waits for its turn before it removes one."""

    turns: Turns | None = None

    async def remove(self, path: str) -> None:
        if self.turns is None:
            return await super().remove(path)
        async with self.turns.turn("remove"):
            return await super().remove(path)


class SameThread(ThreadPoolExecutor):
    """Does the work of threads at once, so that its end comes at the same place each time."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = Future[Any]()
        try:
            future.set_result(work(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - for whoever waits for the work
            future.set_exception(error)
        return future

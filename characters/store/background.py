"""Tasks that use the client of the store while nobody waits for them: they end before it does."""

import asyncio
import contextvars
from collections.abc import Coroutine, Iterable
from typing import Any

AGAIN_SECONDS = 0.1  # redis-py may swallow one cancellation, so there is another


class Background:
    """They begin in an empty context, as they belong to no player's command."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = contextvars.Context().run(asyncio.create_task, work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def end(self) -> None:
        """Returns when all have ended that run in this event loop."""
        loop = asyncio.get_running_loop()
        await end_tasks([task for task in self._tasks if task.get_loop() is loop])


async def end_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels tasks until all have ended."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=AGAIN_SECONDS)


def check_cancelled() -> None:
    """Raises CancelledError where this task was cancelled, although a client swallowed it."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError

"""Tasks that use the client of the store while nobody waits for them: they end before it does."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any

AGAIN_SECONDS = 0.1  # a client that is connecting may swallow one cancellation, so there is another


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
        while tasks := [each for each in self._tasks if each.get_loop() is loop]:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=AGAIN_SECONDS)

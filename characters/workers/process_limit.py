"""A limit that holds for a whole process, whatever its event loops and threads."""

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field


@dataclass(eq=False)
class _Task:
    """A task that holds a slot or waits for one; `woken` is set when there may be one for it."""

    loop: asyncio.AbstractEventLoop
    owner: int | None
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    holds: bool = False


class ProcessLimit:
    """Gives out a number of slots: to who has the fewest, and among equals to who came first.

    A slot is never passed to a task: the task takes it itself once it runs. So none is lost with a
    task that was cancelled, or whose event loop was closed.
    """

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._tasks: list[_Task] = []
        # Reentrant: while it is held, garbage collection may close a coroutine that leaves `slot`.
        self._lock = threading.RLock()

    @contextlib.asynccontextmanager
    async def slot(self, owner: int | None = None) -> AsyncGenerator[None, None]:
        """Waits for a slot, and holds it until the block ends; all without an owner share one."""
        task = _Task(asyncio.get_running_loop(), owner)
        with self._lock:
            self._tasks.append(task)
        try:
            while not self._take_slot(task):
                # At most a second, as no one wakes it when a loop is closed that has a slot.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        await task.woken.wait()
                task.woken.clear()
            yield
        finally:
            self._leave(task)

    @property
    def held(self) -> int:
        """How many slots are in use."""
        return sum(each.holds for each in tuple(self._tasks))

    @property
    def waiting(self) -> int:
        """How many tasks wait for a slot."""
        return sum(not each.holds for each in tuple(self._tasks))

    def _take_slot(self, task: _Task) -> bool:
        with self._lock:
            task.holds = task in self._next()
            return task.holds

    def _leave(self, task: _Task) -> None:
        with self._lock:
            if task in self._tasks:
                self._tasks.remove(task)
            for each in self._next():
                with contextlib.suppress(RuntimeError):  # its loop was closed just now
                    each.loop.call_soon_threadsafe(each.woken.set)

    def _next(self) -> list[_Task]:
        """The waiting tasks for which there are slots now."""
        # From a copy, as garbage collection may change the list here.
        self._tasks = [each for each in tuple(self._tasks) if not each.loop.is_closed()]
        held = Counter(each.owner for each in self._tasks if each.holds)
        waiting = [each for each in self._tasks if not each.holds and each.loop.is_running()]
        chosen: list[_Task] = []
        for _ in range(min(self._slots - held.total(), len(waiting))):
            task = min(waiting, key=lambda each: held[each.owner])
            waiting.remove(task)
            held[task.owner] += 1
            chosen.append(task)
        return chosen

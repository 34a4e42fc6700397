"""What kills a process at a chosen step of its work.

A step is a request to the store, or work on files in a thread. The process is killed before it
begins (after the one before it, nothing else is written), or a moment later, in the middle of it.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis, RedisCluster

KILLED = (-signal.SIGKILL, -signal.SIGALRM)  # the exit status of a process that was stopped


@dataclass
class Stop:
    """Kills this process `delay` seconds after it has come to its `step`-th step."""

    step: int
    delay: float = 0
    reached: int = 0

    def count(self) -> None:
        self.reached += 1
        if self.reached != self.step:
            return
        if self.delay:
            signal.setitimer(signal.ITIMER_REAL, self.delay)  # the kernel ends it, as by SIGKILL
        else:
            os.kill(os.getpid(), signal.SIGKILL)


class _Stopping:
    """What a client of either kind has in addition."""

    stop: Stop

    async def execute_command(self, *command: Any, **options: Any) -> Any:
        self.stop.count()
        return await super().execute_command(*command, **options)  # type: ignore[misc] - of a client


class StoppingRedis(_Stopping, Redis):
    pass


class StoppingCluster(_Stopping, RedisCluster):
    pass


class StoppingLoop(asyncio.SelectorEventLoop):
    """Every call of `aiofiles`, and of our own in a thread, goes through `run_in_executor`."""

    def __init__(self, stop: Stop) -> None:
        super().__init__()
        self._stop = stop

    def run_in_executor(
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        self._stop.count()
        return super().run_in_executor(executor, func, *args)

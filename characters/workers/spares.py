"""Workers that are started ahead of their request, so that a player does not wait for the start.

There is at most one for each command, from the first request on. It has loaded its libraries and
given up its rights, serves one request, and is replaced. One that is not needed ends by itself
after `SPARE_SECONDS`, and every one when this process ends. Measured with Pillow: 26 MiB of memory.
"""

import atexit
import contextlib
import os

from characters.workers.worker import Worker

SPARE_SECONDS = 300.0  # that a spare worker waits for a request
_MARGIN = 5.0  # seconds before that in which it is no longer used: it may be about to end

_spares: dict[tuple[int, tuple[str, ...]], Worker] = {}  # by this process, which a fork changes


def take_worker(command: tuple[str, ...]) -> Worker:
    """The spare worker, or a new one. Raises OSError where none can be started."""
    spare = _spares.pop((os.getpid(), command), None)
    if spare is None:
        return Worker(command)
    if spare.runs and spare.age < SPARE_SECONDS - _MARGIN:
        return spare
    spare.end()
    return Worker(command)


def start_spare(command: tuple[str, ...]) -> None:
    """Starts a spare worker where there is none; without one, the next request starts its own."""
    key = (os.getpid(), command)
    if key in _spares:
        return
    with contextlib.suppress(OSError):
        worker = Worker(command)
        if _spares.setdefault(key, worker) is not worker:  # another thread was faster
            worker.end()


def end_spares() -> None:
    """Ends the spare workers of this process."""
    for key in tuple(_spares):
        if key[0] == os.getpid() and (spare := _spares.pop(key, None)):
            spare.end()


atexit.register(end_spares)

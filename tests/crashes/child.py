"""Runs operations and commands, each in a process of its own that is killed at some step.

`python -m tests.crashes.child URL FOLDER` reads lines with the name of an operation, the user id,
the step and the seconds after it, and answers each with the exit status of the process. All modules
are imported once; then every process is a copy of this one.
"""

import asyncio
import gc
import os
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import Any

from tests.crashes.commands import COMMANDS
from tests.crashes.operations import OPERATIONS
from tests.crashes.place import opened
from tests.crashes.stopping import Stop, StoppingCluster, StoppingLoop, StoppingRedis

ACTS = OPERATIONS | COMMANDS
assert len(ACTS) == len(OPERATIONS) + len(COMMANDS), "an operation and a command have one name"


def main(url: str, folder: Path) -> None:
    gc.freeze()  # a collection in a copy would copy all of the memory
    for line in sys.stdin:
        name, user_id, step, delay = line.split()
        if child := os.fork():
            _, status = os.waitpid(child, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
        else:
            os._exit(_act(url, folder, name, int(user_id), Stop(int(step), float(delay))))


def _act(url: str, folder: Path, name: str, user_id: int, stop: Stop) -> int:
    def client(url: str) -> Any:
        kind = StoppingRedis if url.startswith("unix:") else StoppingCluster
        client = kind.from_url(url)
        client.stop = stop
        return client

    async def act() -> None:
        async with opened(url, folder, client) as place:
            await ACTS[name].act(place, user_id)

    try:
        with asyncio.Runner(loop_factory=partial(StoppingLoop, stop)) as runner:
            runner.run(act())
    except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

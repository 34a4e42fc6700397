"""Moves assets, each time in a process of its own that can be killed at any moment.

`python -m tests.crashes.moving_child URL` reads lines with a source and a target, and answers each
with the process id, then with its exit status. All modules are imported once; then every process is
a copy of this one.
"""

import asyncio
import os
import sys
import traceback

from redis.asyncio import Redis

import characters.portraits.objects  # noqa: F401 - once, and not in every copy
from characters.maintenance.move import move_assets
from characters.maintenance.workspace import Workspace
from characters.opening import open_assets
from characters.store.client import StoreClient


def main(url: str) -> None:
    for line in sys.stdin:
        source, target = line.split()
        if child := os.fork():
            print(child, flush=True)
            _, status = os.waitpid(child, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
        else:
            os._exit(_moved(url, source, target))


def _moved(url: str, source: str, target: str) -> int:
    async def move() -> None:
        async with Redis.from_url(url) as client:
            old, new = open_assets(source), open_assets(target)
            await move_assets(Workspace(StoreClient(client), old), old, new)

    try:
        asyncio.run(move())
    except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main(sys.argv[1])

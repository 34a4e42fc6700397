"""One at a time: what removes files or renames keys would take away what another has just looked at."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from characters.errors import OperatorError, StorageUnavailable
from characters.store import scripts as lua
from characters.store.client import StoreClient

CLAIM = "game:upkeep"
SECONDS = 120  # that a claim lasts, unless it is renewed: as long as others wait for a process that was killed
WAIT = 5.0  # seconds: a short sweep is worth waiting for
_RENEWALS = 6  # while a claim lasts

log = logging.getLogger(__name__)


class Busy(OperatorError):
    def __init__(self, holder: str) -> None:
        super().__init__(
            f"Not now: {holder} is at work on this store. Run this again when that has ended; "
            f"if it was killed, in {SECONDS // 60} minutes."
        )


class _Lost(OperatorError):
    def __init__(self) -> None:
        super().__init__(
            "The store did not answer for too long, so another process may be at work: run this again."
        )


@asynccontextmanager
async def lease(client: StoreClient, what: str) -> AsyncGenerator[None, None]:
    """For as long as the block lasts nobody else sweeps, imports, moves or renames in this store.

    The block is cancelled where the claim can't be renewed in time. Raises Busy, StorageUnavailable, OperatorError.
    """
    token = f"`{what}` (process {os.getpid()} on {socket.gethostname()}) {secrets.token_hex(8)}"
    await _take(client, token)
    lost = asyncio.Event()
    watchdog = asyncio.create_task(_keep(client, token, asyncio.current_task(), lost))
    try:
        yield
    except asyncio.CancelledError:
        if not lost.is_set():
            raise
        if work := asyncio.current_task():
            work.uncancel()
        raise _Lost from None
    finally:
        watchdog.cancel()
        with suppress(StorageUnavailable):  # then it ends by itself
            await client.run(lua.CLAIM, [CLAIM], "release", token, 0)


async def _take(client: StoreClient, token: str) -> None:
    deadline = asyncio.get_running_loop().time() + WAIT
    while (held := (await client.run(lua.CLAIM, [CLAIM], "take", token, SECONDS)).decode()) not in {
        "",
        token,
    }:
        if asyncio.get_running_loop().time() > deadline:
            raise Busy(held.rpartition(" ")[0])
        await asyncio.sleep(0.1)


async def _keep(
    client: StoreClient, token: str, work: asyncio.Task[object] | None, lost: asyncio.Event
) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + SECONDS
    while loop.time() < until:
        await asyncio.sleep(SECONDS / _RENEWALS)
        asked = loop.time()
        with suppress(StorageUnavailable):
            if (await client.run(lua.CLAIM, [CLAIM], "renew", token, SECONDS)).decode() != token:
                break
            until = asked + SECONDS
    log.warning("The claim on the store was lost; stopping")
    lost.set()
    if work:
        work.cancel()

"""The lease on maintenance: one process at a time removes files or renames keys."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from characters.errors import OperatorError, StorageUnavailable
from characters.store.background import check_cancelled
from characters.store.client import StoreClient
from characters.store.keys import MAINTENANCE

SECONDS = 120  # until a lease ends that is not renewed, for instance of a killed process
WAIT = 5.0  # seconds to wait for a short sweep
RENEWALS = 6  # during `SECONDS`

log = logging.getLogger(f"game_characters.{__name__}")


class Busy(OperatorError):
    def __init__(self, holder: str) -> None:
        super().__init__(
            f"{holder} is at work on this store. Run this command again when that has ended; "
            f"if that process was killed, in {SECONDS // 60} minutes."
        )


@asynccontextmanager
async def lease(client: StoreClient, what: str) -> AsyncGenerator[None, None]:
    """Inside the block no other process sweeps, restores, moves or renames in this store.

    The block is cancelled where the lease can't be renewed in time.

    Raises Busy, StorageUnavailable, OperatorError.
    """
    process = f"process {os.getpid()} on {socket.gethostname()}"
    token = f"`{what}` ({process}) {secrets.token_hex(8)}"
    limit = asyncio.timeout(SECONDS)
    try:
        await _take(client, token)  # who is cancelled meanwhile may have it
        async with limit:
            renewal = client.background.begin(_renew(client, token, limit))
            try:
                yield
            finally:
                renewal.cancel()
    except TimeoutError:
        if not limit.expired():
            raise
        raise OperatorError(
            "The store did not answer for too long, so another process may be at work: "
            "run this command again."
        ) from None
    finally:
        with suppress(StorageUnavailable):  # the lease then ends by itself
            await client.run("lease", MAINTENANCE, "release", token, 0)


async def _take(client: StoreClient, token: str) -> None:
    deadline = asyncio.get_running_loop().time() + WAIT
    while True:
        answer = await client.run("lease", MAINTENANCE, "take", token, SECONDS)
        holder = answer.decode()
        if holder in {"", token}:
            return
        if asyncio.get_running_loop().time() > deadline:
            raise Busy(holder.rpartition(" ")[0])
        await asyncio.sleep(0.1)


async def _renew(client: StoreClient, token: str, limit: asyncio.Timeout) -> None:
    """Moves the limit of the block forward with each renewal; ends it where the lease is lost."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(SECONDS / RENEWALS)
        asked = loop.time()
        holder = None
        with suppress(StorageUnavailable):
            holder = await client.run("lease", MAINTENANCE, "renew", token, SECONDS)
        check_cancelled()  # the block has ended
        if limit.expired():
            return
        if holder is None:
            continue
        if holder.decode() != token:
            log.warning("The lease on maintenance was lost; stopping")
            limit.reschedule(asked)
            return
        limit.reschedule(asked + SECONDS)

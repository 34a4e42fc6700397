"""Turns of a user that hold in all processes, and end where a process is killed."""

import asyncio
import secrets
from contextlib import suppress

from characters.errors import StorageUnavailable
from characters.store.client import StoreClient

SECONDS = 15  # until a turn ends that is not renewed
RENEWALS = 3  # during `SECONDS`
ASK_AGAIN = 0.1  # seconds, while another one has its turn

NOBODY = b""


class SharedTurn:
    """One action that waits for its turn and has it; those before it in the key come first."""

    def __init__(self, client: StoreClient, key: str) -> None:
        self._client = client
        self._key = key
        self._token = secrets.token_hex(8)
        self._is_over = False
        self._timer: asyncio.TimerHandle | None = None

    async def is_free(self) -> bool:
        """Whether no action has its turn. Raises StorageUnavailable."""
        return await self._ask(0) == NOBODY

    async def has_come(self) -> bool:
        """Asks for the turn, which is renewed from then on. Raises StorageUnavailable."""
        if await self._ask(SECONDS, new=True) != self._token.encode():
            return False
        self._renew_later()
        return True

    async def wait(self) -> None:
        """Raises StorageUnavailable."""
        while not await self.has_come():  # noqa: ASYNC110 - another process ends it
            await asyncio.sleep(ASK_AGAIN)

    async def end(self) -> None:
        """Also where it has not come; the next one is told when it asks."""
        self._is_over = True
        if self._timer:
            self._timer.cancel()
        with suppress(StorageUnavailable):  # it then ends by itself
            await self._ask(0)

    async def _ask(self, seconds: int, *, new: bool = False) -> bytes:
        return await self._client.run("shared_turn", self._key, self._token, seconds, int(new))

    def _renew_later(self) -> None:
        if not self._is_over:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(SECONDS / RENEWALS, self._begin_renewal)

    def _begin_renewal(self) -> None:
        self._client.background.begin(self._renew())

    async def _renew(self) -> None:
        with suppress(StorageUnavailable):
            await self._ask(SECONDS)
        self._renew_later()

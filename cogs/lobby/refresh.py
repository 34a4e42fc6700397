"""The messages of all lobbies, kept up to date."""

import asyncio
import contextlib
import logging
from typing import Any
from weakref import WeakValueDictionary

import discord

from characters.errors import CharacterError, LobbyGone
from characters.lobby.lobby import Lobby
from characters.registry import Registry
from cogs.characters.ui.messages import NO_PINGS, Notice
from cogs.lobby import texts
from cogs.lobby.message import table

PAUSE = (
    1.0  # seconds in which edits of one message are collected; discord.py keeps Discord's limits
)
ARCHIVED = 50083  # the thread is archived
REFUSED = {400, 413}  # the body of the request, or its size

log = logging.getLogger(__name__)


class TableGone(CharacterError):
    def __init__(self) -> None:
        super().__init__(
            "The lobby's message is gone, and the lobby with it. A session that has started goes on."
        )


class TableLocked(CharacterError):
    def __init__(self) -> None:
        super().__init__(
            "That is done, but I may no longer change the lobby's message. Somebody who manages this channel can let "
            "me view it and attach files; the next press then shows everything."
        )


class TableBehind(CharacterError):
    def __init__(self) -> None:
        super().__init__(
            "That is done, but Discord did not take the lobby's message. The next press tries again."
        )


class Refresher:
    """Redraws lobbies: one edit at a time for each, however many ask for it, and the last one shows the final state."""

    def __init__(self, bot: Any) -> None:
        self._bot = bot
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._waiting: dict[int, asyncio.Task[None]] = {}

    @property
    def _registry(self) -> Registry:
        return self._bot.registry

    async def redraw(self, channel_id: int, lobby_id: int) -> None:
        """Returns when the message shows the lobby as it is now, or later.

        Raises TableGone, TableLocked, TableBehind, StorageUnavailable.
        """
        if (turn := self._waiting.get(lobby_id)) is None:
            turn = self._waiting[lobby_id] = asyncio.create_task(
                self._take_turn(channel_id, lobby_id)
            )
            turn.add_done_callback(_retrieved)
        await asyncio.shield(turn)  # others wait for it too

    async def _take_turn(self, channel_id: int, lobby_id: int) -> None:
        lock = self._locks.setdefault(lobby_id, asyncio.Lock())
        busy = lock.locked()
        async with lock:
            if busy:
                await asyncio.sleep(PAUSE)
            del self._waiting[
                lobby_id
            ]  # who asks from here on may see more than we do, and gets another turn
            while True:
                if await self._draw(channel_id, lobby_id) or lobby_id in self._waiting:
                    return
                await asyncio.sleep(PAUSE)

    async def _draw(self, channel_id: int, lobby_id: int) -> bool:
        """Whether the message shows the lobby as it still is: another process may have drawn it meanwhile."""
        lobbies, lobby = self._registry.lobbies, None
        message = self._bot.get_partial_messageable(channel_id).get_partial_message(lobby_id)
        with contextlib.suppress(LobbyGone):
            lobby = await lobbies.get(lobby_id)
        try:
            await self._edit(message, lobby)
        except discord.NotFound:
            await lobbies.forget(lobby_id)
            raise TableGone from None
        except discord.HTTPException as error:
            log.warning("The message of lobby %s could not be changed: %s", lobby_id, error)
            locked = isinstance(error, discord.Forbidden) or error.code == ARCHIVED
            raise (TableLocked if locked else TableBehind) from None
        return await lobbies.version(lobby_id) == (lobby and lobby.version)

    async def _edit(self, message: discord.PartialMessage, lobby: Lobby | None) -> None:
        panel = await table(self._registry, lobby) if lobby else Notice(texts.GONE)
        try:
            await message.edit(view=panel, attachments=panel.files, allowed_mentions=NO_PINGS)
        except discord.HTTPException as error:
            if lobby is None or not panel.files or error.status not in REFUSED:
                raise
            log.warning(
                "Lobby %s is shown without portraits, which Discord refused: %s",
                lobby.lobby_id,
                error,
            )
            panel = await table(self._registry, lobby, pictures=False)
            await message.edit(view=panel, attachments=[], allowed_mentions=NO_PINGS)


def _retrieved(turn: asyncio.Task[None]) -> None:
    """Whoever waited for the turn may be gone; then nobody needs its error."""
    if not turn.cancelled():
        turn.exception()

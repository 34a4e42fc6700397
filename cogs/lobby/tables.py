"""The messages of all lobbies, kept up to date."""

import asyncio
from typing import Any
from weakref import WeakValueDictionary

import discord

from characters.errors import CharacterError, LobbyGone
from characters.registry import Registry
from cogs.lobby import texts
from cogs.lobby.table import table
from cogs.ui import NO_PINGS, Notice

PAUSE = 1.0  # seconds between two edits of a message: Discord takes five in five seconds


class TableGone(CharacterError):
    def __init__(self) -> None:
        super().__init__("The lobby's message is gone, and the lobby with it. `/lobby open` opens a new one.")


class TableLocked(CharacterError):
    def __init__(self) -> None:
        super().__init__(
            "That is done, but I may no longer change the lobby's message. Somebody who manages this channel can let "
            "me view it and attach files; the next press then shows everything."
        )


class Tables:
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

        Raises TableGone, TableLocked, StorageUnavailable, discord.HTTPException.
        """
        if (turn := self._waiting.get(lobby_id)) is None:
            turn = self._waiting[lobby_id] = asyncio.create_task(self._take_turn(channel_id, lobby_id))
        await asyncio.shield(turn)  # others wait for it too

    async def _take_turn(self, channel_id: int, lobby_id: int) -> None:
        lock = self._locks.setdefault(lobby_id, asyncio.Lock())
        busy = lock.locked()
        async with lock:
            if busy:
                await asyncio.sleep(PAUSE)
            del self._waiting[lobby_id]  # who asks from here on may see more than we do, and gets another turn
            while True:
                if await self._draw(channel_id, lobby_id) or lobby_id in self._waiting:
                    return
                await asyncio.sleep(PAUSE)

    async def _draw(self, channel_id: int, lobby_id: int) -> bool:
        """Whether the message shows the lobby as it still is: another process may have drawn it meanwhile."""
        lobbies, version = self._registry.lobbies, None
        try:
            lobby = await lobbies.get(lobby_id)
            panel, version = await table(self._registry, lobby), lobby.version
        except LobbyGone:
            panel = Notice(texts.GONE)
        message = self._bot.get_partial_messageable(channel_id).get_partial_message(lobby_id)
        try:
            await message.edit(view=panel, attachments=panel.files, allowed_mentions=NO_PINGS)
        except discord.NotFound:
            await lobbies.forget(lobby_id)
            raise TableGone from None
        except discord.Forbidden:
            raise TableLocked from None
        return await lobbies.version(lobby_id) == version

"""Keeps the messages of all lobbies up to date."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from weakref import WeakValueDictionary

import discord

from characters.errors import CharacterError, LobbyGone
from characters.lobby.lobby import Lobby
from cogs.characters.ui.answers import NO_PINGS, Refused
from cogs.characters.ui.host import Bot, registry_of
from cogs.characters.ui.language import _, in_language
from cogs.characters.ui.panels import Notice
from cogs.characters.ui.reply import UNREACHABLE
from cogs.lobby import texts
from cogs.lobby.message import lobby_message

# Seconds in which edits of one message are collected; discord.py keeps Discord's rate limits.
PAUSE = 1.0
FINISH_SECONDS = 5.0  # for the edits that are left when the bot stops
ARCHIVED = 50083  # Discord's code for an archived thread
REFUSED = {400, 413}  # HTTP: the content of the request, or its size

log = logging.getLogger(f"game_characters.{__name__}")


class _NotTakenError(Exception):
    """Discord did not take the message. Each who waits reads the sentence in their language."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Refresher:
    """Redraws lobbies: one edit at a time for each, and the last one shows the final state.

    Another process may edit the same message: whoever finds a later version of the lobby after an
    edit, draws it again. So the last edit of all, however late it arrives, is of the last version.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._waiting: dict[int, asyncio.Task[None]] = {}
        self._turns: set[asyncio.Task[None]] = set()

    async def redraw(self, channel_id: int, lobby_id: int) -> None:
        """Returns when the message shows the lobby as it was at this call, or later.

        Raises Refused if Discord does not take the message, and StorageUnavailable.
        """
        try:
            await asyncio.shield(self._next_turn(channel_id, lobby_id))  # others wait for it too
        except _NotTakenError as error:
            raise Refused(_(error.sentence)) from None

    def _next_turn(self, channel_id: int, lobby_id: int) -> asyncio.Task[None]:
        if lobby_id not in self._waiting:
            lock = self._locks.setdefault(lobby_id, asyncio.Lock())
            pause = PAUSE if lock.locked() else 0
            turn = asyncio.create_task(self._take_turn(channel_id, lobby_id, lock, pause))
            turn.add_done_callback(_retrieve)
            self._turns.add(turn)
            turn.add_done_callback(self._turns.discard)
            self._waiting[lobby_id] = turn
        return self._waiting[lobby_id]

    async def _take_turn(
        self, channel_id: int, lobby_id: int, lock: asyncio.Lock, pause: float
    ) -> None:
        async with lock:
            await asyncio.sleep(pause)
            # A caller from here on may know of later changes than we draw, and gets a new task.
            del self._waiting[lobby_id]
            if not await self._draw(channel_id, lobby_id):
                self._next_turn(channel_id, lobby_id)

    async def close(self) -> None:
        """Finishes what has begun, or else ends it."""
        await _finish(lambda: self._turns)

    async def _draw(self, channel_id: int, lobby_id: int) -> bool:
        """False if the lobby has changed in the meantime, perhaps by another process."""
        lobbies, lobby = registry_of(self._bot).lobbies, None
        with contextlib.suppress(LobbyGone):
            lobby = await lobbies.get(lobby_id, channel_id)
        message = self._bot.get_partial_messageable(channel_id).get_partial_message(lobby_id)
        edits = registry_of(self._bot).measures.lobby_edits
        try:
            await self._edit(message, lobby)
            edits["edited"] += 1
        except discord.NotFound:
            edits["gone"] += 1
            if lobby:
                await lobbies.delete(lobby_id)
            raise _NotTakenError(texts.MESSAGE_GONE) from None
        except UNREACHABLE as error:
            edits["refused"] += 1
            log.warning("The message of lobby %s could not be changed: %s", lobby_id, error)
            if isinstance(error, discord.Forbidden) or getattr(error, "code", 0) == ARCHIVED:
                raise _NotTakenError(texts.MESSAGE_LOCKED) from None
            raise _NotTakenError(texts.MESSAGE_BEHIND) from None
        return lobby is None or await lobbies.version(lobby_id) == lobby.version

    async def _edit(self, message: discord.PartialMessage, lobby: Lobby | None) -> None:
        if lobby is None:
            guild = getattr(self._bot.get_channel(message.channel.id), "guild", None)
            with in_language(guild and guild.preferred_locale):
                panel = Notice(_(texts.GONE))
            await message.edit(view=panel, attachments=[])
            return
        registry = registry_of(self._bot)
        panel = await lobby_message(registry, lobby)
        try:
            await message.edit(view=panel, attachments=panel.files, allowed_mentions=NO_PINGS)
        except discord.HTTPException as error:
            if not panel.files or error.status not in REFUSED:
                raise
            log.warning("Discord refused the portraits of lobby %s: %s", lobby.lobby_id, error)
            panel = await lobby_message(registry, lobby, pictures=False)
            await message.edit(view=panel, attachments=[], allowed_mentions=NO_PINGS)


class Changes:
    """Redraws the lobbies of players whose characters have changed.

    One task at a time for each player; changes that come meanwhile, such as those of an import,
    share the next round of it.
    """

    def __init__(self, bot: Bot, refresher: Refresher) -> None:
        self._bot = bot
        self._refresher = refresher
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()

    def note(self, user_id: int) -> None:
        """The lobbies show it soon."""
        self._again.add(user_id)
        if user_id not in self._tasks:
            self._tasks[user_id] = asyncio.create_task(self._work(user_id))

    async def redraw(self, lobbies: Iterable[Lobby]) -> None:
        """Where a message can't be changed, the others still are."""
        for lobby in lobbies:
            with contextlib.suppress(CharacterError):
                await self._refresher.redraw(lobby.channel_id, lobby.lobby_id)

    async def close(self) -> None:
        """Finishes what has begun, or else ends it."""
        await _finish(self._tasks.values)
        await self._refresher.close()

    async def _work(self, user_id: int) -> None:
        try:
            while user_id in self._again:
                self._again.discard(user_id)
                with contextlib.suppress(CharacterError):  # the next press shows it
                    await self.redraw(await registry_of(self._bot).lobbies.touch_seats(user_id))
        finally:
            self._again.discard(user_id)
            del self._tasks[user_id]


async def _finish(running: Callable[[], Iterable[asyncio.Task[None]]]) -> None:
    """Waits for tasks, also for those that they begin, and ends those that take too long."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + FINISH_SECONDS
    while (tasks := {*running()}) and (seconds := deadline - loop.time()) > 0:
        await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _retrieve(turn: asyncio.Task[None]) -> None:
    """Takes the error of a task, which asyncio would log if all who waited were cancelled."""
    if not turn.cancelled():
        turn.exception()

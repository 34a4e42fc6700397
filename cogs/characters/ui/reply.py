"""The first answer to an interaction: Discord takes one, and waits three seconds for it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

import aiohttp
import discord

from cogs.characters.ui.observing import mark_first_answer

PUT_OFF_AFTER = 2.0  # seconds
# What a request to Discord may raise.
UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, OSError)

_KEY = "game_characters.reply"

log = logging.getLogger(f"game_characters.{__name__}")


class Reply:
    """The first answer is given inside `first`, as a timer may put it off meanwhile.

    `private` says for whom the note is that the bot is thinking, which the next answer replaces:
    True for the user, False for the channel, None without such a note.
    """

    def __init__(self, interaction: discord.Interaction) -> None:
        self._interaction = interaction
        self._begun = asyncio.get_running_loop().time()
        self._lock = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._late: asyncio.Task[None] | None = None
        self.private: bool | None = None

    @classmethod
    def to(cls, interaction: discord.Interaction) -> "Reply":
        return interaction.extras.setdefault(_KEY, cls(interaction))

    @asynccontextmanager
    async def first(self) -> AsyncGenerator[bool, None]:
        """True where an answer given inside is the first one."""
        response = self._interaction.response
        async with self._lock:
            is_first = not response.is_done()
            yield is_first
            if is_first and response.is_done():
                mark_first_answer()
            if self._timer and response.is_done():
                self._timer.cancel()

    async def put_off(self, *, thinking: bool | None = None, ephemeral: bool = True) -> None:
        """Says that the answer will come, unless one was given.

        `thinking` shows a note, which there must be where no message can be redrawn later.
        """
        if thinking is None:
            thinking = self._interaction.message is None
        async with self.first() as is_first:
            if is_first:
                await self._interaction.response.defer(thinking=thinking, ephemeral=ephemeral)
                self.private = ephemeral if thinking else None

    @contextmanager
    def in_time(self, *, ephemeral: bool) -> Generator[None, None, None]:
        """What is not answered inside two seconds after the reply was begun is put off."""
        put_off = partial(self._start_to_put_off, ephemeral=ephemeral)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(self._begun + PUT_OFF_AFTER, put_off)
        try:
            yield
        finally:
            self._timer.cancel()

    def _start_to_put_off(self, *, ephemeral: bool) -> None:
        self._late = asyncio.create_task(self._put_off_late(ephemeral=ephemeral))

    async def _put_off_late(self, *, ephemeral: bool) -> None:
        try:
            await self.put_off(ephemeral=ephemeral)
        except UNREACHABLE as error:
            log.info("An answer could not be put off: %s", error)

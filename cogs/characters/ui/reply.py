"""The first answer to an interaction: Discord takes one, and waits three seconds for it."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import discord

PUT_OFF_AFTER = 2.0  # seconds
# What a request to Discord may raise.
UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, OSError)

_KEY = "game_characters.reply"

log = logging.getLogger(f"game_characters.{__name__}")


class Reply:
    """Whatever may be the first answer is sent inside `lock`, as a timer may put it off meanwhile.

    `private` says for whom the note is that the bot is thinking, which the next answer replaces:
    True for the user, False for the channel, None without such a note.
    """

    def __init__(self, interaction: discord.Interaction) -> None:
        self._interaction = interaction
        self.lock = asyncio.Lock()
        self.private: bool | None = None

    @classmethod
    def to(cls, interaction: discord.Interaction) -> "Reply":
        return interaction.extras.setdefault(_KEY, cls(interaction))

    async def put_off(self, *, thinking: bool | None = None, ephemeral: bool = True) -> None:
        """Says that the answer will come, unless one was given.

        `thinking` shows a note, which there must be where no message can be redrawn later.
        """
        if thinking is None:
            thinking = self._interaction.message is None
        async with self.lock:
            if not self._interaction.response.is_done():
                await self._interaction.response.defer(thinking=thinking, ephemeral=ephemeral)
                self.private = ephemeral if thinking else None

    @asynccontextmanager
    async def in_time(self, *, ephemeral: bool) -> AsyncGenerator[None, None]:
        """What is not answered inside after two seconds is put off."""
        timer = asyncio.create_task(self._put_off_late(ephemeral=ephemeral))
        try:
            yield
        finally:
            timer.cancel()

    async def _put_off_late(self, *, ephemeral: bool) -> None:
        await asyncio.sleep(PUT_OFF_AFTER)
        try:
            await self.put_off(ephemeral=ephemeral)
        except UNREACHABLE as error:
            log.info("An answer could not be put off: %s", error)

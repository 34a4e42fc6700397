"""Tells the story: from a lobby's start to the first scene, then from message to message.

This folder has no `__init__.py`, so Python finds `cogs.characters` and `cogs.lobby` beside it.
"""

import io
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import discord
import story
from discord.ext import commands

import game_characters
from characters import GameSession

if TYPE_CHECKING:
    from main import MainBot

DAY = 24 * 60 * 60  # seconds
MESSAGE_LIMIT = 2000  # letters that Discord takes


class Storyteller(commands.Cog):
    """`tell` makes the text of a scene, and `paint` its picture; models may take their place."""

    def __init__(
        self,
        bot: "MainBot",
        tell: Callable[[story.Prompt], str] = story.tell,
        paint: Callable[[story.Prompt], bytes | None] = story.paint,
    ) -> None:
        self.bot = bot
        self.tell = tell
        self.paint = paint

    @commands.Cog.listener()
    async def on_game_session_start(self, session: GameSession) -> None:
        """A lobby has started: the characters are those of that moment, one for each player."""
        # The event comes again where a bot stopped in between, so the first one leaves a mark.
        mark = f"story:{session.session_id}"
        if not await self.bot.redis.set(mark, "begun", nx=True, ex=DAY):
            return
        channel = self.bot.get_partial_messageable(session.channel_id)
        await self.send_scene(channel, f"Begin the game {session.title!r}.", session.characters)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """A player says what happens next, as the character that is active at that moment."""
        if message.author.bot or not self.is_for_us(message):
            return
        # One round trip to Redis at most: cheap enough for every message.
        character = await game_characters.get_active_character(message.author.id, self.bot.redis)
        if character is None:
            await message.channel.send("Who are you? Use **/character create** first.")
            return
        said = re.sub(r"<@!?\d+>", "", message.content).strip()
        task = f"Go on after {character['name']} does this: {said}"
        await self.send_scene(message.channel, task, [character])

    def is_for_us(self, message: discord.Message) -> bool:
        """Whether Discord has sent us the text, for which see the intents in `main.py`."""
        return message.guild is None or self.bot.user in message.mentions

    async def send_scene(
        self, channel: discord.abc.Messageable, task: str, cast: Sequence[story.Character]
    ) -> None:
        prompt = story.Prompt(task, cast, await portraits(cast))
        scene, picture = self.tell(prompt), self.paint(prompt)
        files = [discord.File(io.BytesIO(picture), "scene.webp")] if picture else []
        await channel.send(scene[:MESSAGE_LIMIT], files=files)


async def portraits(cast: Sequence[story.Character]) -> list[bytes]:
    """References for img2img; to a model that fetches images give `image_url` where it is set."""
    images = [await game_characters.get_character_image_data(each) for each in cast]
    return [image for image in images if image]


async def setup(bot: "MainBot") -> None:
    await bot.add_cog(Storyteller(bot))

"""Code of a main bot, which mypy --strict and pyright check against the installed package."""
# pyright: strict

from typing import Any

from discord.ext import commands
from redis.asyncio import Redis

import characters
import game_characters
from characters import Character, CharacterError, GameSession, Registry
from cogs.characters.cog import Characters


class Games(commands.Cog):
    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    @commands.Cog.listener()
    async def on_game_session_start(self, session: GameSession) -> None:
        place: tuple[int, int, int] = (session.session_id, session.channel_id, session.host_id)
        names: list[str] = [char["name"] for char in session.characters]
        active: Character | None = await self.registry.active(session.host_id)
        title: str = session.title
        print(place, title, names, active)


async def play(user_id: int, redis: Redis, image: bytes) -> bytes | None:
    try:
        made: dict[str, Any] = await game_characters.create_character(
            user_id, "Ana", "A pirate.", redis, image_data=image, image_url=None
        )
    except CharacterError as error:
        print(error)
        return None
    char_id: str = made["char_id"]
    await game_characters.set_active_character(user_id, char_id, redis)
    every: list[dict[str, Any]] = await game_characters.list_characters(user_id, redis)
    one: dict[str, Any] | None = await game_characters.get_character(user_id, char_id, redis)
    active: dict[str, Any] | None = await game_characters.get_active_character(user_id, redis)
    deleted: bool = await game_characters.delete_character(user_id, char_id, redis)
    await game_characters.get_character(user_id, 7, redis)  # type: ignore[arg-type]  # an error
    print(every, one, deleted)
    return await game_characters.get_character_image_data(active)


async def start(bot: commands.Bot, redis: Redis, token: str) -> None:
    opened = characters.open_registry(
        redis=redis, assets_dir="portraits", assets_url="https://example.org", roster_limit=100
    )
    async with opened as registry:
        await bot.add_cog(Characters(bot, registry))
        await bot.add_cog(Games(registry))
        await bot.start(token)

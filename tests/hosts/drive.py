"""Runs the main bot of this folder in a simulated Discord, and uses it as a player does."""

import asyncio
import os

import main
import simcord
from people import answer, buttons, read
from redis.asyncio import Redis

import game_characters


async def drive() -> None:
    bot = main.MainBot()
    async with Redis.from_url(os.environ["REDIS_URL"]) as redis, simcord.run(bot) as world:
        guild = world.create_guild()
        channel = guild.create_text_channel("general")
        ana = guild.add_member(world.create_user("ana"))

        sheet = await ana.slash(channel, "character create", name="Ana the Bold")
        assert "Ana the Bold" in read(sheet)
        character = await game_characters.get_active_character(ana.id, redis)
        assert character
        assert character["name"] == "Ana the Bold"

        form = await ana.click(answer(sheet).message, label="Edit")
        values = {"name": "Ana the Bold", "description": "A retired pirate."}
        edited = await ana.submit_modal(form, values)
        assert "A retired pirate." in read(edited)
        deleted = await ana.click(answer(edited).message, label="Delete")
        assert await game_characters.list_characters(ana.id, redis) == []
        await ana.click(answer(deleted).message, label="Undo")
        (character,) = await game_characters.list_characters(ana.id, redis)
        assert character["description"] == "A retired pirate."

        lobby = await ana.slash(channel, "lobby open")
        await ana.click(answer(lobby).message, label="Join")
        assert not buttons(answer(lobby))["Host: start"]["disabled"]
        await bot.check(world, channel, ana)
        await bot.close()


asyncio.run(drive())

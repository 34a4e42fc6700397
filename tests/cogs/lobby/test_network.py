"""The network fails while a lobby is redrawn."""

from typing import Any

import aiohttp
import discord
import pytest
import simcord

from characters.registry import Registry
from tests.people import answer, read


async def test_one_lobby_that_can_not_be_reached_leaves_the_others_up_to_date(
    world: simcord.Env,
    ana: Any,
    bob: Any,
    channel: Any,
    registry: Registry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await registry.create(bob.id, "Yan")
    await registry.create(bob.id, "Zed")
    lobbies = [answer(await ana.slash(channel, "lobby open")) for _ in range(2)]
    for lobby in lobbies:
        await bob.click(lobby.message, label="Join")
    edit = discord.PartialMessage.edit
    lost: list[int] = []

    async def lose_the_first(message: discord.PartialMessage, **fields: Any) -> discord.Message:
        if not lost:
            lost.append(message.id)
            raise aiohttp.ClientOSError("no network")
        return await edit(message, **fields)

    monkeypatch.setattr(discord.PartialMessage, "edit", lose_the_first)
    elsewhere = world.guild.create_text_channel("elsewhere")
    await bob.slash(elsewhere, "character activate", name="Yan")
    (behind,) = (each for each in lobbies if each.id in lost)
    (other,) = (each for each in lobbies if each.id not in lost)
    assert "### Zed" in read(behind)
    assert "### Yan" in read(other)

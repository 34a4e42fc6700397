"""A long export keeps nobody else waiting: between two of its files, others come in."""

import asyncio
import time
from typing import Any

import discord
import pytest
import simcord

from characters.admission import HEAVY
from characters.registry import Registry
from characters.store.drafts import Upload
from cogs.characters.forget_texts import EXPORT_ALL
from tests import player_input
from tests.people import Press, answer, at_once, buttons

FILES = 20  # of each export: one for each character


async def test_exports_of_many_files_keep_no_upload_waiting(
    world: simcord.Env, channel: Any, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found: four exports took all places until the last of their files was sent."""
    one_byte = property(lambda _: 1, lambda *_: None)  # so each character has its own file
    monkeypatch.setattr(discord.Interaction, "filesize_limit", one_byte)
    send = discord.Webhook.send
    sent, all_send = list[str](), asyncio.Event()

    async def send_slowly(self: Any, *arguments: Any, **options: Any) -> Any:
        if "file" in options:
            await asyncio.to_thread(time.sleep, 0.02)  # simcord waits for threads, not for sleep
            sent.append("a file")
            if len(sent) == HEAVY._slots:
                all_send.set()
        return await send(self, *arguments, **options)

    monkeypatch.setattr(discord.Webhook, "send", send_slowly)
    presses: list[Press] = []
    for number in range(HEAVY._slots):
        player = world.guild.add_member(world.create_user(f"player {number}"))
        for each in range(FILES):
            await registry.create(player.id, f"Zed {each}")
        asked = answer(await player.slash(channel, "character forget"))
        presses.append(Press(player, asked, buttons(asked)[EXPORT_ALL]["custom_id"]))
    sent_before: list[int] = []

    async def fetch(upload: Upload) -> bytes:
        sent_before.append(len(sent))
        return await player_input.fetch(upload)

    async def upload() -> None:
        await all_send.wait()
        draft = player_input.new("Ana", upload=player_input.upload("portrait"))
        saved = await registry.save(player_input.USER, draft, fetch)
        assert saved.character.image_path

    other = asyncio.create_task(upload())
    await at_once(world, *presses)
    await other
    assert len(sent) == FILES * HEAVY._slots
    assert sent_before[0] <= 3 * HEAVY._slots

"""A server that stalls for a moment: what was asked of it is done once."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from redis.asyncio import Redis

from characters.errors import StorageUnavailable
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.connecting import connected
from characters.store.embedded import embedded_valkey
from tests.soak import trials


@pytest.mark.soak
async def test_a_creation_while_the_server_stalls_is_applied_once(tmp_path: Path) -> None:
    async with embedded_valkey(tmp_path / "db") as url, connected(url) as client:
        assert isinstance(client, Redis)
        server: int = (await client.info("server"))["process_id"]
        store = CharacterStore(client)
        for number in range(1, trials(2, 20) + 1):
            os.kill(server, signal.SIGSTOP)
            creation = asyncio.create_task(store.create(7, Character.new("Ana", ""), 100))
            # Longer than the client waits for one answer (2 s) every other time: it asks again.
            await asyncio.sleep(1.5 if number % 2 else 2.5)
            os.kill(server, signal.SIGCONT)
            try:
                await creation
            except StorageUnavailable:
                pytest.fail("the client asks again for long enough")
            assert len((await store.roster(7)).characters) == number

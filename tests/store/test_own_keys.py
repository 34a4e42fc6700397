"""What a player does looks at that player's keys only, however many others there are."""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

import game_characters
from characters.store.keys import BLOCKED, STORE_ID, TRASHED_FILES, parse_user_key
from game_characters import registries
from tests.crashes.operations import HOST, OPERATIONS, Act
from tests.crashes.place import ANA, Place, open_place

USER, OTHERS = 1001, range(2000, 2020)
GENERAL = {BLOCKED, STORE_ID, TRASHED_FILES}
END = "PING at the end"
SCANS = {"KEYS", "SCAN", "RANDOMKEY", "DBSIZE"}


async def _read_all(place: Place, user_id: int) -> None:
    registry = place.registry
    await registry.active(user_id)
    await registry.roster(user_id)
    await registry.get(user_id, ANA)
    await registry.party([user_id])
    await registry.trash(user_id)
    await registry.kept(user_id)
    await registry.is_blocked(user_id)
    await registry.star(user_id, ANA, favourite=True)
    await registry.lobbies.touch_seats(user_id)
    async for _ in registry.export_user(user_id):
        pass


async def _call_drop_in(place: Place, user_id: int) -> None:
    await game_characters.list_characters(user_id, place.redis)
    await game_characters.get_character(user_id, ANA, place.redis)
    await game_characters.get_active_character(user_id, place.redis)
    await game_characters.set_active_character(user_id, ANA, place.redis)


ACTS: dict[str, Act] = {"read": _read_all, "drop-in": _call_drop_in}
ACTS |= {name: operation.act for name, operation in OPERATIONS.items()}


@pytest.fixture(autouse=True)
def drop_in_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ASSETS_DIR", str(tmp_path / "assets"))
    registries._settings.cache_clear()
    registries.assets.cache_clear()
    yield
    registries._settings.cache_clear()
    registries.assets.cache_clear()


@pytest.mark.parametrize("name", list(ACTS))
async def test_only_own_keys_are_touched(valkey: Redis, tmp_path: Path, name: str) -> None:
    place = open_place(valkey, tmp_path)
    for user_id in (USER, *OTHERS):
        await place.seed(user_id)
    if name in OPERATIONS:
        await OPERATIONS[name].prepare(place, USER)
    async with _commands(valkey) as commands:
        await ACTS[name](place, USER)
    assert commands, "nothing was sent"
    assert not [each for each in commands if each.split()[0].upper() in SCANS]
    touched = [each for each in commands if not each.startswith("CLIENT TRACKING")]
    keys = {key for each in touched for key in re.findall(r"game:[\w{}:]*[\w}]", each)}
    assert not {key for key in keys if not _may_touch(key)}


def _may_touch(key: str) -> bool:
    if key in GENERAL or key == f"game:lobby:{USER}":
        return True
    owned = parse_user_key(key)
    return owned is not None and owned.user_id in {USER, HOST}  # the host of the lobby joined


@asynccontextmanager
async def _commands(client: Redis) -> AsyncGenerator[list[str], None]:
    """The commands that the server runs meanwhile, also those of scripts."""
    found: list[str] = []
    async with client.monitor() as monitor:

        async def listen() -> None:
            while END not in found:
                found.append((await monitor.next_command())["command"])

        listening = asyncio.create_task(listen())
        try:
            yield found
        finally:
            await client.execute_command(*END.split(maxsplit=1))
            await listening
    found.remove(END)

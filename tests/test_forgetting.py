"""Forgetting a user: it can fail anywhere, runs again, and ends with nothing left."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NoConnection

from characters.errors import CharacterError, NotForgotten, StorageUnavailable
from characters.forgetting import Kept
from characters.lobby.lobby import Lobby, Player
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.drafts import Draft
from characters.store.keys import user_keys
from characters.store.pending_files import PendingFile
from characters.store.preference_store import Audience
from tests.player_input import USER, files
from tests.soak import trials
from tests.transfer.imports import imported, tuppers

HOST = 7
LOBBY = Lobby(lobby_id=1, channel_id=3, host_id=HOST, title="Ravenloft", seats=4)
NOTHING = Kept(0, 0, 0, 0, 0, 0, 0, unfinished=False)


class Failing(Redis):
    """A client without a connection at the request with a number, from 0.

    `late` says whether the server gets that request, so that only its answer is lost.
    """

    number = -1
    late = False

    async def execute_command(self, *command: Any, **options: Any) -> Any:
        self.number -= 1
        if self.number == -1 and not self.late:
            raise NoConnection
        answer = await super().execute_command(*command, **options)
        if self.number == -1:
            raise NoConnection
        return answer


class ReadOnlyAssets(FolderAssets):
    """A folder from which nothing can be removed at present."""

    fails = False

    async def remove(self, path: str) -> None:
        if self.fails:
            raise PermissionError(path)
        await super().remove(path)


async def with_everything(registry: Registry, assets: FolderAssets) -> None:
    """Characters in the roster and in the trash, a draft, a file, seats, and a lobby of a user."""
    for name in ("Ana", "Bob"):
        portrait = await assets.save(b"portrait", b"thumbnail")
        character = await registry.create(USER, name, "", portrait)
    await registry.delete(USER, character.char_id)
    draft = Draft("new", name="Cy", portrait=await assets.save(b"portrait", b"thumbnail"))
    await registry.drafts.keep(USER, draft)
    await registry.importer.files.keep(USER, PendingFile("https://example.org", 1))
    await registry.preferences.set_audience(USER, Audience.SERVERS)
    await registry.lobbies.open(LOBBY)
    await registry.lobbies.join(1, Player(USER, "ana"))
    await registry.lobbies.open(replace(LOBBY, lobby_id=2, host_id=USER))
    await registry.lobbies.open(replace(LOBBY, lobby_id=3))
    await registry.lobbies.join(3, Player(USER, "ana"))
    await registry.lobbies.start(3, HOST, token="token")


async def assert_nothing_is_left(registry: Registry, valkey: Redis, folder: Path) -> None:
    assert await registry.kept(USER) == NOTHING
    note = user_keys(USER, cluster=False).forgotten.encode()
    assert {key async for key in valkey.scan_iter(f"*:{USER}")} <= {note}
    assert [*folder.glob("*")] == []
    for lobby_id in (1, 2, 3):
        fields = await valkey.hgetall(f"game:lobby:{lobby_id}")
        assert str(USER).encode() not in b" ".join([*fields, *fields.values()])


async def test_what_is_kept_is_counted(registry: Registry, assets: FolderAssets) -> None:
    assert await registry.kept(USER) == NOTHING
    await with_everything(registry, assets)
    assert await registry.kept(USER) == Kept(1, 1, 0, 2, 2, 3, 1, unfinished=False)


@pytest.mark.parametrize("late", [False, True])
async def test_it_can_fail_at_any_request_and_then_goes_on(
    valkey: Redis, assets: FolderAssets, *, late: bool
) -> None:
    """After a failure it is not said that nothing is kept, unless nothing is."""
    failing = Failing(connection_pool=valkey.connection_pool)
    failing.late = late
    registry = Registry(CharacterStore(failing), assets)
    await with_everything(registry, assets)
    await registry.forget(USER)  # so that the server knows all scripts
    number, failed = 0, True
    while failed:
        await with_everything(registry, assets)
        failing.number, failed = number, False
        try:
            await registry.forget(USER)
        except (NotForgotten, StorageUnavailable):
            failed = True
        failing.number = -1
        if await registry.kept(USER) == NOTHING:
            await assert_nothing_is_left(registry, valkey, assets.root)
        await registry.forget(USER)
        await assert_nothing_is_left(registry, valkey, assets.root)
        number += 1
    assert number > 15


async def test_files_that_can_not_be_removed_are_removed_by_the_next_call(
    valkey: Redis, tmp_path: Path
) -> None:
    assets = ReadOnlyAssets(tmp_path / "assets")
    registry = Registry(CharacterStore(valkey), assets)
    await with_everything(registry, assets)
    assets.fails = True
    with pytest.raises(NotForgotten) as failure:
        await registry.forget(USER)
    assert sorted(each.lobby_id for each in failure.value.lobbies) == [1, 2, 3]
    assert await registry.kept(USER) == NOTHING._replace(unfinished=True)
    assert len(files(assets)) == 6
    assets.fails = False
    await registry.forget(USER)
    await assert_nothing_is_left(registry, valkey, assets.root)


async def test_a_path_that_no_file_can_have_is_forgotten_too(
    registry: Registry, assets: FolderAssets, valkey: Redis
) -> None:
    record = r'{"name": "Ana", "image_path": "/srv/\ud800.png"}'
    for place in ("characters", "trash"):
        await valkey.hset(f"game:{place}:{USER}", "ana", record)
    await registry.forget(USER)
    await assert_nothing_is_left(registry, valkey, assets.root)


async def test_no_other_key_of_the_store_is_looked_at(
    registry: Registry, assets: FolderAssets, valkey: Redis
) -> None:
    await with_everything(registry, assets)
    await valkey.config_resetstat()
    await registry.forget(USER)
    commands = await valkey.info("commandstats")
    assert "cmdstat_scan" not in commands
    assert "cmdstat_keys" not in commands


@pytest.mark.soak
async def test_what_was_acknowledged_before_is_gone_whatever_happens_meanwhile(
    valkey: Redis, assets: FolderAssets
) -> None:
    """What comes meanwhile may stay, and goes with the next call."""
    registry, other = (Registry(CharacterStore(valkey), assets) for _ in range(2))

    async def create() -> None:
        await other.create(USER, "New", "", await assets.save(b"portrait", b"thumbnail"))

    async def edit(char_id: str) -> None:
        character = await other.get(USER, char_id)
        portrait = await assets.save(b"portrait", b"thumbnail")
        draft = Draft(char_id, character.version, "Edited", portrait=portrait)
        await other.save(USER, draft, _no_upload)

    async def keep_draft() -> None:
        portrait = await assets.save(b"portrait", b"thumbnail")
        await other.drafts.keep(USER, Draft("new", name="New", portrait=portrait))

    async def join() -> None:
        await other.lobbies.join(2, Player(USER, "ana"))

    async def import_() -> None:
        await imported(other, tuppers({"name": "Imported"}), USER)

    async def later(what: Callable[[], Awaitable[None]], steps: int) -> None:
        for _ in range(steps):
            await asyncio.sleep(0)
        with suppress(CharacterError):
            await what()

    for trial in range(trials(10, 500)):
        await valkey.flushall()
        portrait = await assets.save(b"portrait", b"thumbnail")
        ana = await registry.create(USER, "Ana", "", portrait)
        draft_id = await registry.drafts.keep(USER, Draft("d", name="Bob", portrait=portrait))
        for lobby_id in (1, 2):
            await registry.lobbies.open(replace(LOBBY, lobby_id=lobby_id))
        await registry.lobbies.join(1, Player(USER, "ana"))
        changes = (create, partial(edit, ana.char_id), keep_draft, join, import_)
        await asyncio.gather(
            registry.forget(USER),
            *(later(each, 7 * trial % 40 + 3 * number) for number, each in enumerate(changes)),
        )
        assert ana.char_id not in {
            each.char_id for each in (await registry.roster(USER)).characters
        }
        assert await registry.drafts.get(USER, draft_id) is None
        assert await assets.read(portrait.path) == [None]
        assert (await registry.lobbies.get(1)).players == ()
        await registry.forget(USER)
        await assert_nothing_is_left(registry, valkey, assets.root)


async def _no_upload(_: object) -> bytes:
    raise AssertionError("there is no upload")

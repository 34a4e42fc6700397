"""What the page for operators says of requests to an object store is what an S3 server counts."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.lobby.lobby import Lobby, Player
from characters.maintenance.backup import backup
from characters.maintenance.check import check
from characters.maintenance.move import move_assets
from characters.maintenance.stats import stats
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.model import Character
from characters.opening import open_registry
from characters.portraits.folder import FolderAssets
from characters.portraits.objects import ObjectAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from cogs.characters.ui.pictures import PortraitFile, portrait_picture, small_pictures
from cogs.lobby.message import lobby_message
from tests import images
from tests.docs.pages import table
from tests.object_proxy import ObjectProxy
from tests.object_servers import new_bucket
from tests.player_input import USER, changes, fetch, new, upload

KINDS = ("PUT", "GET", "HEAD", "LIST", "DELETE")
PORTRAIT = images.webp((64, 64))

Rows = dict[str, list[int]]


class Costs:
    """Counts the requests of each action, in the words of the page."""

    def __init__(self, proxy: ObjectProxy) -> None:
        self._proxy = proxy
        self.rows: Rows = {}

    @asynccontextmanager
    async def of(
        self, action: str, times: int = 1, *, beside: Counter[str] | None = None
    ) -> AsyncGenerator[Counter[str], None]:
        """`times` of it; what it costs `beside` is not counted."""
        async with self.counted() as counts:
            yield counts
        counts.subtract(beside or {})
        assert all(number % times == 0 for number in counts.values()), (action, counts)
        self.rows[action] = [counts[kind] // times for kind in KINDS]

    @asynccontextmanager
    async def counted(self) -> AsyncGenerator[Counter[str], None]:
        """The numbers are there at the end."""
        self._proxy.clear()
        counts: Counter[str] = Counter()
        yield counts
        counts.update(self._proxy.requests)
        counts["DELETE"] += counts.pop("POST", 0)


@pytest.fixture
def locations(
    object_proxy: ObjectProxy, moto_server: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """The URLs of empty buckets."""
    buckets = [new_bucket(moto_server)._replace(server=object_proxy.address) for _ in range(3)]
    for name, value in buckets[0].environment.items():
        monkeypatch.setenv(name, value)
    return [bucket.url for bucket in buckets]


async def test_the_page_says_what_an_object_store_is_asked(
    object_proxy: ObjectProxy, locations: list[str], valkey: Redis, tmp_path: Path
) -> None:
    costs = Costs(object_proxy)
    await _players(costs, valkey, locations[0])
    await valkey.flushall()
    await _pictures(costs, valkey, locations[1])
    await valkey.flushall()
    await _commands(costs, valkey, locations[2], tmp_path)
    assert costs.rows == _page()


def _page() -> Rows:
    rows = table("docs/operating.md", "what is done")
    return {name: [int(each) for each in counts] for name, *counts in rows}


async def _players(costs: Costs, valkey: Redis, location: str) -> None:
    async with (
        costs.of("the first start with an empty bucket"),
        open_registry(redis=valkey, assets_dir=location),
    ):
        pass
    async with costs.of("each other start of a process"):
        opened = open_registry(redis=valkey, assets_dir=location)
        registry = await opened.__aenter__()
    async with costs.of("a character is created with a portrait"):
        ana = (await registry.save(USER, new(upload=upload("portrait")), fetch)).character
    async with costs.of("its text is edited"):
        ana = (await registry.save(USER, changes(ana, "Anna"), fetch)).character
    async with costs.of("its portrait is replaced"):
        draft = changes(ana, upload=upload("small"))
        ana = (await registry.save(USER, draft, fetch)).character
    async with costs.of("lists show another part of its portrait"):
        ana = (await registry.save(USER, changes(ana, focus="bottom"), fetch)).character
    async with costs.of("it is deleted, and restored"):
        await registry.delete(USER, ana.char_id)
        ana = await registry.restore(USER, ana.char_id)
    async with costs.of("its page is opened"):
        picture = await portrait_picture(registry, ana)
        assert picture
        assert isinstance(picture.file, PortraitFile)
        await picture.file.full()
    bob = (await registry.save(USER, new("Bob", upload=upload("portrait")), fetch)).character
    async with costs.of("it is removed for good"):
        await registry.erase(USER, bob.char_id)
    checked = ObjectAssets(location)
    async with costs.of("health checks, in a minute"):
        for _ in range(3):
            await checked.check_writable()
    await opened.__aexit__(None, None, None)


async def _pictures(costs: Costs, valkey: Redis, location: str) -> None:
    """As a process that has saved none of the portraits."""
    users = range(1, 26)
    async with open_registry(redis=valkey, assets_dir=location) as saving:
        party = [await _with_portrait(saving, user_id) for user_id in users]
    async with open_registry(redis=valkey, assets_dir=location) as registry:
        for action in (
            "a list of 6 is shown for the first time in a process",
            "the same list is shown again",
        ):
            async with costs.of(action):
                assert all(await small_pictures(registry, party[:6]))
    async with open_registry(redis=valkey, assets_dir=location) as registry:
        for action in (
            "a gallery of 25 for the first time in a process",
            "the same gallery again",
        ):
            async with costs.of(action):
                assert await registry.portraits.collage(*party)
    async with open_registry(redis=valkey, assets_dir=location) as registry:
        lobby = Lobby(1, 2, USER, "Game", 25)
        await registry.lobbies.open(lobby)
        for user_id in users:
            await registry.lobbies.join(1, Player(user_id, "Ana"))
        for action in ("a lobby of 25 for the first time in a process", "the same lobby again"):
            async with costs.of(action):
                assert (await lobby_message(registry, await registry.lobbies.get(1))).files


async def _commands(costs: Costs, valkey: Redis, location: str, folder: Path) -> None:
    bucket, local = ObjectAssets(location), FolderAssets(folder / "assets")
    workspace = Workspace(StoreClient(valkey), bucket)
    registry = Registry(CharacterStore(valkey), bucket)
    await registry.note_store()
    async with costs.of("`check` of a store without characters") as of_check:
        await check(workspace)
    async with costs.of("a sweep that removes nothing") as of_sweep:
        await sweep(workspace)
    async with costs.of("`stats`"):
        await stats(workspace)
    async with costs.counted() as of_moving_to:
        await move_assets(workspace, bucket, local)
    async with costs.counted() as of_moving_from:
        await move_assets(workspace, local, bucket)
    for user_id in range(1, 6):
        await _with_portrait(registry, user_id)
        await bucket.save(PORTRAIT, PORTRAIT)
    of_removing = of_sweep + Counter(LIST=1)  # it lists them again before it removes any
    async with costs.of("each unused portrait that a sweep removes", 5, beside=of_removing):
        await sweep(workspace, age=-5)
    async with costs.of("each portrait in `check`", 5, beside=of_check):
        assert await check(workspace) == []
    async with costs.of("each portrait in a `backup`", 5):
        await backup(workspace, folder / "backup.tar")
    async with costs.of("each portrait in `move-assets` to a folder", 5, beside=of_moving_to):
        await move_assets(workspace, bucket, local)
    async with costs.of("each portrait in `move-assets` from a folder", 5, beside=of_moving_from):
        await move_assets(workspace, local, bucket)


async def _with_portrait(registry: Registry, user_id: int) -> Character:
    portrait: Any = await registry._assets.save(PORTRAIT, PORTRAIT)
    return await registry.create(user_id, "Ana", "", portrait)

"""An object store that loses requests and answers, is slow, or has lost a portrait."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from characters.errors import PortraitUnsaved
from characters.maintenance.check import check
from characters.maintenance.findings import FindingKind
from characters.maintenance.move import move_assets
from characters.maintenance.ownership import ownership
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.portraits import objects
from characters.portraits.assets import thumbnail_of
from characters.portraits.folder import FolderAssets
from characters.portraits.objects import ObjectAssets
from characters.portraits.tiles import MISSING
from characters.registry import Registry
from characters.saving import SavedDraft
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from tests.object_proxy import ObjectProxy
from tests.operator import add, record
from tests.player_input import USER, fetch, new, upload, with_portrait
from tests.stored import all_stored


@pytest.fixture
def bucket(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(getattr(request, "param", "bucket"))


@pytest.fixture
def object_proxy(request: pytest.FixtureRequest) -> Generator[ObjectProxy, None, None]:
    server = request.getfixturevalue(getattr(request, "param", "moto_server"))
    with ObjectProxy(server).running() as proxy:
        yield proxy


@pytest.fixture
def assets(bucket: str, object_proxy: ObjectProxy, monkeypatch: pytest.MonkeyPatch) -> ObjectAssets:
    """Behind the proxy."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://{}:{}".format(*object_proxy.address))
    return ObjectAssets(bucket)


@pytest.fixture
async def registry(valkey: Redis, assets: ObjectAssets) -> AsyncGenerator[Registry, None]:
    store = CharacterStore(valkey)
    yield Registry(store, assets)
    await store.client.close()


@pytest.fixture
def workspace(valkey: Redis, assets: ObjectAssets) -> Workspace:
    return Workspace(StoreClient(valkey), assets)


async def saved_with_portrait(registry: Registry, user_id: int = USER) -> SavedDraft:
    return await registry.save(user_id, new(upload=upload("portrait")), fetch)


async def names(assets: ObjectAssets) -> set[str]:
    return {each.path for each in await all_stored(assets)}


def first_of_each() -> Callable[[str, str], bool]:
    """The first request for each object."""
    seen: set[tuple[str, str]] = set()

    def is_first(kind: str, path: str) -> bool:
        if (kind, path) in seen:
            return False
        seen.add((kind, path))
        return True

    return is_first


@pytest.mark.parametrize(
    ("bucket", "object_proxy"),
    [("bucket", "moto_server"), ("seaweedfs_bucket", "seaweedfs_server")],
    indirect=True,
)
@pytest.mark.parametrize("lost", ["before", "after"])
async def test_each_lost_request_or_answer_is_repeated_without_harm(
    registry: Registry, workspace: Workspace, object_proxy: ObjectProxy, lost: str
) -> None:
    """`before` it arrived, or `after` the store had done what was asked."""
    setattr(object_proxy, lost, first_of_each())
    await registry.note_store()
    saved = await saved_with_portrait(registry)
    assert saved.refusal is None
    path = saved.character.image_path or ""
    assets = ObjectAssets(workspace.assets.location)
    assert await names(assets) == {path, thumbnail_of(path)}
    owner = await ownership(workspace.client, assets)
    assert owner.problem is None
    assert owner.stores == (owner.store,)
    assert await registry.portraits.portrait(saved.character)
    assert await check(workspace) == []
    await registry.erase(USER, saved.character.char_id)
    assert await names(assets) == set()
    put = [name for kind, name in object_proxy.paths if kind == "PUT"]
    assert {put.count(name) for name in put} == {2}


async def test_a_portrait_whose_every_answer_was_lost_is_swept(
    registry: Registry, workspace: Workspace, object_proxy: ObjectProxy
) -> None:
    """The store has it, but nobody knows; the character is saved without it."""
    await registry.note_store()
    object_proxy.after = lambda kind, _: kind == "PUT"
    saved = await saved_with_portrait(registry)
    assert isinstance(saved.refusal, PortraitUnsaved)
    assert saved.character.image_path is None
    assert len((await registry.roster(USER)).characters) == 1
    object_proxy.after = lambda *_: False
    assert len(await all_stored(workspace.assets)) == 2
    await sweep(workspace, age=-5)
    assert await all_stored(workspace.assets) == []


async def test_a_removal_whose_every_answer_was_lost_leaves_nothing(
    registry: Registry, workspace: Workspace, object_proxy: ObjectProxy
) -> None:
    ana = await with_portrait(registry)
    object_proxy.after = lambda kind, _: kind == "POST"
    assert await registry.erase(USER, ana.char_id)
    object_proxy.after = lambda *_: False
    assert await all_stored(workspace.assets) == []
    assert await check(workspace) == []


async def test_a_slow_store_holds_up_only_those_who_save_portraits(
    registry: Registry, object_proxy: ObjectProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found: four players who waited for the store kept all others from having images decoded."""
    monkeypatch.setattr(objects, "WRITE_SECONDS", 60.0)
    await registry.note_store()
    object_proxy.delay = 30.0
    saving = [asyncio.create_task(saved_with_portrait(registry, user)) for user in range(1, 9)]
    async with asyncio.timeout(60):  # until all images are decoded, and all are being written
        while object_proxy.requests["PUT"] < 2 * len(saving):  # noqa: ASYNC110 - in a thread
            await asyncio.sleep(0.01)
    async with registry.admission.heavy_turn(100):
        other = await registry.save(100, new("Bob"), fetch)
    assert other.refusal is None
    assert (await registry.roster(100)).active_id == other.character.char_id
    assert not any(task.done() for task in saving)
    for task in saving:
        task.cancel()
    await asyncio.gather(*saving, return_exceptions=True)


async def test_what_was_typed_is_saved_where_the_store_is_too_slow(
    registry: Registry, object_proxy: ObjectProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    await registry.note_store()
    monkeypatch.setattr(objects, "WRITE_SECONDS", 0.3)
    object_proxy.delay = 10.0
    saved = await saved_with_portrait(registry)
    assert isinstance(saved.refusal, PortraitUnsaved)
    assert saved.character.name == "Ana"


async def test_a_slow_store_is_not_waited_for_longer_than_an_answer_may_take(
    registry: Registry, object_proxy: ObjectProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await with_portrait(registry)
    registry.portraits._thumbnails.drop(thumbnail_of(ana.image_path or ""))
    monkeypatch.setattr(objects, "READ_SECONDS", 0.3)
    object_proxy.delay = 10.0
    assert await registry.portraits.thumbnails(ana) == [None]
    assert await registry.portraits.portrait(ana) is None


async def test_work_that_may_take_its_time_reads_from_a_slow_store(
    assets: ObjectAssets, object_proxy: ObjectProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found: to `move-assets` and `backup`, a portrait that came late was a missing one."""
    saved = await assets.save(b"image", b"thumbnail")
    monkeypatch.setattr(objects, "READ_SECONDS", 0.1)
    object_proxy.delay = 0.5
    assert await assets.read(saved.path) == [None]
    assert await assets.load(saved.path) == b"image"
    object_proxy.before = lambda *_: True
    with pytest.raises(OSError, match="could not be read: "):
        await assets.load(saved.path)


async def test_a_move_takes_no_slow_portrait_for_a_missing_one(
    registry: Registry,
    workspace: Workspace,
    object_proxy: ObjectProxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await with_portrait(registry)
    monkeypatch.setattr(objects, "READ_SECONDS", 0.1)
    object_proxy.delay = 0.3
    result = await move_assets(workspace, workspace.assets, FolderAssets(tmp_path / "new"))
    assert (result.copied, result.changed, result.left) == (2, 1, [])


async def test_a_move_overwrites_no_file_that_it_could_not_read(
    valkey: Redis, assets: ObjectAssets, object_proxy: ObjectProxy, tmp_path: Path
) -> None:
    folder, name = FolderAssets(tmp_path / "old"), f"{'1' * 32}.webp"
    await folder.put(name, b"image")
    await assets.put(name, b"another image")
    client = StoreClient(valkey)
    await add(client, 1, "ana", record(image_path=f"{folder.location}/{name}"))
    object_proxy.before = lambda kind, path: kind == "GET" and path.endswith(name)
    with pytest.raises(OSError, match="could not be read"):
        await move_assets(Workspace(client, folder), folder, assets)
    object_proxy.before = lambda *_: False
    assert await assets.load(f"{assets.location}/{name}") == b"another image"


async def test_however_many_look_at_once_each_thumbnail_is_read_once(
    registry: Registry, object_proxy: ObjectProxy
) -> None:
    characters = [await with_portrait(registry, name) for name in ("Ana", "Bob", "Cleo")]
    other_process = Registry(registry._store, registry._assets)
    object_proxy.clear()
    for _ in range(2):
        found = await asyncio.gather(
            *(other_process.portraits.thumbnails(*characters) for _ in range(10))
        )
        assert all(all(each) for each in found)
    assert object_proxy.requests == {"GET": 3}
    await registry.portraits.thumbnails(*characters)  # of the process that saved them
    assert object_proxy.requests == {"GET": 3}


async def test_a_missing_object_is_named_and_drawn_as_missing(
    registry: Registry, workspace: Workspace
) -> None:
    ana, bob = await with_portrait(registry, "Ana"), await with_portrait(registry, "Bob")
    await workspace.assets.remove(ana.image_path or "")
    other_process = Registry(registry._store, registry._assets)
    portraits = other_process.portraits
    drawn: list[object] = []
    collage = portraits._renderer.collage

    async def seen(thumbnails: list[bytes], tiles: list[object]) -> bytes:
        drawn.extend(tiles)
        return await collage(thumbnails, tiles)  # type: ignore[arg-type]

    portraits._renderer.collage = seen  # type: ignore[method-assign]
    assert await portraits.collage(ana, bob)
    assert drawn[0] == MISSING
    assert portraits.some_away([ana, None, bob])
    assert not portraits.some_away([bob])
    (finding,) = await check(workspace)
    assert (finding.kind, finding.what) == (FindingKind.MISSING, ana.image_path)
    assert (finding.user_id, finding.char_id) == (USER, ana.char_id)

"""Two stores on the same assets: no sweep removes a portrait of the other one."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from characters.errors import OperatorError
from characters.maintenance.backup import backup
from characters.maintenance.backup_file import open_backup
from characters.maintenance.check import check
from characters.maintenance.findings import FindingKind
from characters.maintenance.move import MoveResult, move_assets
from characters.maintenance.ownership import Ownership, adopt, note_store, ownership, short
from characters.maintenance.restore import restore
from characters.maintenance.sweep import sweep, sweep_daily
from characters.maintenance.workspace import Workspace
from characters.opening import open_assets, open_registry
from characters.portraits.assets import STORE_IDS, Assets
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from characters.store.embedded import embedded_valkey
from characters.store.keys import STORE_ID
from characters.store.store_id import find_store_id, store_id
from tests import images
from tests.operator import add, everything, files, record, trashed
from tests.player_input import given, with_portrait
from tests.soak import trials
from tests.stored import all_stored

WAYS = [{}, {"force": True}, {"dry_run": True}, {"dry_run": True, "force": True}]
AT_ONCE = -1.0  # an age: portraits of this second count as old


@pytest.fixture
async def two(valkey_url: str) -> AsyncGenerator[tuple[Redis, Redis], None]:
    """Clients of two stores: of two databases of one server."""
    async with (
        Redis.from_url(valkey_url, db=1) as one,
        Redis.from_url(valkey_url, db=2) as other,
    ):
        yield one, other


@pytest.fixture
def stores(two: tuple[Redis, Redis]) -> tuple[StoreClient, StoreClient]:
    return StoreClient(two[0]), StoreClient(two[1])


async def fill(client: StoreClient, assets: Assets, number: int) -> None:
    """Characters with portraits in these assets, and one without."""
    await add(client, 1, "plain", record())
    for each in range(number):
        saved = await assets.save(f"large {each}".encode(), b"small")
        await add(client, 1, f"id{each}", record(saved))


async def names(assets: Assets) -> list[str]:
    return sorted(file.path for file in await all_stored(assets))


async def ids(*stores: StoreClient) -> list[str]:
    return [await store_id(each) for each in stores]


async def swept(client: StoreClient, assets: Assets, **options: Any) -> int:
    """How many files a sweep removes at once."""
    return len((await sweep(Workspace(client, assets), age=AT_ONCE, **options)).files)


@pytest.mark.parametrize("numbers", [(40, 1), (1, 40), (5, 5), (0, 3), (3, 0)], ids=str)
async def test_no_sweep_removes_what_another_store_keeps_there(
    two: tuple[Redis, Redis],
    stores: tuple[StoreClient, StoreClient],
    location: Path | str,
    numbers: tuple[int, int],
) -> None:
    """Found: of 40 portraits, the sweep of a store with more files removed all."""
    assets = open_assets(location)
    for redis, client, number in zip(two, stores, numbers, strict=True):
        async with open_registry(redis=redis, assets_dir=location):
            await fill(client, assets, number)
    before = await names(assets)
    assert len(before) == 2 * sum(numbers)
    for client in stores:
        for way in WAYS:
            with pytest.raises(OperatorError, match="No file was removed"):
                await swept(client, assets, **way)
        with pytest.raises(OperatorError, match="No file was removed"):
            await sweep_daily(Workspace(client, assets))
    assert await names(assets) == before


async def test_the_refusal_names_the_assets_and_both_stores(
    stores: tuple[StoreClient, StoreClient], any_assets: Assets
) -> None:
    one, other = await ids(*stores)
    for client in stores:
        await note_store(client, any_assets)
    for client in stores:
        with pytest.raises(OperatorError) as refused:
            await swept(client, any_assets)
        for each in (any_assets.location, one[:8], other[:8], "`python -m characters adopt`"):
            assert each in str(refused.value)


async def test_the_trash_is_cleared_all_the_same(
    stores: tuple[StoreClient, StoreClient], assets: FolderAssets
) -> None:
    """Seven days are what players were told."""
    for client in stores:
        await note_store(client, assets)
    await add(stores[1], 1, "old", trashed(days=8), place="trash")
    with pytest.raises(OperatorError):
        await swept(stores[1], assets)
    assert await everything(stores[1]) == []


async def test_a_portrait_is_saved_also_where_another_store_is_and_noted_once(
    two: tuple[Redis, Redis],
    stores: tuple[StoreClient, StoreClient],
    assets: FolderAssets,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await note_store(stores[0], assets)
    registry = Registry(CharacterStore(two[1]), assets)
    assert (await with_portrait(registry)).image_path
    assert (await ownership(stores[0], assets)).stores == (*await ids(*stores),)
    await two[1].config_resetstat()
    assert (await registry.portraits.keep(given(images.png()))).saved
    assert set(await two[1].info("commandstats")) == {"cmdstat_config|resetstat"}
    told = [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]
    assert len(told) == 1
    assert f"belongs to the store {short(await store_id(stores[0]))}" in told[0]


async def test_a_portrait_that_is_cancelled_is_no_note(
    two: tuple[Redis, Redis], assets: FolderAssets
) -> None:
    registry = Registry(CharacterStore(two[0]), assets)
    await two[1].client_pause(1000)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await registry.note_store()
    assert not assets.root.exists()
    await registry.note_store()
    assert files(assets.root) == {}
    assert (assets.root / STORE_IDS).exists()


async def test_opening_tells_it_once_and_fails_for_no_reason(
    two: tuple[Redis, Redis], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for redis in two:
        async with open_registry(redis=redis, assets_dir=tmp_path / "assets") as registry:
            assert (await with_portrait(registry)).image_path
    assert caplog.text.count("belongs to the store") == 1
    (tmp_path / "file").touch()
    async with open_registry(redis=two[0], assets_dir=tmp_path / "file" / "below") as registry:
        await registry.create(1, "Ana")
    async with (
        Redis(port=1, retry=Retry(NoBackoff(), 0)) as dead,
        open_registry(redis=dead, assets_dir=tmp_path / "other") as registry,
    ):
        await registry.check_assets()
    assert caplog.text.count("could not be noted") == 2


@pytest.mark.soak
async def test_of_two_stores_that_come_at_once_one_is_the_owner(
    stores: tuple[StoreClient, StoreClient], location: Path | str
) -> None:
    own = await ids(*stores)
    for number in range(trials(30, 200)):
        assets = open_assets(f"{location}/{number}")
        found = await asyncio.gather(*(note_store(each, assets) for each in stores))
        assert sum(each.is_of_another for each in found) == 1
        (one,) = {each.stores[0] for each in found}
        after = [await ownership(each, assets) for each in stores]
        assert {each.stores[0] for each in after} == {one}
        assert {*after[0].stores} == {*own}


@pytest.mark.usefixtures("assets")
async def test_processes_at_once_agree_on_the_id_of_their_store(redis: Any) -> None:
    class SlowProcess(StoreClient):
        async def execute(self, *command: Any) -> Any:
            if command[0] == "SET":
                await asyncio.sleep(next(delays))
            return await super().execute(*command)

    client, delays = StoreClient(redis), iter([each / 100 for each in range(5, 13)])
    assert await find_store_id(client) is None
    found = await asyncio.gather(*(store_id(SlowProcess(redis)) for _ in range(8)))
    assert {*found} == {await find_store_id(client)}
    assert len(found[0]) == 32


async def test_processes_of_one_store_share_the_assets(
    redis: Any, any_assets: Assets, location: Path | str
) -> None:
    client = StoreClient(redis)
    each = [note_store(client, assets) for assets in (any_assets, open_assets(location))]
    assert [found.problem for found in await asyncio.gather(*each)] == [None, None]
    await fill(client, any_assets, 2)
    await any_assets.save(b"unnamed", b"unnamed")
    assert await swept(client, any_assets) == 2
    assert await swept(client, open_assets(location)) == 0


async def test_after_a_restart_the_assets_are_still_its_own(
    tmp_path: Path, assets: FolderAssets
) -> None:
    for _ in range(2):
        async with embedded_valkey(tmp_path / "db") as url, Redis.from_url(url) as redis:
            await add(StoreClient(redis), 1, "plain", record())
            await assets.save(b"unnamed", b"unnamed")
            assert await swept(StoreClient(redis), assets) == 2


async def test_a_store_that_was_restored_as_a_new_one_adopts_the_assets(
    stores: tuple[StoreClient, StoreClient],
    any_assets: Assets,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    lost, new = stores
    await note_store(lost, any_assets)
    await fill(lost, any_assets, 3)
    before = await names(any_assets)
    await backup(Workspace(lost, any_assets), tmp_path / "backup.tar")
    await restore(Workspace(new, any_assets), open_backup(tmp_path / "backup.tar"))
    assert "`python -m characters adopt`" in caplog.text
    await any_assets.save(b"unnamed", b"unnamed")
    with pytest.raises(OperatorError, match="belongs to the store"):
        await swept(new, any_assets, force=True)
    found = await adopt(Workspace(new, any_assets))
    assert found.stores == (*await ids(lost, new),)
    assert await swept(new, any_assets) == 2
    assert await names(any_assets) == before
    with pytest.raises(OperatorError, match="belongs to the store"):
        await swept(lost, any_assets, force=True)


async def test_whoever_adopts_while_the_other_bot_still_runs_removes_nothing_for_long(
    stores: tuple[StoreClient, StoreClient], any_assets: Assets
) -> None:
    """The other bot tries to sweep every hour, and portraits younger than an hour stay."""
    for client in stores:
        await note_store(client, any_assets)
    await adopt(Workspace(stores[0], any_assets))
    with pytest.raises(OperatorError):
        await sweep_daily(Workspace(stores[1], any_assets))
    with pytest.raises(OperatorError, match="keeps portraits there too"):
        await swept(stores[0], any_assets, force=True)


async def test_a_store_that_comes_during_a_sweep_stops_it(
    two: tuple[Redis, Redis], stores: tuple[StoreClient, StoreClient], any_assets: Assets
) -> None:
    await add(stores[0], 1, "plain", record())

    class BusyServer(StoreClient):
        async def keys(self, pattern: str) -> Any:
            await note_store(stores[1], any_assets)
            async for key in super().keys(pattern):
                yield key

    await any_assets.save(b"of another store", b"small")
    with pytest.raises(OperatorError, match="keeps portraits there too"):
        await swept(BusyServer(two[0]), any_assets)
    assert len(await names(any_assets)) == 2


async def test_looking_changes_nothing(
    stores: tuple[StoreClient, StoreClient], any_assets: Assets
) -> None:
    await fill(stores[0], any_assets, 1)
    for _ in range(2):
        assert await swept(stores[0], any_assets, dry_run=True) == 0
        await check(Workspace(stores[0], any_assets))
    assert await find_store_id(stores[0]) is None
    found = await ownership(stores[0], any_assets)
    assert found == Ownership(any_assets.location, None, ())
    await note_store(stores[1], any_assets)
    with pytest.raises(OperatorError, match="this is a store without an id"):
        await swept(stores[0], any_assets, dry_run=True)


async def test_check_tells_that_another_store_is_there(
    stores: tuple[StoreClient, StoreClient], assets: FolderAssets
) -> None:
    await note_store(stores[0], assets)
    await fill(stores[1], assets, 1)
    (found,) = await check(Workspace(stores[1], assets))
    assert (found.kind, str(assets.root) in found.what) == (FindingKind.SHARED, True)


async def test_a_store_with_two_folders_sweeps_the_present_one_and_check_tells_of_the_other(
    stores: tuple[StoreClient, StoreClient], assets: FolderAssets, tmp_path: Path
) -> None:
    """The operator has changed ASSETS_DIR, and moved nothing."""
    await note_store(stores[0], assets)
    await fill(stores[0], assets, 3)
    before = files(assets.root)
    present = FolderAssets(tmp_path / "present")
    await present.save(b"unnamed", b"unnamed")
    assert await swept(stores[0], present) == 2
    assert files(assets.root) == before
    found = await check(Workspace(stores[0], present))
    assert [each.kind for each in found] == [FindingKind.ELSEWHERE] * 3
    assert await swept(stores[0], assets) == 0


@pytest.mark.parametrize("content", [b"", b"\xff\n", b"\n \n", b"{}"])
async def test_a_note_that_no_store_wrote_stops_the_sweep(
    stores: tuple[StoreClient, StoreClient], any_assets: Assets, content: bytes
) -> None:
    await any_assets.put(STORE_IDS, content)
    with pytest.raises(OperatorError, match="belongs to the store"):
        await swept(stores[0], any_assets)


async def test_a_note_that_can_not_be_read_stops_the_sweep(
    stores: tuple[StoreClient, StoreClient], assets: FolderAssets, tmp_path: Path
) -> None:
    await fill(stores[0], assets, 1)
    before = await names(assets)
    (assets.root / STORE_IDS).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=STORE_IDS):
        await swept(stores[0], assets)
    assert await names(assets) == before
    assert not (tmp_path / "elsewhere").exists()


async def test_many_stores_leave_a_short_note(
    stores: tuple[StoreClient, StoreClient], any_assets: Assets
) -> None:
    """A server that keeps nothing has a new id after each start."""
    client = stores[0]
    for number in range(20):
        await client.execute("SET", STORE_ID, f"{number:032x}")
        found = await note_store(client, any_assets)
    assert [int(each, 16) for each in found.stores] == [0, *range(12, 20)]


@pytest.fixture
def new(tmp_path: Path) -> FolderAssets:
    return FolderAssets(tmp_path / "new")


async def moved(client: StoreClient, source: Assets, target: Assets, **options: Any) -> MoveResult:
    return await move_assets(Workspace(client, source), source, target, **options)


async def test_nothing_is_moved_to_assets_of_another_store(
    stores: tuple[StoreClient, StoreClient], any_assets: Assets, new: FolderAssets
) -> None:
    await note_store(stores[0], any_assets)
    await fill(stores[1], new, 2)
    before = await everything(stores[1]), files(new.root)
    with pytest.raises(OperatorError, match=r"No portrait was moved: .* belongs to the store"):
        await moved(stores[1], new, any_assets)
    assert (await everything(stores[1]), files(new.root)) == before
    assert await names(any_assets) == []
    assert (await ownership(stores[1], any_assets)).stores == (*await ids(stores[0]),)


async def test_after_a_move_the_new_assets_are_its_own_and_the_old_ones_are_free(
    stores: tuple[StoreClient, StoreClient], any_assets: Assets, new: FolderAssets
) -> None:
    await note_store(stores[0], any_assets)
    await fill(stores[0], any_assets, 2)
    assert (await moved(stores[0], any_assets, new, keep=True)).copied == 4
    own = await ids(stores[0])
    for assets in (any_assets, new):
        assert (await ownership(stores[0], assets)).stores == (*own,)
    assert (await moved(stores[0], any_assets, new)).removed == 2
    assert (await ownership(stores[0], any_assets)).stores == ()
    assert (await ownership(stores[0], new)).stores == (*own,)
    assert (await note_store(stores[1], any_assets)).problem is None


@pytest.mark.parametrize("leaving", [0, 1])
async def test_whichever_of_two_stores_moves_away_the_other_one_can_sweep_again(
    stores: tuple[StoreClient, StoreClient],
    any_assets: Assets,
    new: FolderAssets,
    leaving: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for client in stores:
        await note_store(client, any_assets)
        await fill(client, any_assets, 2)
    client, other = stores[leaving], stores[1 - leaving]
    assert await moved(client, any_assets, new) == (4, 2, 0, [])
    assert "the old files stay" in caplog.text
    assert len(await names(any_assets)) == 8
    assert await swept(client, new) == 0
    assert await swept(other, any_assets) == 4
    assert await check(Workspace(other, any_assets)) == []
    assert len(await names(any_assets)) == 4


async def test_a_copied_store_moves_away_and_leaves_the_files_of_the_first(
    stores: tuple[StoreClient, StoreClient], any_assets: Assets, new: FolderAssets, tmp_path: Path
) -> None:
    """Both name the same files."""
    await note_store(stores[0], any_assets)
    await fill(stores[0], any_assets, 2)
    before = await names(any_assets)
    await backup(Workspace(stores[0], any_assets), tmp_path / "backup.tar")
    await restore(Workspace(stores[1], any_assets), open_backup(tmp_path / "backup.tar"))
    assert (await moved(stores[1], any_assets, new)).removed == 0
    assert await names(any_assets) == before
    assert await swept(stores[0], any_assets) == 0


async def test_a_portrait_that_could_not_be_moved_stays(
    stores: tuple[StoreClient, StoreClient], any_assets: Assets, new: FolderAssets
) -> None:
    for client in stores:
        await note_store(client, any_assets)
    await fill(stores[0], any_assets, 1)
    before = await names(any_assets)
    _, portrait = sorted(before, key=len, reverse=True)
    await new.put(portrait.rpartition("/")[2], b"another one of this name")
    assert (await moved(stores[0], any_assets, new)).left == [portrait]
    await add(stores[1], 1, "plain", record())
    with pytest.raises(OperatorError, match="belongs to the store"):
        await swept(stores[1], any_assets, force=True)
    assert await names(any_assets) == before

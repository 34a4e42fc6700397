"""The lease on maintenance: one process at a time, and a lease ends with its process."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.errors import OperatorError
from characters.maintenance.backup import backup
from characters.maintenance.backup_file import open_backup
from characters.maintenance.move import move_assets
from characters.maintenance.restore import restore
from characters.maintenance.retag import retag
from characters.maintenance.sweep import sweep, sweep_daily
from characters.maintenance.workspace import Workspace
from characters.portraits.folder import FolderAssets
from characters.store import lease as lease_module
from characters.store.client import StoreClient
from characters.store.keys import MAINTENANCE, UserKeys
from characters.store.lease import Busy, lease
from tests.operator import add, everything, files, keys, portrait, record
from tests.slow_proxy import SlowProxy


@pytest.fixture
def client(redis: Any) -> StoreClient:
    return StoreClient(redis)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_module, "WAIT", 0.2)


@pytest.fixture
def workspace(client: StoreClient, assets: FolderAssets) -> Workspace:
    return Workspace(client, assets)


async def restored(workspace: Workspace) -> object:
    file = Path(workspace.assets.location).parent / "backup.tar"
    await backup(workspace, file, replace=True)
    return await restore(workspace, open_backup(file))


async def moved(workspace: Workspace) -> object:
    target = FolderAssets(Path(workspace.assets.location).parent / "new")
    return await move_assets(workspace, workspace.assets, target)


@pytest.mark.parametrize(
    "work",
    [
        sweep,
        restored,
        moved,
        lambda workspace: retag(workspace, braces=True),
    ],
    ids=["sweep", "restore", "move-assets", "retag"],
)
async def test_while_another_process_works_its_name_is_reported(
    workspace: Workspace, work: Callable[[Workspace], Awaitable[object]]
) -> None:
    client = workspace.client
    async with lease(client, "restore"):
        with pytest.raises(
            Busy,
            match=r"`restore` \(process \d+ on .+\) is at work on this store. Run this",
        ):
            await work(workspace)
    await work(workspace)
    assert not await client.execute("EXISTS", MAINTENANCE)


async def test_the_daily_sweep_waits_for_the_next_hour(
    client: StoreClient, assets: FolderAssets
) -> None:
    async with lease(client, "restore"):
        assert await sweep_daily(Workspace(client, assets)) is None
    assert 0 < await client.execute("TTL", "game:sweep") < 3600


async def test_a_dry_run_and_a_backup_do_not_wait(
    client: StoreClient, assets: FolderAssets, tmp_path: Path
) -> None:
    async with lease(client, "restore"):
        await sweep(Workspace(client, assets), dry_run=True)
        await backup(Workspace(client, assets), tmp_path / "backup.tar")


async def test_it_waits_a_little(client: StoreClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_module, "WAIT", 5)

    async def short() -> None:
        async with lease(client, "sweep"):
            await asyncio.sleep(0.3)

    other = asyncio.create_task(short())
    await asyncio.sleep(0.1)
    async with lease(client, "restore"):
        assert other.done()


async def test_a_lease_is_renewed_for_as_long_as_the_work_takes(
    client: StoreClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_module, "SECONDS", 1)
    async with lease(client, "sweep"):
        await asyncio.sleep(2.2)
        with pytest.raises(Busy):
            async with lease(client, "restore"):
                pass


async def test_a_renewal_whose_end_the_client_swallowed_ends_all_the_same(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As redis-py's client may do while it connects."""
    monkeypatch.setattr(lease_module, "RENEWALS", 1e4)
    is_asked = asyncio.Event()

    class SwallowingClient(StoreClient):
        async def run(self, name: str, keys: UserKeys | str, *arguments: Any) -> Any:
            if arguments[0] == "renew":
                is_asked.set()
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(5)
            return await super().run(name, keys, *arguments)

    client = SwallowingClient(redis)
    async with lease(client, "sweep"):
        await is_asked.wait()
    (renewal,) = client.background._tasks
    await asyncio.wait([renewal], timeout=5)
    assert renewal.cancelled()


async def test_the_lease_of_a_killed_process_ends_soon(client: StoreClient) -> None:
    async with lease(client, "sweep"):
        assert 100 < await client.execute("TTL", MAINTENANCE) <= 120


async def test_work_stops_when_its_lease_is_lost(
    client: StoreClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_module, "SECONDS", 1)

    async def work() -> None:
        async with lease(client, "sweep"):
            await client.execute("SET", MAINTENANCE, "`restore` of another process 1")
            await asyncio.sleep(5)

    with pytest.raises(OperatorError, match="did not answer for too long"):
        await work()
    assert await client.execute("GET", MAINTENANCE) == b"`restore` of another process 1"


async def test_a_restore_beside_a_sweep_loses_no_portrait(
    client: StoreClient, assets: FolderAssets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_module, "WAIT", 5)
    for user_id in range(1, 11):
        await add(client, user_id, "ana", record(await portrait(assets, age=7200)))
    await backup(Workspace(client, assets), tmp_path / "backup.tar")
    for user_id in range(1, 11):  # the store is lost, the folder is not
        await client.execute("DEL", keys(client, user_id).characters)
    await add(client, 99, "bob", record(await portrait(assets)))
    first = asyncio.Event()

    class SlowAssets(FolderAssets):
        async def remove(self, path: str) -> None:
            first.set()
            await asyncio.sleep(0.01)
            await super().remove(path)

    sweeping = asyncio.create_task(sweep(Workspace(client, SlowAssets(assets.root))))
    await first.wait()
    await restore(Workspace(client, assets), open_backup(tmp_path / "backup.tar"))
    await sweeping
    assert (len(await everything(client)), len(files(assets.root))) == (11, 22)


async def test_who_is_stopped_before_the_answer_comes_leaves_no_lease(
    valkey: Redis, valkey_url: str
) -> None:
    async with SlowProxy(valkey_url).running() as proxy, Redis.from_url(proxy.url) as redis:
        client = StoreClient(redis)
        async with lease(client, "test"):  # so that the server knows the script
            pass
        proxy.answer_delay = 0.5
        taking = asyncio.create_task(lease(client, "test").__aenter__())
        while not await valkey.exists(MAINTENANCE):  # noqa: ASYNC110 - the server says when
            await asyncio.sleep(0.01)
        taking.cancel()
        await asyncio.wait([taking])
        assert taking.cancelled()
    assert not await valkey.exists(MAINTENANCE)

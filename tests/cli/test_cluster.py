"""The commands as an operator runs them, over a cluster."""

import asyncio
import json
from pathlib import Path

from redis.asyncio import RedisCluster

from characters.portraits.folder import FolderAssets
from characters.store.client import StoreClient
from tests.operator import add, everything, portrait, record, run

USERS = range(1, 10)  # on each node some


async def test_a_backup_restores_a_cluster_that_lost_everything(
    cluster_url: str, cluster_port: int, tmp_path: Path
) -> None:
    assets = FolderAssets(tmp_path / "assets")
    settings = {"REDIS_URL": cluster_url, "ASSETS_DIR": assets.root}

    async def succeeds(*arguments: str) -> str:
        status, out, err = await asyncio.to_thread(run, tmp_path, *arguments, **settings)
        assert (status, err) == (0, ""), arguments
        return out

    async with RedisCluster(host="127.0.0.1", port=cluster_port) as redis:
        client = StoreClient(redis)
        for user_id in USERS:
            await add(client, user_id, "ana", record(await portrait(assets)))
        before = await everything(client)
        await succeeds("backup", "all.tar")
        await redis.flushall()
        await succeeds("restore", "all.tar")
        assert await everything(client) == before
        assert json.loads(await succeeds("stats", "--json"))["users"] == len(USERS)
        assert "All is well." in await succeeds("check")
        await succeeds("sweep")
        assert await everything(client) == before

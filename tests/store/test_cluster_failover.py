"""A master of a cluster is killed while players save: the service comes back by itself.

As a supervisor would, the tests start the killed server again. It needs its append-only file: a
master that comes back empty before it is replaced would have its replica empty itself too.
"""

import asyncio
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from characters.store.connecting import connected
from tests.clusters import Cluster, cluster
from tests.load import LAST_TURN, load
from tests.soak import trials
from tests.store.test_tracking import remembers, tracking, until

NODE_TIMEOUT = 1.5  # seconds until a master that does not answer is replaced
OPTIONS = ("--cluster-node-timeout", str(int(1000 * NODE_TIMEOUT)), "--appendonly", "yes")
STRICT = ("--min-replicas-to-write", "1", "--min-replicas-max-lag", "2")


@pytest.fixture(params=["as it is", "min-replicas-to-write 1"])
def servers(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Cluster, None, None]:
    strict = STRICT if request.param.startswith("min") else ()
    with cluster(tmp_path, *OPTIONS, *strict) as found:
        yield found


@pytest.mark.scale
async def test_a_master_killed_under_load_is_replaced(
    servers: Cluster, request: pytest.FixtureRequest, record_property: Any
) -> None:
    is_strict = "min" in request.node.name
    pauses: list[float] = []
    saved = lost = 0
    for _ in range(trials(1, 5)):
        async with (
            connected(servers.url) as client,
            tracking(client) as store,
            load(servers.url) as players,
        ):
            await asyncio.sleep(0.5)
            old = servers.masters()[0]
            old.kill()
            players.begin_anew()
            await until(lambda: not remembers(store))
            await until(lambda: len(servers.masters()) == 3, 20)
            if is_strict:  # else the new master has no replica, and takes no changes
                await asyncio.to_thread(old.start)
            await until(lambda: players.are_back() and remembers(store), 20)
        pauses.append(players.longest_pause())
        saved += len(players.saved)
        async with connected(servers.url) as client:
            lost += await players.lost(client)
        if not is_strict:
            old.start()
        old.until(lambda node: node.info("replication").get("master_link_status") == "up")
    assert lost <= trials(1, 5) * LAST_TURN
    kind = f"cluster, {request.node.callspec.id}"
    record_property(f"{kind}: seconds without a save, each", [round(each, 1) for each in pauses])
    record_property(f"{kind}: acknowledged saves, and lost ones", f"{saved}, {lost}")

"""A scan over all keys of a store, begun anew where a server was restarted or replaced meanwhile.

The cursor of SCAN is a place in one process's memory: in another process, after a restart or a
failover, the same cursor silently leaves out keys. So does a scan while slots are moved between the
nodes of a cluster.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from redis.asyncio import RedisCluster
from redis.client import NEVER_DECODE
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisClusterException
from redis.exceptions import TimeoutError as NoAnswer

from characters.errors import ScanInterrupted

SCANS = 5  # until a store that changes again and again is given up
PAUSE = 0.3  # seconds before the second scan; more before each further one
COUNT = 1000  # keys that the server looks at in one step of a scan

log = logging.getLogger(f"game_characters.{__name__}")

Request = Callable[[], AbstractContextManager[None]]
"""Surrounds each request; it may refuse it by an error."""


class _Process(NamedTuple):
    """A server as it was at one moment; `node` is None where there is no cluster.

    `slots` are the ranges that a node of a cluster has, and those that are being moved.
    """

    node: Any
    run_id: str
    slots: tuple[str, ...] = ()

    @property
    def moves_slots(self) -> bool:
        return any(each.startswith("[") for each in self.slots)


async def scan_keys(redis: Any, pattern: str, request: Request) -> AsyncIterator[list[str]]:
    """All keys that match, some perhaps twice, as the servers return them.

    A key that is made or removed during the scan may come or not. Raises ScanInterrupted where the
    servers change during each of five scans, errors of the client, and what `request` raises.
    """
    failure: Exception | None = None
    for attempt in range(SCANS):
        if attempt:
            log.warning("The servers of the store changed during a scan, which begins anew")
            await asyncio.sleep(attempt * PAUSE)
        try:
            before = await _processes(redis, request)
            for process in before:
                async for keys in _keys(redis, request, process.node, pattern):
                    yield keys
            after = await _processes(redis, request)
            if before == after and not any(each.moves_slots for each in before):
                return
            failure = None
        except (NoConnection, NoAnswer, RedisClusterException) as error:
            failure = error
    raise failure or ScanInterrupted


async def _keys(redis: Any, request: Request, node: Any, pattern: str) -> AsyncIterator[list[str]]:
    cursor: Any = 0
    while True:
        step = ("SCAN", cursor, "MATCH", pattern, "COUNT", COUNT)
        cursor, keys = await _execute(redis, request, node, *step)
        if node is not None:  # redis-py answers with {name of the node: cursor}
            (cursor,) = cursor.values()
        if keys:
            yield [key if isinstance(key, str) else _text(key) for key in keys]
        if not cursor:
            return


def _text(key: bytes) -> str:
    return key.decode(errors="surrogateescape")


async def _processes(redis: Any, request: Request) -> list[_Process]:
    """The server, or each primary node of a cluster, in a fixed order."""
    if not isinstance(redis, RedisCluster):
        info = await _execute(redis, request, None, "INFO", "server")
        return [_Process(None, info["run_id"])]
    with request():
        await redis.nodes_manager.initialize()  # the client may not know of a failover yet
    found: list[_Process] = []
    for node in sorted(redis.get_primaries(), key=lambda each: each.name):
        info = await _execute(redis, request, node, "INFO", "server")
        nodes = await _execute(redis, request, node, "CLUSTER", "NODES")
        found.append(_Process(node, info["run_id"], _own_slots(nodes.decode())))
    return found


def _own_slots(nodes: str) -> tuple[str, ...]:
    """The slots of the node that gave this answer. See https://redis.io/commands/cluster-nodes."""
    for line in nodes.splitlines():
        fields = line.split(" ")
        if "myself" in fields[2].split(","):
            return tuple(fields[8:])
    return ()


async def _execute(redis: Any, request: Request, node: Any, *command: Any) -> Any:
    options = {} if node is None else {"target_nodes": node}
    with request():
        return await redis.execute_command(*command, **options, **{NEVER_DECODE: True})

"""A client of a cluster that does not read the cluster's slots again for every error.

While a master is away, redis-py 8.1 does that after each command that fails, before the next one
of all: about 20 ms of the event loop. It also closes all connections where a slot is down, or where
a command is given up while the slots are read. Nor does it find a node that is getting its first
slot (redis/redis-py#4015).
"""

import asyncio
from time import monotonic
from typing import Any, Self

from redis.asyncio import RedisCluster
from redis.asyncio.cluster import ClusterNode

from characters.store.background import end_tasks

REFRESH_SECONDS = 0.5  # from one reading of the slots to the next


class ClusterClient(RedisCluster):
    """Of redis-py it uses what has a public name, and `_initialize`: whether to read the slots."""

    _refresh: "asyncio.Task[Any] | None" = None
    _refreshed = float("-inf")
    _is_over = False

    async def initialize(self, *arguments: Any, **options: Any) -> Self:
        """Reads the slots, unless that was done just now; goes on where its caller gives up."""
        if monotonic() - self._refreshed < REFRESH_SECONDS:
            self._initialize = False
            return self
        if self._refresh is None or self._refresh.done():
            work = super().initialize(*arguments, **options)
            self._refresh = asyncio.create_task(work)
            self._refresh.add_done_callback(self._note)
        await asyncio.shield(self._refresh)
        return self

    def get_node(
        self, host: str | None = None, port: int | None = None, node_name: str | None = None
    ) -> ClusterNode | None:
        """As of redis-py, but a node of an unknown name is a new one."""
        node = super().get_node(host, port, node_name)
        if node is None and node_name:
            place, _, number = node_name.rpartition(":")
            node = ClusterNode(place, int(number), **self.nodes_manager.connection_kwargs)
            self.nodes_manager.nodes_cache[node_name] = node  # which closes it with the others
        return node

    async def aclose(self) -> None:
        """Closes all connections at the end only; redis-py also calls it where a slot is down."""
        if self._is_over:
            await super().aclose()
        else:
            self._initialize = True

    async def __aexit__(self, *error: object) -> None:
        self._is_over = True
        if self._refresh:
            await end_tasks([self._refresh])
        await self.aclose()

    def _note(self, refresh: "asyncio.Task[Any]") -> None:
        if not refresh.cancelled() and refresh.exception() is None:
            self._refreshed = monotonic()

"""The Redis or Valkey server: its commands and our scripts, answered in bytes or not at all."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.client import NEVER_DECODE
from redis.exceptions import NoScriptError, RedisClusterException, RedisError

from characters.errors import StorageUnavailable
from characters.store.scripts import Script

log = logging.getLogger(__name__)

_SCAN_COUNT = 1000  # keys that the server looks at in one step of a scan

Command = tuple[Any, ...]


class StoreClient:
    """An open client, which stays the caller's, and may decode responses or not.

    Every method raises StorageUnavailable where the server does not answer as it should within
    `deadline` seconds (None: as long as the client waits).
    """

    def __init__(self, redis: Redis | RedisCluster, deadline: float | None = None) -> None:
        self._redis: Any = redis
        self._deadline = deadline
        self.is_cluster = isinstance(redis, RedisCluster)

    async def execute(self, *command: Any) -> Any:
        """The answer to one command, always as bytes, whatever the client decodes."""
        try:
            if self._deadline is None:
                return await self._redis.execute_command(*command, **{NEVER_DECODE: True})
            async with asyncio.timeout(self._deadline):
                return await self._redis.execute_command(*command, **{NEVER_DECODE: True})
        except NoScriptError:
            raise
        except (RedisError, RedisClusterException, OSError) as error:
            raise _unavailable(command[0], error) from error

    async def run(self, script: Script, keys: Sequence[str], *arguments: Any) -> Any:
        """What the script returns. Its keys share a slot."""
        try:
            return await self.execute("EVALSHA", script.sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return await self.execute("EVAL", script.source, len(keys), *keys, *arguments)

    async def execute_all(self, commands: Iterable[Command]) -> list[Any]:
        """The answers to several commands, in one round trip (to each node of a cluster)."""
        pipeline = self._redis.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command, **{NEVER_DECODE: True})
        try:
            async with asyncio.timeout(self._deadline):
                return await pipeline.execute()
        except (RedisError, RedisClusterException, OSError) as error:
            raise _unavailable("a pipeline", error) from error

    async def keys(self, pattern: str, kind: str | None = None) -> AsyncIterator[str]:
        """All keys that match, some perhaps twice; keys that come or go meanwhile may be among them or not.

        The kind is that of Redis: `string`, `hash`, ….
        """
        try:
            async for key in self._redis.scan_iter(match=pattern, count=_SCAN_COUNT, _type=kind):
                yield key if isinstance(key, str) else key.decode(errors="surrogateescape")
        except (RedisError, RedisClusterException, OSError) as error:
            raise _unavailable("SCAN", error) from error


def _unavailable(what: str, error: Exception) -> StorageUnavailable:
    log.error("The store failed to answer %s: %s: %s", what, type(error).__name__, error)
    return StorageUnavailable()

"""The connections on which the servers say what changed (client tracking), for the near cache.

There is one to the server, or to each primary of a cluster. Where one is lost, or other servers
have taken over, nothing is remembered until all of them are made anew.
"""

import asyncio
import contextvars
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    RedisError,
    ResponseError,
    TryAgainError,
)

from characters.store.background import check_cancelled, end_tasks
from characters.store.near_cache import NearCache
from characters.store.tracked_servers import PING, Connections, TrackedServers, servers_of

START_SECONDS = 2.5  # for the connections that track
PING_SECONDS = 0.25  # from an answer to the next request
QUESTION_SECONDS = 1.0  # from one question for the servers of the store to the next
ANSWER_SECONDS = 1.0  # until a server that does not answer counts as lost
OLDEST_SECONDS = 60.0  # of what is remembered: the server does not say that SWAPDB changed it
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds before the connections are made anew
PREFIXES = ("game:characters:", "game:active_char:")

# What a server answers to PING too while it can't write to its disk, runs a script, or is a replica
# without a master.
_PASSING = (AuthenticationError, BusyLoadingError, ClusterDownError, MasterDownError, TryAgainError)
_PASSING_CODES = ("MISCONF", "BUSY", "MASTERDOWN")

log = logging.getLogger(f"game_characters.{__name__}")


class Tracking:
    """Keeps the connections."""

    def __init__(self, redis: Redis | RedisCluster, cache: NearCache) -> None:
        self._servers = servers_of(redis)
        self._cache = cache
        self._pause = FIRST_PAUSE

    async def run(self) -> None:
        """Returns where a server or the client can't do it, with a line in the log."""
        while True:
            try:
                await self._track()
            except (RedisError, OSError) as error:
                if _is_final(error):
                    log.info("%s (%s)", _UNTRACKED, error)
                    return
                if self._pause == FIRST_PAUSE:  # once, however long it lasts
                    log.info("The near cache is empty until the store answers: %s", error)
            except (TypeError, AttributeError, NotImplementedError) as error:  # another client
                log.info("%s (%s)", _UNTRACKED, error)
                return
            except ReferenceError:  # the client is gone
                return
            check_cancelled()
            await asyncio.sleep(self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)

    async def _track(self) -> None:
        """Raises an error where a server is lost, or others have taken over."""
        connections: Connections = {}
        tasks: list[asyncio.Task[None]] = []
        try:
            async with asyncio.timeout(START_SECONDS):
                connections = await self._servers.connections()
                for connection in connections.values():
                    await _start(connection)
            check_cancelled()
            self._pause = FIRST_PAUSE
            self._cache.begin_tracking()
            answered = dict.fromkeys(connections, 0.0)
            for place in connections:
                listener = _Listener(self._servers, self._cache, connections, place, answered)
                tasks.append(asyncio.create_task(listener.run()))
                # As for the task of `run`, where the drop-in functions begin it.
                setattr(tasks[-1], "_log_destroy_pending", False)  # noqa: B010 - it has no public name
            await asyncio.gather(*tasks)
        except (Exception, asyncio.CancelledError):  # not where the loop is let go: await nothing
            self._cache.end_tracking()
            await end_tasks(tasks)
            for connection in connections.values():
                await connection.disconnect(nowait=True)
            raise


class _Listener:
    """Reads what one server says; `answered` is when each was asked what it answered last."""

    def __init__(
        self,
        servers: TrackedServers,
        cache: NearCache,
        connections: Connections,
        place: tuple[str, int],
        answered: dict[tuple[str, int], float],
    ) -> None:
        self._servers = servers
        self._cache = cache
        self._connections = connections
        self._connection = connections[place]
        self._place = place
        self._answered = answered
        self._next_question = monotonic()
        self._is_question = False  # what was asked last

    async def run(self) -> None:
        """Raises an error of redis-py, or ConnectionError."""
        next_request = monotonic()
        next_drop = monotonic() + OLDEST_SECONDS
        asked: float | None = None
        while True:
            check_cancelled()
            if monotonic() >= next_drop:
                self._cache.drop_all()
                next_drop += OLDEST_SECONDS
            if asked is None and monotonic() >= next_request:
                asked = monotonic()
                await self._ask(asked)
            answer = await self._connection.read_response(
                timeout=PING_SECONDS, disconnect_on_error=False, push_request=True
            )
            match answer:
                case [b"invalidate", None]:  # FLUSHALL, for example
                    self._cache.drop_all()
                case [b"invalidate", [*keys]]:
                    for key in keys:
                        self._cache.drop_key(key.decode(errors="replace"))
                case b"PONG" | [[int(), *_], *_] if asked is not None:
                    await self._was_answered(asked, answer)
                    next_request, asked = monotonic() + PING_SECONDS, None
                case _ if asked is not None and monotonic() > asked + ANSWER_SECONDS:
                    raise ConnectionError(f"no answer within {ANSWER_SECONDS:g} s")
                case _:
                    pass

    async def _ask(self, now: float) -> None:
        self._is_question = now >= self._next_question
        command = self._servers.question if self._is_question else PING
        await self._connection.send_command(*command)

    async def _was_answered(self, asked: float, answer: Any) -> None:
        self._answered[self._place] = asked
        self._cache.extend(min(self._answered.values()))
        if not self._is_question:
            return
        if not await self._servers.are_still(self._connections, self._connection, answer):
            raise ConnectionError("other servers have taken over")
        self._next_question = monotonic() + QUESTION_SECONDS


async def _start(connection: Any) -> None:
    await connection.connect()
    prefixes = [each for prefix in PREFIXES for each in ("PREFIX", prefix)]
    await connection.send_command("CLIENT", "TRACKING", "ON", "BCAST", *prefixes)
    await connection.read_response()


_UNTRACKED = "Characters are read from the store each time, as it can't track changes"


def track(redis: Redis | RedisCluster, cache: NearCache) -> asyncio.Task[None]:
    """The cache remembers until the task ends.

    It begins in an empty context, as it belongs to nothing that goes on now, such as a player's
    command. So simcord does not wait for it either.
    """
    return contextvars.Context().run(asyncio.create_task, Tracking(redis, cache).run())


@asynccontextmanager
async def tracked(redis: Redis | RedisCluster, cache: NearCache) -> AsyncGenerator[None, None]:
    """The cache remembers inside."""
    task = track(redis, cache)
    try:
        yield
    finally:
        await end_tasks([task])


def _is_final(error: Exception) -> bool:
    """Whether the server refuses to track changes, rather than to answer for a while."""
    passing = isinstance(error, _PASSING) or str(error).startswith(_PASSING_CODES)
    return isinstance(error, ResponseError) and not passing

"""The connection on which the server says what changed (client tracking), for the near cache.

Of redis-py it uses what is public: the settings and the class of the client's own connections,
`parser_class`, `DefaultParser`, `set_invalidation_push_handler`, `send_command`, `read_response`
and `disconnect`.
"""

import asyncio
import contextvars
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.connection import DefaultParser
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, BusyLoadingError, RedisError, ResponseError

from characters.store.near_cache import NearCache

START_SECONDS = 2.5  # for a connection that tracks
PING_SECONDS = 0.25  # from an answer to the next PING
ANSWER_SECONDS = 1.0  # until a server that does not answer counts as lost
OLDEST_SECONDS = 60.0  # of what is remembered: the server does not say that SWAPDB changed it
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds before the connection is made anew
PREFIXES = ("game:characters:", "game:active_char:")

log = logging.getLogger(f"game_characters.{__name__}")


class Tracking:
    """Keeps the connection; holds nothing of the client but the settings of its connections."""

    def __init__(self, redis: Redis | RedisCluster, cache: NearCache) -> None:
        pool: Any = getattr(redis, "connection_pool", None)  # a cluster has none
        self._connection_class: Any = getattr(pool, "connection_class", None)
        self._settings: dict[str, Any] = dict(getattr(pool, "connection_kwargs", {}))
        self._settings |= {
            "protocol": 3,
            "parser_class": _parser,
            "decode_responses": False,
            "socket_timeout": None,  # with one, redis-py may lose a cancellation on Python 3.11
            "retry": Retry(NoBackoff(), 0),
            "retry_on_error": [],
            "retry_on_timeout": False,
            "health_check_interval": 0,
            "event_dispatcher": None,
            "maint_notifications_config": None,
            "maint_notifications_pool_handler": None,
        }
        self._cache = cache
        self._pause = FIRST_PAUSE

    async def run(self) -> None:
        """Returns where the server or the client can't do it, with a line in the log."""
        while True:
            try:
                connection = self._connection_class(**self._settings)
                try:
                    async with asyncio.timeout(START_SECONDS):
                        await self._start(connection)
                    self._pause = FIRST_PAUSE
                    await self._listen(connection)
                except (Exception, asyncio.CancelledError):
                    self._cache.end_tracking()
                    await connection.disconnect(nowait=True)
                    raise
            except (RedisError, OSError) as error:
                if _is_final(error):
                    log.info("%s (%s)", _UNTRACKED, error)
                    return
                if self._pause == FIRST_PAUSE:  # once, however long it lasts
                    log.info("The near cache is empty until the store answers: %s", error)
            except (TypeError, AttributeError, NotImplementedError) as error:  # another client
                log.info("%s (%s)", _UNTRACKED, error)
                return
            await asyncio.sleep(self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)

    async def _start(self, connection: Any) -> None:
        await connection.connect()
        prefixes = [each for prefix in PREFIXES for each in ("PREFIX", prefix)]
        await connection.send_command("CLIENT", "TRACKING", "ON", "BCAST", *prefixes)
        await connection.read_response()
        self._cache.begin_tracking()

    async def _listen(self, connection: Any) -> None:
        """Raises an error of redis-py where the server is lost."""
        next_ping = monotonic()
        next_drop = monotonic() + OLDEST_SECONDS
        pinged: float | None = None
        while True:
            if monotonic() >= next_drop:
                self._cache.drop_all()
                next_drop += OLDEST_SECONDS
            if pinged is None and monotonic() >= next_ping:
                pinged = monotonic()
                await connection.send_command("PING")
            answer = await connection.read_response(
                timeout=PING_SECONDS, disconnect_on_error=False, push_request=True
            )
            match answer:
                case [b"invalidate", None]:  # FLUSHALL, for example
                    self._cache.drop_all()
                case [b"invalidate", [*keys]]:
                    for key in keys:
                        self._cache.drop_key(key.decode(errors="replace"))
                case b"PONG" if pinged is not None:
                    self._cache.extend(pinged)
                    next_ping, pinged = monotonic() + PING_SECONDS, None
                case _ if pinged is not None and monotonic() > pinged + ANSWER_SECONDS:
                    raise ConnectionError(f"no answer to PING within {ANSWER_SECONDS:g} s")
                case _:
                    pass


_UNTRACKED = "The active character is read from the store each time, as it can't track changes"


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
        task.cancel()
        await asyncio.wait([task])


async def _as_answer(message: list[Any]) -> list[Any]:
    return message


def _parser(socket_read_size: int) -> Any:
    """A parser that returns what the server says that changed, like an answer."""
    parser: Any = DefaultParser(socket_read_size=socket_read_size)
    parser.set_invalidation_push_handler(_as_answer)
    return parser


def _is_final(error: Exception) -> bool:
    """Whether the server refuses to track changes, rather than to answer for a while."""
    passing = isinstance(error, (AuthenticationError, BusyLoadingError))
    return isinstance(error, ResponseError) and not passing

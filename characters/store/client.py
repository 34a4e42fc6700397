"""The client of the store: commands and scripts, answered in bytes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Coroutine, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.client import NEVER_DECODE
from redis.exceptions import NoScriptError, RedisClusterException, RedisError

from characters.errors import StorageRefused, StorageUnavailable
from characters.measures import StoreMeasures
from characters.store.background import Background
from characters.store.faults import advice, keys_of
from characters.store.key_scan import scan_keys
from characters.store.keys import UserKeys
from characters.store.near_cache import drop_everywhere
from characters.store.scripts import Script, load_script
from characters.store.time_limit import present_limit

CLOSING_SECONDS = 3.0

log = logging.getLogger(f"game_characters.{__name__}")

Command = tuple[Any, ...]


class StoreClient:
    """Wraps an open client, which stays the caller's and may decode responses or not.

    Every method raises StorageUnavailable where the server gives no valid answer within `deadline`
    seconds (None: as long as the client waits), or within the present `time_limit`.

    `background` has the tasks that use the client while nobody waits for them.
    """

    def __init__(self, redis: Redis | RedisCluster, deadline: float | None = None) -> None:
        self._redis: Any = redis
        self.deadline = deadline
        self._connecting: asyncio.Task[None] | None = None
        self._is_closed = False
        self._under_way = 0  # requests
        self.background = Background()
        self.measures = StoreMeasures()
        self.is_cluster = isinstance(redis, RedisCluster)
        self._errors: tuple[type[Exception], ...] = (RedisError, RedisClusterException, OSError)
        if self.is_cluster:  # which knows no node that is getting its first slot (redis-py#4015)
            self._errors += (AttributeError,)

    async def close(self) -> None:
        """Ends what works in the background; from then on every request is refused.

        Those that are under way are waited for, at most `CLOSING_SECONDS`. Call it before the
        client is closed: redis-py opens that again for whoever asks it.
        """
        self._is_closed = True
        await self.background.end()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                while self._under_way:  # noqa: ASYNC110 - rarely, and not for long
                    await asyncio.sleep(0.01)

    def execute(self, *command: Any) -> Coroutine[Any, Any, Any]:
        """The answer to one command, always as bytes."""
        self._check_open()
        work = self._redis.execute_command(*command, **{NEVER_DECODE: True})
        return self._answer(command, work)

    async def run(self, name: str, keys: UserKeys | str, *arguments: Any) -> Any:
        """What the script `lua/<name>.lua` returns.

        It gets those of the user's keys that it names, or the one key.
        """
        script = load_script(name)
        if isinstance(keys, str):
            return await self.evaluate(script, [keys], *arguments)
        names = self.names(script, keys)
        if not script.changes_characters:
            return await self.evaluate(script, names, *arguments)
        try:
            return await self.evaluate(script, names, *arguments)
        finally:  # it may be done, also where no answer came
            drop_everywhere(keys.user_id)

    def names(self, script: Script, keys: UserKeys) -> list[str]:
        """The keys that the script needs; see `characters.store.scripts`."""
        needed = script.keys if self.is_cluster else script.keys[:1]
        return [getattr(keys, name) for name in needed]

    async def evaluate(self, script: Script, keys: Sequence[str | bytes], *arguments: Any) -> Any:
        """What the script returns for these keys."""
        try:
            return await self.execute("EVALSHA", script.sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return await self.execute("EVAL", script.source, len(keys), *keys, *arguments)

    async def evaluate_all(
        self, script: Script, groups: Iterable[Sequence[str | bytes]], *arguments: Any
    ) -> list[Any]:
        """What the script returns for each group of keys: as `execute_all`."""
        groups = list(groups)
        try:
            return await self.execute_all(
                [("EVALSHA", script.sha, len(keys), *keys, *arguments) for keys in groups]
            )
        except NoScriptError:  # what ran before it can be repeated
            return await self.execute_all(
                [("EVAL", script.source, len(keys), *keys, *arguments) for keys in groups]
            )

    def evaluate_users(
        self, script: Script, keys: Sequence[str | bytes], at_once: int
    ) -> Coroutine[Any, Any, list[Any]]:
        """The lists that the script returns for one key of each user, as one list.

        It gets so many keys at once. Not for a cluster, where each user has a slot.
        """
        if 0 < len(keys) <= at_once:
            return self.evaluate(script, keys)
        groups = [keys[start : start + at_once] for start in range(0, len(keys), at_once)]
        return self._evaluate_groups(script, groups)

    async def _evaluate_groups(
        self, script: Script, groups: Sequence[Sequence[str | bytes]]
    ) -> list[Any]:
        answers = await self.evaluate_all(script, groups)
        return [each for answer in answers for each in answer]

    async def execute_all(self, commands: Iterable[Command]) -> list[Any]:
        """The answers to several commands, in one round trip (to each node of a cluster)."""
        commands = list(commands)
        if not commands:  # nobody is asked
            return []
        self._check_open()
        pipeline = self._redis.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command, **{NEVER_DECODE: True})
        return await self._answer(("a pipeline",), pipeline.execute())

    async def keys(self, pattern: str) -> AsyncIterator[list[str]]:
        """All keys that match, some at a time; see `scan_keys`. Raises ScanInterrupted."""
        try:
            async for keys in scan_keys(self._redis, pattern, self._request):
                yield keys
        except self._errors as error:
            raise self._unavailable(("SCAN", pattern), error) from error

    @contextmanager
    def _request(self) -> Generator[None, None, None]:
        self._check_open()
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    def _check_open(self) -> None:
        if self._is_closed:
            raise StorageUnavailable

    async def _answer(self, command: Command, work: Awaitable[Any]) -> Any:
        """Waits as long as the present limit, or else the deadline, allows."""
        limit = present_limit()
        seconds = limit.left if limit else self.deadline
        asked = monotonic()
        self._under_way += 1
        try:
            if seconds is None:
                answer = await work
            else:
                async with asyncio.timeout(seconds):
                    answer = await work
        except NoScriptError:
            raise
        except self._errors as error:
            if limit:
                limit.failed()
            if isinstance(error, TimeoutError):
                self._connect()
            raise self._unavailable(command, error) from error
        finally:
            self._under_way -= 1
        self.measures.requests.observe(monotonic() - asked)
        if limit:
            limit.answered()
        return answer

    def _connect(self) -> None:
        """Makes a connection for the next command, which may take longer than a command may."""
        if self._connecting is None or self._connecting.done():
            self._connecting = self.background.begin(self._ping())

    async def _ping(self) -> None:
        with suppress(*self._errors):
            await self._redis.execute_command("PING")

    def _unavailable(self, command: Command, error: Exception) -> StorageUnavailable:
        if fault := advice(error):
            self.measures.errors["refused"] += 1
            keys = ", ".join(keys_of(command))
            log.error("The store refused %s of %s (%s): %s", command[0], keys, error, fault)
            return StorageRefused()
        self.measures.errors["no_answer"] += 1
        log.error("The store did not answer %s: %s: %s", command[0], type(error).__name__, error)
        return StorageUnavailable()

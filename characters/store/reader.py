"""Reads characters from the store."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar

from redis.asyncio import Redis, RedisCluster

from characters.errors import StorageUnavailable
from characters.model import TRASH_SECONDS, Character
from characters.roster import Roster, most_recent_first
from characters.store.client import StoreClient
from characters.store.concurrent_reads import Answer, ConcurrentReads
from characters.store.keys import UserKeys, user_key, user_keys
from characters.store.near_cache import NearCache
from characters.store.records import as_pairs, read_dicts, read_record, read_records
from characters.store.scripts import load_script
from characters.store.turns import Turns

AT_ONCE = 1000  # users that a script reads at once; Lua can't pass eight thousand arguments

log = logging.getLogger(f"game_characters.{__name__}")

T = TypeVar("T")


class CharacterReader:
    """Every method raises StorageUnavailable; see StoreClient."""

    def __init__(self, redis: Redis | RedisCluster, deadline: float | None = None) -> None:
        self.client = StoreClient(redis, deadline)
        self.near_cache = NearCache()  # stays empty unless `tracking` runs
        # One roster of a user is read at a time: it may take 30 MiB of memory meanwhile.
        self._turns = Turns()
        joins = not self.client.is_cluster
        self._reads = ConcurrentReads(
            self._ask_alone, self._ask, self.client.background, joins=joins
        )

    def roster(self, user_id: int) -> Coroutine[Any, Any, Roster]:
        """Corrupt records are logged, left in place and skipped."""
        return self._in_turn(user_id, self._roster)

    def dicts(self, user_id: int) -> Coroutine[Any, Any, list[dict[str, Any]]]:
        """The characters of the roster as dicts (see `Character.to_dict`), in its order.

        Remembered in the near cache, or one round trip.
        """
        return self._in_turn(user_id, self._dicts)

    def _in_turn(self, user_id: int, read: Callable[[int], Awaitable[T]]) -> Coroutine[Any, Any, T]:
        if self.client.deadline is None:
            return self._turns.take(user_id, read)
        return self._in_time(user_id, read)

    async def _in_time(self, user_id: int, read: Callable[[int], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self.client.deadline):
                return await self._turns.take(user_id, read)
        except TimeoutError:
            log.error("The roster of user %s could not be read in time", user_id)
            raise StorageUnavailable from None

    async def _dicts(self, user_id: int) -> list[dict[str, Any]]:
        lists = self.near_cache.lists
        if remembered := lists.recall(user_id):
            return remembered.to_dicts()
        read = lists.begin_read(user_id)
        try:
            entries = await self.client.execute("HGETALL", self.keys(user_id).characters)
            found = await read_dicts(user_id, entries.items())
            found.sort(key=_most_recent_first)
            lists.end_read(user_id, read, found)
        except BaseException:
            lists.abandon_read(user_id, read)
            raise
        return found

    async def _roster(self, user_id: int) -> Roster:
        mark, *entries = await self.client.run("roster", self.keys(user_id))
        characters = most_recent_first(await read_records(user_id, as_pairs(entries)))
        active_id = mark.decode(errors="replace")
        if active_id not in {each.char_id for each in characters}:
            active_id = characters[0].char_id if characters else None
        return Roster(characters, active_id)

    async def get(self, user_id: int, char_id: str) -> Character | None:
        record = await self.client.execute("HGET", self.keys(user_id).characters, char_id)
        return None if record is None else read_record(user_id, char_id.encode(), record)

    async def active(self, user_id: int) -> Character | None:
        """The active character, or else the most recently used one.

        Remembered in the near cache, or one round trip; two on a cluster where none is marked.
        """
        if remembered := self.near_cache.active.recall(user_id):
            return remembered.character()
        read = self.near_cache.active.begin_read(user_id)
        try:
            answer = await self._reads.read(user_id)
            character = _marked(user_id, answer) or await self._unmarked(user_id, answer)
            self.near_cache.active.end_read(user_id, read, character)
        except BaseException:
            self.near_cache.active.abandon_read(user_id, read)
            raise
        return character

    async def party(self, user_ids: Sequence[int]) -> list[Character | None]:
        """What `active` returns for each user.

        Those who are not remembered take one round trip (to each node of a cluster, and a second
        one for those of whom none is marked there).
        """
        found: dict[int, Character | None] = {}
        reads: dict[int, object | None] = {}
        for user_id in user_ids:
            if remembered := self.near_cache.active.recall(user_id):
                found[user_id] = remembered.character()
            else:
                reads[user_id] = self.near_cache.active.begin_read(user_id)
        try:
            for user_id, answer in zip(reads, await self._ask([*reads]), strict=True):
                character = _marked(user_id, answer) or await self._unmarked(user_id, answer)
                self.near_cache.active.end_read(user_id, reads[user_id], character)
                found[user_id] = character
        except BaseException:
            for user_id, read in reads.items():
                self.near_cache.active.abandon_read(user_id, read)
            raise
        return [found[user_id] for user_id in user_ids]

    async def _ask_alone(self, user_id: int) -> Answer:
        script, key = load_script("active"), self._characters_key(user_id)
        answer = _read_active(await self.client.evaluate(script, [key]))
        if self.client.is_cluster and _is_unsure(answer):
            answer = _read_active(await self.client.run("active", self.keys(user_id)))
        return answer

    async def _ask(self, user_ids: Sequence[int]) -> list[Answer]:
        keys = [self._characters_key(user_id) for user_id in user_ids]
        if self.client.is_cluster:
            return await self._ask_cluster(user_ids, keys)
        party = await self.client.evaluate_users(load_script("party"), keys, AT_ONCE)
        return list(zip(party[::2], party[1::2], strict=True))

    async def _ask_cluster(self, user_ids: Sequence[int], keys: Sequence[bytes]) -> list[Answer]:
        """With one key each at first, as redis-py is slow with two."""
        script = load_script("active")
        found = await self.client.evaluate_all(script, [[key] for key in keys])
        answers = dict(zip(user_ids, map(_read_active, found), strict=True))
        unsure = [user_id for user_id, answer in answers.items() if _is_unsure(answer)]
        all_keys = [self.client.names(script, self.keys(user_id)) for user_id in unsure]
        found = await self.client.evaluate_all(script, all_keys)
        answers |= zip(unsure, map(_read_active, found), strict=True)
        return [*answers.values()]

    def _characters_key(self, user_id: int) -> bytes:
        """As bytes, which redis-py sends faster."""
        return user_key("characters", user_id, cluster=self.client.is_cluster).encode()

    async def trash(self, user_id: int, *, outdated: bool = False) -> list[Character]:
        """What was deleted, the latest first; with `outdated` also more than seven days ago."""
        entries = await self.client.execute("HGETALL", self.keys(user_id).trash)
        since = 0 if outdated else time.time() - TRASH_SECONDS
        trashed = await read_records(user_id, entries.items())
        kept = [each for each in trashed if each.trashed_at >= since]
        return sorted(kept, key=lambda each: -each.trashed_at)

    def keys(self, user_id: int) -> UserKeys:
        return user_keys(user_id, cluster=self.client.is_cluster)

    async def _unmarked(self, user_id: int, answer: Answer) -> Character | None:
        """The most recently used character where no valid one is marked."""
        marked, found = answer
        if marked:  # its record is corrupt
            return (await self.roster(user_id)).active
        characters = await read_records(user_id, as_pairs(found))
        return most_recent_first(characters)[0] if characters else None


def _is_unsure(answer: Answer) -> bool:
    """Whether characters were found on a cluster, but not which one is active.

    While a slot moves, that may be on another node: both keys have to be asked for.
    """
    marked, found = answer
    return not marked and bool(found)


def _marked(user_id: int, answer: Answer) -> Character | None:
    char_id, record = answer
    return read_record(user_id, char_id, record) if char_id else None


def _read_active(answer: bytes | list[bytes]) -> Answer:
    """What the script `active` returns, in the form of the script `party`."""
    if not isinstance(answer, bytes):
        return b"", answer
    end = 1 + answer[0]
    return answer[1:end], answer[end:]


def _most_recent_first(char: dict[str, Any]) -> tuple[float, float, str]:
    """The order of a roster."""
    return -char["last_used"], -char["created_at"], char["char_id"]

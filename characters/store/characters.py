"""Characters in the store: each change is one script that compares and moves records as bytes.

JSON is read and written here, since Lua's cjson turns `[]` into `{}` and rounds large integers.
Each script can be repeated without harm, so the client may retry where an answer was lost.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from redis.asyncio import Redis, RedisCluster

from characters.errors import (
    CharacterChanged,
    CharacterTrashed,
    RosterFull,
    StorageUnavailable,
    UnknownCharacter,
)
from characters.model import (
    TRASH_NOTE,
    TRASH_SECONDS,
    Character,
    Roster,
    foreign_json,
    most_recent_first,
)
from characters.store import limits
from characters.store.client import StoreClient
from characters.store.keys import UserKeys, user_keys
from characters.store.records import as_pairs, read_record, read_records
from characters.store.scripts import load_script
from characters.store.user_records import UserRecords, user_records

ATTEMPTS = 8  # to change a record that others change at the same time

T = TypeVar("T")

log = logging.getLogger(f"game_characters.{__name__}")

Change = Callable[[Character], Character]
"""Makes the new character of the present one; may be called again, and may raise CharacterError."""


class CharacterStore:
    """Reads and changes characters. Every method raises StorageUnavailable; see StoreClient."""

    def __init__(self, redis: Redis | RedisCluster, deadline: float | None = None) -> None:
        self.client = StoreClient(redis, deadline)
        # One roster of a user is read at a time: it may take 30 MiB of memory meanwhile.
        self._reading = WeakValueDictionary[int, asyncio.Lock]()

    async def roster(self, user_id: int) -> Roster:
        """Corrupt records are logged, left in place and skipped."""
        lock = self._reading.setdefault(user_id, asyncio.Lock())
        try:
            async with asyncio.timeout(self.client.deadline), lock:
                return await self._roster(user_id)
        except TimeoutError:
            log.error("The roster of user %s could not be read in time", user_id)
            raise StorageUnavailable from None

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
        """The active character, or else the most recently used one: one round trip."""
        (entries,) = await self.client.run("party", self.keys(user_id))
        return await self._active_of(user_id, entries)

    async def party(self, user_ids: Sequence[int]) -> list[Character | None]:
        """What `active` returns for each user: one round trip (to each node of a cluster)."""
        script = load_script("party")
        pairs = [(keys.characters, keys.active) for keys in map(self.keys, user_ids)]
        if self.client.is_cluster:
            calls = [("EVAL", script.source, 2, *pair) for pair in pairs]
            found = [entries for (entries,) in await self.client.execute_all(calls)]
        else:
            found = await self.client.evaluate(script, [key for pair in pairs for key in pair])
        users = zip(user_ids, found, strict=True)
        return [await self._active_of(user_id, entries) for user_id, entries in users]

    async def create(
        self, user_id: int, character: Character, limit: int, *, active_id: str | None = None
    ) -> Character:
        """Adds the character and makes it active; where its id exists, returns what is there.

        With `active_id`, that character becomes active instead, and only where none is. Its foreign
        data is kept with it if there is room; if not, what is returned has none.

        Raises RosterFull; CharacterTrashed where its id is in the trash.
        """
        char_id, mark = character.char_id, (character.char_id, 0)
        if active_id:
            mark = (active_id, 1)
        more = (limit, *mark, foreign_json(character), limits.FOREIGN_BYTES)
        keys, record = self.keys(user_id), character.to_json()
        status, *answer = await self.client.run("create", keys, char_id, record, *more)
        if status == b"full":
            raise RosterFull(limit)
        if status == b"trashed":
            raise CharacterTrashed
        if answer[1] == b"0":
            character = replace(character, foreign={})
        saved = read_record(user_id, char_id.encode(), answer[0]) or character
        return replace(saved, foreign=character.foreign)

    async def edit(self, user_id: int, char_id: str, change: Change) -> tuple[Character, Character]:
        """Replaces the record by what `change` makes of it; returns the character before and after.

        Raises UnknownCharacter, CharacterChanged, and what `change` raises.
        """

        def prepare(before: Character) -> tuple[tuple[Character, Character], tuple[Any, ...]]:
            after = change(before)
            return (before, after), (after.to_json(), 0)

        key = self.keys(user_id).characters
        result, _ = await self._change("replace", user_id, char_id, key, prepare)
        return result

    async def activate(self, user_id: int, char_id: str) -> Character:
        """Makes it active and last used now. Raises UnknownCharacter, CharacterChanged."""

        def prepare(before: Character) -> tuple[Character, tuple[Any, ...]]:
            used = before.with_fields(last_used=time.time())
            return used, (used.to_json(), 1)

        key = self.keys(user_id).characters
        used, _ = await self._change("replace", user_id, char_id, key, prepare)
        return used

    async def delete(self, user_id: int, char_id: str) -> tuple[Character, list[Character]]:
        """Moves the character to the trash; returns it, and what the trash had no more room for.

        Raises UnknownCharacter, CharacterChanged.
        """
        now = time.time()

        def prepare(before: Character) -> tuple[Character, tuple[Any, ...]]:
            if_active = before.with_fields(**{TRASH_NOTE: {"at": now, "active": True}})
            if_not = before.with_fields(**{TRASH_NOTE: {"at": now, "active": False}})
            trash = (TRASH_SECONDS, limits.TRASH_ENTRIES, limits.TRASH_BYTES)
            return before, (if_active.to_json(), if_not.to_json(), *trash)

        key = self.keys(user_id).characters
        character, removed = await self._change("delete", user_id, char_id, key, prepare)
        return character, await read_records(user_id, [(b"?", record) for record in removed])

    async def restore(self, user_id: int, char_id: str, limit: int) -> Character:
        """Moves the character out of the trash; it is active again unless another one is.

        What was deleted more than seven days ago counts as gone.

        Raises RosterFull, UnknownCharacter, CharacterChanged.
        """

        def prepare(trashed: Character) -> tuple[Character, tuple[Any, ...]]:
            if trashed.trashed_at < time.time() - TRASH_SECONDS:
                raise UnknownCharacter
            character = trashed.without_field(TRASH_NOTE)
            return character, (character.to_json(), int(trashed.was_active), limit)

        key = self.keys(user_id).trash
        try:
            character, _ = await self._change("restore", user_id, char_id, key, prepare, limit)
        except UnknownCharacter:
            if restored := await self.get(user_id, char_id):  # a second press of the same button
                return restored
            raise
        return character

    async def trash(self, user_id: int, *, outdated: bool = False) -> list[Character]:
        """What was deleted, the latest first; with `outdated` also more than seven days ago."""
        entries = await self.client.execute("HGETALL", self.keys(user_id).trash)
        since = 0 if outdated else time.time() - TRASH_SECONDS
        trashed = await read_records(user_id, entries.items())
        kept = [each for each in trashed if each.trashed_at >= since]
        return sorted(kept, key=lambda each: -each.trashed_at)

    async def forget(self, user_id: int) -> UserRecords:
        """Removes what is kept of the user, but for the notes of lobbies and files; returns it."""
        return await user_records(self.client, user_id, remove=True)

    async def erase(self, user_id: int, char_id: str) -> Character | None:
        """Removes a character for good, with its active mark, and returns it; None without one."""
        record = await self.client.run("erase", self.keys(user_id), char_id)
        return None if record is None else read_record(user_id, char_id.encode(), record)

    def keys(self, user_id: int) -> UserKeys:
        return user_keys(user_id, cluster=self.client.is_cluster)

    async def _change(
        self,
        script: str,
        user_id: int,
        char_id: str,
        key: str,
        prepare: Callable[[Character], tuple[T, tuple[Any, ...]]],
        limit: int = 0,
    ) -> tuple[T, list[bytes]]:
        """Compare-and-set: reads the record in `key` and runs the script until it has not changed.

        `prepare` makes of it what is returned and the arguments of the script. The records that
        the script removed are returned too.
        """
        for _ in range(ATTEMPTS):
            record = await self.client.execute("HGET", key, char_id)
            before = record and read_record(user_id, char_id.encode(), record)
            if not before:
                raise UnknownCharacter
            result, arguments = prepare(before)
            keys = self.keys(user_id)
            answer: bytes | list[bytes]
            answer = await self.client.run(script, keys, char_id, record, *arguments)
            status, *removed = answer if isinstance(answer, list) else [answer]
            match status:
                case b"done":
                    return result, removed
                case b"missing":
                    raise UnknownCharacter
                case b"full":
                    raise RosterFull(limit)
                case _:
                    continue
        raise CharacterChanged

    async def _active_of(self, user_id: int, entries: list[bytes]) -> Character | None:
        """The active character in what the script `party` returns of a user."""
        if not entries:
            return None
        if len(entries) == 2 and (character := read_record(user_id, *entries)):  # noqa: PLR2004 - id and record
            return character
        if characters := await read_records(user_id, as_pairs(entries)):
            return most_recent_first(characters)[0]
        return (await self.roster(user_id)).active  # the marked record is corrupt

"""Characters in the store: each change is one script that compares and moves records as bytes.

JSON is read and written here, since Lua's cjson turns `[]` into `{}` and rounds large integers.
Each script can be repeated without harm, so the client may retry where an answer was lost.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from redis.asyncio import Redis, RedisCluster

from characters.errors import CharacterChanged, RosterFull, UnknownCharacter
from characters.model import TRASH_NOTE, TRASH_SECONDS, Character, Roster, most_recent_first
from characters.store.client import StoreClient
from characters.store.keys import UserKeys, user_keys
from characters.store.scripts import load_script

TRASH_ENTRIES, TRASH_BYTES = 200, 4 * 2**20  # that a user's trash may have
FOREIGN_BYTES = 4 * 2**20  # that a user may have of what other programs' files said

_ATTEMPTS = 8  # to change a record that others change at the same time

T = TypeVar("T")

log = logging.getLogger(f"game_characters.{__name__}")

Change = Callable[[Character], Character]
"""Makes the new character of the present one; may be called again, and may raise CharacterError."""


class CharacterStore:
    """Reads and changes characters. Every method raises StorageUnavailable; see StoreClient."""

    def __init__(self, redis: Redis | RedisCluster, deadline: float | None = None) -> None:
        self.client = StoreClient(redis, deadline)

    async def ping(self) -> None:
        await self.client.execute("PING")

    async def roster(self, user_id: int) -> Roster:
        """Corrupt records are logged, left in place and skipped."""
        mark, *entries = await self.client.run("roster", self.keys(user_id))
        characters = most_recent_first(self._characters(user_id, _pairs(entries)))
        active_id = mark.decode(errors="replace")
        if active_id not in {each.char_id for each in characters}:
            active_id = characters[0].char_id if characters else None
        return Roster(characters, active_id)

    async def get(self, user_id: int, char_id: str) -> Character | None:
        record = await self.client.execute("HGET", self.keys(user_id).characters, char_id)
        return None if record is None else self._character(user_id, char_id.encode(), record)

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
        self,
        user_id: int,
        character: Character,
        limit: int,
        *,
        active_id: str | None = None,
        foreign: str = "",
    ) -> Character:
        """Adds the character and makes it active; where its id exists, returns what is there.

        With `active_id`, that character becomes active instead, and only where none is. `foreign`
        is the JSON of what other programs' files said of it, which is kept while there is room.

        Raises RosterFull.
        """
        char_id, record = character.char_id, character.to_json()
        mark = (active_id, 1) if active_id else (char_id, 0)
        more = (*mark, foreign, FOREIGN_BYTES)
        answer = await self.client.run("create", self.keys(user_id), char_id, record, limit, *more)
        if answer == b"full":
            raise RosterFull(limit)
        return self._character(user_id, char_id.encode(), answer) or character

    async def edit(
        self, user_id: int, char_id: str, change: Change, foreign: str = ""
    ) -> tuple[Character, Character]:
        """Replaces the record by what `change` makes of it; returns the character before and after.

        `foreign` replaces what other programs' files said of it, unless it is empty.

        Raises UnknownCharacter, CharacterChanged, and what `change` raises.
        """

        def prepare(before: Character) -> tuple[tuple[Character, Character], tuple[Any, ...]]:
            after = change(before)
            return (before, after), (after.to_json(), 0, foreign, FOREIGN_BYTES)

        key = self.keys(user_id).characters
        result, _ = await self._change("replace", user_id, char_id, key, prepare)
        return result

    async def foreign(self, user_id: int) -> dict[str, bytes]:
        """What other programs' files said of the user's characters, by char_id, as JSON."""
        entries = await self.client.execute("HGETALL", self.keys(user_id).foreign)
        return {char_id.decode(errors="replace"): data for char_id, data in entries.items()}

    async def activate(self, user_id: int, char_id: str) -> Character:
        """Makes it active and last used now. Raises UnknownCharacter, CharacterChanged."""

        def prepare(before: Character) -> tuple[Character, tuple[Any, ...]]:
            used = before.with_fields(last_used=time.time())
            return used, (used.to_json(), 1, "", FOREIGN_BYTES)

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
            limits = (TRASH_SECONDS, TRASH_ENTRIES, TRASH_BYTES)
            return before, (if_active.to_json(), if_not.to_json(), *limits)

        key = self.keys(user_id).characters
        character, removed = await self._change("delete", user_id, char_id, key, prepare)
        return character, self._characters(user_id, [(b"?", record) for record in removed])

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
        trashed = self._characters(user_id, entries.items())
        kept = [each for each in trashed if each.trashed_at >= since]
        return sorted(kept, key=lambda each: -each.trashed_at)

    async def forget(self, user_id: int) -> None:
        """Removes every key of the user."""
        await self.client.execute("DEL", *self.keys(user_id))

    async def erase(self, user_id: int, char_id: str) -> Character | None:
        """Removes a character for good, with its active mark, and returns it; None without one."""
        record = await self.client.run("erase", self.keys(user_id), char_id)
        return None if record is None else self._character(user_id, char_id.encode(), record)

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
        for _ in range(_ATTEMPTS):
            record = await self.client.execute("HGET", key, char_id)
            before = record and self._character(user_id, char_id.encode(), record)
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

    def _characters(self, user_id: int, pairs: Iterable[tuple[bytes, bytes]]) -> list[Character]:
        read = [self._character(user_id, char_id, record) for char_id, record in pairs]
        return [character for character in read if character]

    def _character(self, user_id: int, char_id: bytes, record: bytes) -> Character | None:
        try:
            return Character.from_json(char_id.decode(), record)
        except ValueError as error:
            log.error("Skipping the corrupt record %r of user %s: %s", char_id, user_id, error)
            return None

    async def _active_of(self, user_id: int, entries: list[bytes]) -> Character | None:
        """The active character in what the script `party` returns of a user."""
        if not entries:
            return None
        if len(entries) == 2 and (character := self._character(user_id, *entries)):  # noqa: PLR2004 - id and record
            return character
        if characters := self._characters(user_id, _pairs(entries)):
            return most_recent_first(characters)[0]
        return (await self.roster(user_id)).active  # the marked record is corrupt


def _pairs(entries: list[bytes]) -> Iterable[tuple[bytes, bytes]]:
    """Fields and values of a hash, which a script returns as field, value, field, value, ..."""
    return zip(entries[::2], entries[1::2], strict=True)

"""Characters in Redis or Valkey: the keys, the scripts, the records.

Every change is one Lua script. Scripts compare and move records as bytes, and JSON is read and
written here, for Lua's cjson turns `[]` into `{}` and rounds large integers. Each script can be
repeated without harm, so the client may retry when an answer was lost.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from redis.asyncio import Redis, RedisCluster

from characters.errors import CharacterChanged, RosterFull, TooFast, UnknownCharacter
from characters.model import TRASH_NOTE, TRASH_SECONDS, Character, Roster, most_recent_first
from characters.store import scripts as lua
from characters.store.client import StoreClient

DRAFT_SECONDS = 15 * 60
_ATTEMPTS = 8  # another writer must win this often before we give up

log = logging.getLogger(__name__)


class Keys(NamedTuple):
    """The keys of one user; on a cluster they share a slot."""

    characters: str
    active: str
    trash: str
    drafts: str
    rates: str

    @classmethod
    @lru_cache(maxsize=4096)  # they are asked for with every message
    def of(cls, user_id: int, *, cluster: bool) -> "Keys":
        user = f"{{{user_id}}}" if cluster else user_id
        return cls(
            *(
                f"game:{kind}:{user}"
                for kind in ("characters", "active_char", "trash", "drafts", "rates")
            )
        )


class CharacterStore:
    """Reads and changes characters through an open client, which stays the caller's.

    The client may decode responses or not. Every method raises StorageUnavailable where the
    server does not answer as it should within `deadline` seconds (None: as long as the client waits).
    """

    def __init__(self, redis: Redis | RedisCluster, deadline: float | None = None) -> None:
        self.client = StoreClient(redis, deadline)

    async def ping(self) -> None:
        await self.client.execute("PING")

    async def roster(self, user_id: int) -> Roster:
        """Corrupt records are logged, left in place and skipped."""
        marked, *entries = await self._run(lua.ROSTER, user_id)
        characters = most_recent_first(self._characters(user_id, _pairs(entries)))
        known = {each.char_id for each in characters}
        active_id = marked.decode(errors="replace")
        if active_id not in known:
            active_id = characters[0].char_id if characters else None
        return Roster(characters, active_id)

    async def get(self, user_id: int, char_id: str) -> Character | None:
        record = await self.client.execute("HGET", self._keys(user_id).characters, char_id)
        return None if record is None else self._character(user_id, char_id.encode(), record)

    async def active(self, user_id: int) -> Character | None:
        """The active character, or else the most recently used one: one round trip."""
        (entries,) = await self.client.run(lua.PARTY, self._keys(user_id)[:2])
        return await self._first(user_id, entries)

    async def party(self, user_ids: Sequence[int]) -> list[Character | None]:
        """The active character of each user, likewise: one round trip for all (to each node of a cluster)."""
        keys = [self._keys(user_id)[:2] for user_id in user_ids]
        if self.client.is_cluster:
            scripts = [("EVAL", lua.PARTY.source, 2, *pair) for pair in keys]
            found = [entries for (entries,) in await self.client.execute_all(scripts)]
        else:
            found = await self.client.run(lua.PARTY, [key for pair in keys for key in pair])
        return [
            await self._first(user_id, entries)
            for user_id, entries in zip(user_ids, found, strict=True)
        ]

    async def create(
        self, user_id: int, character: Character, limit: int, *, active_id: str | None = None
    ) -> Character:
        """Adds the character and marks it active; where the id is there already, returns what it is.

        With an `active_id`, that one is marked instead, and only where no character of the user is.

        Raises RosterFull.
        """
        mark, yields = (active_id, "1") if active_id else (character.char_id, "0")
        record = await self._run(
            lua.CREATE, user_id, character.char_id, character.to_json(), limit, mark, yields
        )
        if record == b"full":
            raise RosterFull(limit)
        return self._character(user_id, character.char_id.encode(), record) or character

    async def edit(
        self, user_id: int, char_id: str, change: Callable[[Character], Character]
    ) -> Character:
        """Replaces the record by what `change` makes of it; `change` may be called again where another writer wins.

        Raises UnknownCharacter, CharacterChanged, and what `change` raises.
        """

        def replace(character: Character) -> tuple[Character, tuple[Any, ...]]:
            changed = change(character)
            return changed, (changed.to_json(), "0")

        return await self._change(
            lua.REPLACE, user_id, char_id, self._keys(user_id).characters, replace
        )

    async def activate(self, user_id: int, char_id: str, now: float) -> Character:
        """Marks the character active and last used at `now`. Raises UnknownCharacter, CharacterChanged."""

        def use(character: Character) -> tuple[Character, tuple[Any, ...]]:
            used = character.with_fields(last_used=now)
            return used, (used.to_json(), "1")

        return await self._change(
            lua.REPLACE, user_id, char_id, self._keys(user_id).characters, use
        )

    async def delete(self, user_id: int, char_id: str, now: float) -> Character:
        """Moves the character to the trash. Raises UnknownCharacter, CharacterChanged."""

        def trash(character: Character) -> tuple[Character, tuple[Any, ...]]:
            active, inactive = (
                character.with_fields(**{TRASH_NOTE: {"at": now, "active": was_active}})
                for was_active in (True, False)
            )
            return character, (active.to_json(), inactive.to_json(), TRASH_SECONDS)

        return await self._change(
            lua.DELETE, user_id, char_id, self._keys(user_id).characters, trash
        )

    async def restore(self, user_id: int, char_id: str, limit: int, since: float = 0) -> Character:
        """Moves the character out of the trash; it is active again unless another one was chosen since.

        What was deleted before `since` (seconds since the epoch) counts as gone.

        Raises RosterFull, UnknownCharacter, CharacterChanged.
        """

        def untrash(trashed: Character) -> tuple[Character, tuple[Any, ...]]:
            if trashed.trashed_at < since:
                raise UnknownCharacter
            character = trashed.without_field(TRASH_NOTE)
            return character, (character.to_json(), "1" if trashed.was_active else "0", limit)

        try:
            return await self._change(
                lua.RESTORE, user_id, char_id, self._keys(user_id).trash, untrash, limit=limit
            )
        except UnknownCharacter:
            if restored := await self.get(user_id, char_id):  # a second press of the same button
                return restored
            raise

    async def trash(self, user_id: int, since: float) -> list[Character]:
        """What was deleted since then (seconds since the epoch), the latest first."""
        entries = await self.client.execute("HGETALL", self._keys(user_id).trash)
        trashed = [
            each for each in self._characters(user_id, entries.items()) if each.trashed_at >= since
        ]
        return sorted(trashed, key=lambda each: -each.trashed_at)

    async def forget(self, user_id: int) -> None:
        """Removes all that is kept of a user."""
        await self._run(lua.FORGET, user_id)

    async def keep_draft(self, user_id: int, draft_id: str, draft: str) -> None:
        await self._run(lua.DRAFT, user_id, draft_id, draft, DRAFT_SECONDS)

    async def drop_draft(self, user_id: int, draft_id: str) -> None:
        await self.client.execute("HDEL", self._keys(user_id).drafts, draft_id)

    async def drafts(self, user_id: int) -> list[bytes]:
        return await self.client.execute("HVALS", self._keys(user_id).drafts)

    async def draft(self, user_id: int, draft_id: str) -> bytes | None:
        return await self.client.execute("HGET", self._keys(user_id).drafts, draft_id)

    async def admit(self, user_id: int, action: str, limit: int) -> None:
        """Counts an action. Raises TooFast where there were more than `limit` of them within a minute."""
        if seconds := await self._run(lua.LIMIT, user_id, action, limit):
            raise TooFast(seconds)

    async def erase(self, user_id: int, char_id: str) -> None:
        """Removes the character for good, with its active mark."""
        await self._run(lua.ERASE, user_id, char_id)

    async def _change(
        self,
        script: lua.Script,
        user_id: int,
        char_id: str,
        key: str,
        change: Callable[[Character], tuple[Character, tuple[Any, ...]]],
        limit: int = 0,
    ) -> Character:
        """Compare-and-set: reads the record, lets `change` make what comes back and the script's arguments."""
        for _ in range(_ATTEMPTS):
            record = await self.client.execute("HGET", key, char_id)
            before = None if record is None else self._character(user_id, char_id.encode(), record)
            if before is None:
                raise UnknownCharacter
            after, arguments = change(before)
            match await self._run(script, user_id, char_id, record, *arguments):
                case b"done":
                    return after
                case b"missing":
                    raise UnknownCharacter
                case b"full":
                    raise RosterFull(limit)
                case _:
                    continue
        raise CharacterChanged

    def _characters(self, user_id: int, pairs: Iterable[tuple[bytes, bytes]]) -> list[Character]:
        read = (self._character(user_id, char_id, record) for char_id, record in pairs)
        return [character for character in read if character]

    def _character(self, user_id: int, char_id: bytes, record: bytes) -> Character | None:
        try:
            return Character.from_json(char_id.decode(), record)
        except ValueError as error:
            log.error("Skipping the corrupt record %r of user %s: %s", char_id, user_id, error)
            return None

    async def _first(self, user_id: int, entries: list[bytes]) -> Character | None:
        """Who is active of what `party.lua` found."""
        if len(entries) == 2 and (character := self._character(user_id, *entries)):  # noqa: PLR2004 - id and record
            return character
        if characters := self._characters(user_id, _pairs(entries)):
            return most_recent_first(characters)[0]
        return (
            (await self.roster(user_id)).active if entries else None
        )  # the marked record is corrupt

    def _keys(self, user_id: int) -> Keys:
        return Keys.of(user_id, cluster=self.client.is_cluster)

    async def _run(self, script: lua.Script, user_id: int, *arguments: Any) -> Any:
        return await self.client.run(script, self._keys(user_id), *arguments)


def _pairs(entries: list[bytes]) -> Iterable[tuple[bytes, bytes]]:
    """What a script returns of a hash: field, value, field, value, ..."""
    return zip(entries[::2], entries[1::2], strict=True)

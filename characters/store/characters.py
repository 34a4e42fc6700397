"""Characters in the store: each change is one script that compares and moves records as bytes.

JSON is read and written here, since Lua's cjson turns `[]` into `{}` and rounds large integers.
Each script can be repeated without harm, so the client may retry where an answer was lost.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from characters.errors import (
    CharacterChanged,
    CharacterTrashed,
    DraftGone,
    RosterFull,
    TooFast,
    UnknownCharacter,
)
from characters.json_data import to_json
from characters.model import (
    TRASH_NOTE,
    TRASH_SECONDS,
    Character,
    foreign_json,
)
from characters.store.changing import ATTEMPTS, ChangingStore, VersionOfPresent
from characters.store.records import read_record, read_records
from characters.store.user_records import UserRecords, user_records
from characters.versions import ReplacedBy, earlier_version


class Edited(NamedTuple):
    """The character before and after.

    `version_id` is that of the earlier version in the trash, or empty; `removed` is what the trash
    had no more room for.
    """

    before: Character
    after: Character
    version_id: str
    removed: list[Character]


Change = Callable[[Character], Character]
"""Makes the new character of the present one; may be called again, and may raise CharacterError."""


class CharacterStore(ChangingStore):
    """Changes characters. Every method raises StorageUnavailable; see StoreClient."""

    async def create(
        self,
        user_id: int,
        character: Character,
        limit: int,
        *,
        active_id: str | None = None,
        per_minute: int = 0,
        draft_id: str = "",
    ) -> Character:
        """Adds the character and makes it active; where its id exists, returns what is there.

        With `active_id`, that character becomes active instead, and only where none is. Its foreign
        data is kept with it if there is room; if not, what is returned has none.

        Raises RosterFull; TooFast after more than `per_minute`; CharacterTrashed where its id is in
        the trash; DraftGone where the draft that its portrait is from is gone.
        """
        char_id, mark = character.char_id, (character.char_id, 0)
        if active_id:
            mark = (active_id, 1)
        more = (limit, *mark, foreign_json(character), per_minute, draft_id)
        keys, record = self.keys(user_id), character.to_json()
        status, *answer = await self.client.run("create", keys, char_id, record, *more)
        if status == b"full":
            raise RosterFull(limit)
        if status == b"trashed":
            raise CharacterTrashed
        if status == b"gone":
            raise DraftGone
        if status == b"fast":
            raise TooFast(answer[0])
        self.changed(user_id)
        if answer[1] == b"0":
            character = character.with_foreign({})
        saved = read_record(user_id, char_id.encode(), answer[0]) or character
        return saved.with_foreign(character.foreign)

    async def edit(
        self,
        user_id: int,
        char_id: str,
        change: Change,
        *,
        draft_id: str = "",
        told: bool = True,
    ) -> Edited:
        """Replaces the record by what `change` makes of it; the listeners are `told`.

        Where its `Character.version` changes, what it was goes to the trash.

        Raises UnknownCharacter, CharacterChanged, and what `change` raises; DraftGone where the
        draft that the portrait is from is gone.
        """
        keys = self.keys(user_id)
        for _ in range(ATTEMPTS):
            record = await self.client.execute("HGET", keys.characters, char_id)
            before = record and read_record(user_id, char_id.encode(), record)
            if not before:
                raise UnknownCharacter
            after, version_id, version = change(before), "", ""
            if after.version != before.version:
                earlier = earlier_version(before, ReplacedBy.EDIT)
                version_id, version = earlier.char_id, earlier.to_json()
            new = (after.to_json(), draft_id, version_id, version)
            status, *answer = await self.client.run("replace", keys, char_id, record, *new)
            if status == b"gone":
                raise DraftGone
            if status == b"done":
                if told:
                    self.changed(user_id)
                is_kept, *records = answer
                removed = await read_records(user_id, [(b"?", each) for each in records])
                return Edited(before, after, version_id if is_kept == b"1" else "", removed)
        raise CharacterChanged

    async def activate(self, user_id: int, char_id: str) -> Character:
        """Makes it active and last used now. Raises UnknownCharacter, CharacterChanged."""
        now = time.time()

        def prepare(before: Character) -> tuple[str]:
            return (before.with_fields(last_used=now).to_json(),)

        return (await self.change("activate", user_id, char_id, now, prepare=prepare)).character

    async def delete(self, user_id: int, char_id: str) -> tuple[Character, list[Character]]:
        """Moves the character to the trash; returns it, and what the trash had no more room for.

        A character that is there already is returned too.

        Raises UnknownCharacter, CharacterChanged.
        """
        now = time.time()

        def prepare(before: Character) -> list[str]:
            notes = ({"at": now, "active": True}, {"at": now, "active": False})
            return [before.with_fields(**{TRASH_NOTE: note}).to_json() for note in notes]

        changed = await self.change("delete", user_id, char_id, now, prepare=prepare)
        if changed.status == b"trash":
            return _restorable(changed.character), []
        removed = await read_records(user_id, [(b"?", record) for record in changed.removed])
        return changed.character, removed

    async def restore(self, user_id: int, char_id: str, limit: int) -> Character:
        """Moves the character out of the trash; it is active again unless another one is.

        A character that is not in the trash any more is returned too. What was deleted more than
        seven days ago counts as gone.

        Raises RosterFull, UnknownCharacter, CharacterChanged; VersionOfPresent where it is an
        earlier version of a character that is there.
        """

        def prepare(trashed: Character) -> tuple[Any, ...]:
            restored = _restorable(trashed).to_json()
            return restored, int(trashed.was_active), trashed.version_of

        def refused(status: bytes) -> Exception:
            return RosterFull(limit) if status == b"full" else VersionOfPresent()

        changed = await self.change(
            "restore",
            user_id,
            char_id,
            time.time() - TRASH_SECONDS,
            limit,
            prepare=prepare,
            place=b"trash",
            refused=refused,
        )
        return changed.character

    async def forget(self, user_id: int) -> UserRecords:
        """Removes what is kept of the user, but for the notes of lobbies and files; returns it."""
        return await user_records(self.client, user_id, remove=True)

    async def erase(self, user_id: int, char_id: str) -> list[Character] | None:
        """Removes a character for good, with its active mark and its earlier versions.

        Returns what was removed and can be read; None without such a character.
        """
        records = await self.client.run("erase", self.keys(user_id), char_id, to_json(char_id))
        self.changed(user_id)
        if not records:
            return None
        return await read_records(user_id, [(char_id.encode(), record) for record in records])


def _restorable(trashed: Character) -> Character:
    """The character as it was before it was deleted. Raises UnknownCharacter after seven days."""
    if trashed.trashed_at < time.time() - TRASH_SECONDS:
        raise UnknownCharacter
    return trashed.without_field(TRASH_NOTE)

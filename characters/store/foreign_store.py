"""What other programs' files said of characters: a key of its own, changed with the record."""

import logging
from collections.abc import Callable
from typing import Any, NamedTuple, cast

from characters.errors import CharacterChanged, UnknownCharacter
from characters.json_data import parse_json
from characters.model import Character, foreign_json
from characters.store.changing import ATTEMPTS, ChangingStore
from characters.store.records import read_record, read_records
from characters.versions import ReplacedBy, earlier_version

log = logging.getLogger(f"game_characters.{__name__}")


class Updated(NamedTuple):
    """The character before and after; `kept` is False where its foreign data had no room.

    `removed` is what the trash had no more room for.
    """

    before: Character
    after: Character
    kept: bool
    removed: list[Character]


class ForeignStore:
    """Every method raises StorageUnavailable."""

    def __init__(self, store: ChangingStore) -> None:
        self._store = store
        self._client = store.client

    async def all_of(self, user_id: int) -> dict[str, bytes]:
        """The JSON of each of the user's characters, by char_id: up to 4 MiB."""
        entries = await self._client.execute("HGETALL", self._store.keys(user_id).foreign)
        return {char_id.decode(errors="replace"): data for char_id, data in entries.items()}

    async def complete(self, user_id: int, character: Character) -> Character:
        """The character with its foreign data."""
        data = await self._read(user_id, character.char_id)
        return character.with_foreign(read_foreign(user_id, character.char_id, data))

    async def update(
        self, user_id: int, char_id: str, change: Callable[[Character], Character]
    ) -> Updated:
        """Replaces record and foreign data by what `change` makes of the complete character.

        What they were goes to the trash, as a character of its own with a new id. Foreign data that
        has no room beside that leaves the present data as it is.

        Raises UnknownCharacter, CharacterChanged, and what `change` raises.
        """
        keys = self._store.keys(user_id)
        for _ in range(ATTEMPTS):
            record = await self._client.execute("HGET", keys.characters, char_id)
            before = record and read_record(user_id, char_id.encode(), record)
            if not before:
                raise UnknownCharacter
            data = await self._read(user_id, char_id)
            before = before.with_foreign(read_foreign(user_id, char_id, data))
            after = change(before)
            new = (after.to_json(), data, foreign_json(after))
            status, *records = await self._client.run(
                "replace_both", keys, char_id, record, *new, *_for_trash(before)
            )
            if status == b"missing":
                raise UnknownCharacter
            if status == b"changed":
                continue
            self._store.changed(user_id)
            removed = await read_records(user_id, [(b"?", each) for each in records])
            if status == b"no room":
                after = after.with_foreign(before.foreign)
            return Updated(before, after, status == b"done", removed)
        raise CharacterChanged

    async def _read(self, user_id: int, char_id: str) -> bytes:
        """Empty where there is none."""
        keys = self._store.keys(user_id)
        return await self._client.execute("HGET", keys.foreign, char_id) or b""


def _for_trash(before: Character) -> tuple[str, str]:
    """A new id and the record of an earlier version."""
    earlier = earlier_version(before, ReplacedBy.IMPORT)
    return earlier.char_id, earlier.to_json()


def read_foreign(user_id: int, char_id: str, data: bytes | None) -> dict[str, Any]:
    """What is corrupt is logged, left in place and reads as empty."""
    if not data:
        return {}
    try:
        value = parse_json(data)
    except ValueError as error:
        log.error("Skipping corrupt foreign data of %r of user %s: %s", char_id, user_id, error)
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}

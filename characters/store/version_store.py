"""Exchanges characters with earlier versions of them, which lie in the trash."""

import time
from typing import NamedTuple

from characters.errors import CharacterChanged, EditedSince, UnknownCharacter
from characters.model import TRASH_SECONDS, Character
from characters.store.changing import ATTEMPTS, ChangingStore
from characters.store.records import read_record, read_records
from characters.versions import exchanged


class Exchanged(NamedTuple):
    """The character before and after; `removed` is what the trash had no more room for."""

    before: Character
    after: Character
    removed: list[Character]


class VersionStore:
    """Every method raises StorageUnavailable."""

    def __init__(self, store: ChangingStore) -> None:
        self._store = store
        self._client = store.client

    async def bring_back(self, user_id: int, version_id: str, seen: str = "") -> Exchanged | None:
        """Makes a character what it was in an earlier version (`characters.versions.exchanged`).

        What it is now is then the earlier version. None where there is no such version, or
        no longer its character; after seven days a version counts as gone.

        With `seen`, only where that is the `Character.version` of the character. One that was
        exchanged already is returned as it is. Raises EditedSince, CharacterChanged.
        """
        keys = self._store.keys(user_id)
        char_id = await self._version_of(user_id, version_id)
        if not char_id:
            return None
        for _ in range(ATTEMPTS):
            found = await self._client.run("find_version", keys, version_id, char_id)
            earlier = found and read_record(user_id, version_id.encode(), found[0])
            present = found and read_record(user_id, char_id.encode(), found[1])
            if not earlier or not present:
                return None
            if earlier.trashed_at < time.time() - TRASH_SECONDS:
                raise UnknownCharacter
            if seen and present.version != seen:
                if earlier.version == seen:
                    return Exchanged(present, present, [])
                raise EditedSince
            after, former = exchanged(present, earlier)
            new = (version_id, found[0], former.to_json(), char_id, found[1], after.to_json())
            status, *records = await self._client.run("exchange", keys, *new)
            if status == b"done":
                self._store.changed(user_id)
                removed = await read_records(user_id, [(b"?", each) for each in records])
                return Exchanged(present, after, removed)
        raise CharacterChanged

    async def _version_of(self, user_id: int, version_id: str) -> str:
        """The id of the character of which this is a version: always the same; or empty."""
        record = await self._client.execute("HGET", self._store.keys(user_id).trash, version_id)
        earlier = record and read_record(user_id, version_id.encode(), record)
        return earlier.version_of if earlier else ""

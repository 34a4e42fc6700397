"""Files of forgotten users that are still to be removed: noted before their records go."""

from collections.abc import Iterable

from characters.model import TRASH_SECONDS
from characters.store.characters import CharacterStore


class Removals:
    """Every method raises StorageUnavailable.

    The notes end after seven days, when a sweep has found the files.
    """

    def __init__(self, store: CharacterStore) -> None:
        self._store = store
        self._client = store.client

    async def note(self, user_id: int, files: Iterable[str]) -> None:
        key, paths = self._store.keys(user_id).removal, [*files]
        if paths:
            await self._client.execute("SADD", key, *paths)
            await self._client.execute("EXPIRE", key, TRASH_SECONDS)

    async def noted(self, user_id: int) -> set[str]:
        found = await self._client.execute("SMEMBERS", self._store.keys(user_id).removal)
        return {each.decode(errors="surrogateescape") for each in found}

    async def drop(self, user_id: int, files: Iterable[str]) -> None:
        if paths := [*files]:
            await self._client.execute("SREM", self._store.keys(user_id).removal, *paths)

    async def counts(self, user_id: int) -> tuple[int, int]:
        """How many files wait to be imported, and how many are noted here."""
        keys = self._store.keys(user_id)
        imports, noted = await self._client.execute_all(
            [("HLEN", keys.imports), ("SCARD", keys.removal)]
        )
        return imports, noted

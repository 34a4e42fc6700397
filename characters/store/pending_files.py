"""Files that players sent and that wait for their consent to be imported: for fifteen minutes."""

import json
import time
from dataclasses import asdict, dataclass, replace

from characters.json_data import to_json
from characters.store.characters import CharacterStore
from characters.store.drafts import URL_LIMIT
from characters.store.waiting_entries import keep_entry, kept_at, new_id

PENDING_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class PendingFile:
    """An attachment, of which Discord says the `size` in bytes; or a file behind a link."""

    url: str
    size: int = 0
    is_link: bool = False


class PendingFiles:
    """Every method raises StorageUnavailable if the store does not answer."""

    def __init__(self, store: CharacterStore) -> None:
        self._store = store

    async def keep(self, user_id: int, file: PendingFile) -> str:
        """Returns the id of the file."""
        file_id = new_id()
        bounded = replace(file, url=file.url[:URL_LIMIT])
        key, entry = self._store.keys(user_id).imports, to_json(asdict(bounded))
        await keep_entry(self._store.client, key, file_id, entry, PENDING_SECONDS)
        return file_id

    async def get(self, user_id: int, file_id: str) -> PendingFile | None:
        """None after fifteen minutes, or if another release wrote the data."""
        if kept_at(file_id) < time.time() - PENDING_SECONDS:
            return None
        data = await self._store.client.execute("HGET", self._store.keys(user_id).imports, file_id)
        try:
            return PendingFile(**json.loads(data)) if data else None
        except (ValueError, TypeError):
            return None

    async def drop(self, user_id: int, file_id: str) -> None:
        """Removes a file that was imported."""
        await self._store.client.execute("HDEL", self._store.keys(user_id).imports, file_id)

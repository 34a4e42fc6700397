"""Lobbies in the store: one hash each, changed only by the scripts `lua/lobby_*.lua`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.keys import lobby_key, parse_lobby_key

KEPT_SECONDS = 24 * 60 * 60  # after the last change


class LobbyStore:
    """Every method raises StorageUnavailable."""

    def __init__(self, store: CharacterStore) -> None:
        self._store = store
        self._client = store.client

    async def run(self, script: str, lobby_id: int, *arguments: Any) -> bytes:
        """What the script `lobby_<script>` answers; it keeps the lobby for another day."""
        key = lobby_key(lobby_id)
        return await self._client.run(f"lobby_{script}", key, KEPT_SECONDS, *arguments)

    async def fields(self, lobby_id: int) -> Mapping[bytes, bytes]:
        """The fields of the lobby's hash; empty where there is no lobby."""
        return await self._client.execute("HGETALL", lobby_key(lobby_id))

    async def version(self, lobby_id: int) -> int | None:
        """None where there is no lobby."""
        version = await self._client.execute("HGET", lobby_key(lobby_id), "version")
        return None if version is None else int(version)

    async def remove(self, lobby_id: int) -> None:
        await self._client.execute("DEL", lobby_key(lobby_id))

    async def lobby_ids(self) -> AsyncIterator[int]:
        """The ids of all lobbies, some perhaps twice: looks at every key of the store."""
        async for key in self._client.keys(lobby_key("*")):
            lobby_id = parse_lobby_key(key)
            if lobby_id is not None and await self._client.execute("TYPE", key) == b"hash":
                yield lobby_id

    async def party(self, user_ids: Sequence[int]) -> list[Character | None]:
        """The active character of each user."""
        return await self._store.party(user_ids)

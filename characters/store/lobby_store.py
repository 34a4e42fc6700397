"""Lobbies in the store: one hash each, changed only by the scripts `lua/lobby_*.lua`."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.keys import lobby_key
from characters.store.records import as_pairs
from characters.store.scripts import load_script

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

    async def party(self, user_ids: Sequence[int]) -> list[Character | None]:
        """The active character of each user."""
        return await self._store.party(user_ids)

    async def note(self, user_id: int, lobby_id: int) -> None:
        """Notes that the lobby may name the user, so that forgetting the user finds it."""
        key = self._store.keys(user_id).lobbies
        await self._client.run("note_lobby", key, lobby_id, time.time())

    async def noted(self, user_id: int) -> dict[int, bytes]:
        """The lobbies that may name the user, each with the time of its note."""
        found = await self._client.run("noted_lobbies", self._store.keys(user_id).lobbies)
        return {int(lobby_id): at for lobby_id, at in as_pairs(found)}

    async def naming(self, user_id: int, lobby_ids: Sequence[int]) -> list[int]:
        """Those of the lobbies that name the user now."""
        if not lobby_ids:
            return []
        keys = [[lobby_key(each)] for each in lobby_ids]
        answers = await self._client.evaluate_all(load_script("lobby_names"), keys, user_id)
        return [each for each, names in zip(lobby_ids, answers, strict=True) if names]

    async def drop_notes(self, user_id: int, noted: Mapping[int, bytes]) -> None:
        """Removes these notes, but for lobbies that were noted again since."""
        pairs = [each for pair in noted.items() for each in pair]
        if pairs:
            key = self._store.keys(user_id).lobbies
            await self._client.run("drop_lobby_notes", key, *pairs)

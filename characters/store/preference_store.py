"""What users have decided of themselves, in the hash `game:preferences:<user>`."""

from enum import StrEnum

from characters.store.characters import CharacterStore

_LOOK = "look"


class Audience(StrEnum):
    """Who may look at the character that a user plays."""

    NOBODY = "nobody"
    SERVERS = "servers"  # members of a server in which the user is too


class PreferenceStore:
    """Every method raises StorageUnavailable."""

    def __init__(self, store: CharacterStore) -> None:
        self._store = store
        self._client = store.client

    async def audience(self, user_id: int) -> Audience:
        """Nobody, unless the user has decided otherwise."""
        value = await self._client.execute("HGET", self._store.keys(user_id).preferences, _LOOK)
        return Audience.SERVERS if value == Audience.SERVERS.value.encode() else Audience.NOBODY

    async def set_audience(self, user_id: int, audience: Audience) -> None:
        """What holds without a decision is not kept."""
        key = self._store.keys(user_id).preferences
        if audience is Audience.NOBODY:
            await self._client.execute("HDEL", key, _LOOK)
        else:
            await self._client.execute("HSET", key, _LOOK, audience.value)

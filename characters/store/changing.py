"""How a character in the store is changed while others may change it too."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from redis.asyncio import Redis, RedisCluster

from characters.errors import CharacterChanged, UnknownCharacter
from characters.model import ID_LIMIT, Character
from characters.store.reader import CharacterReader
from characters.store.records import read_record

ATTEMPTS = 8  # to change a record that others change at the same time


class VersionOfPresent(CharacterChanged):
    message = "The character of which this is an earlier version is there."


class Changed(NamedTuple):
    """What a script did ("done"), or else where the character is; and the records it removed."""

    status: bytes
    character: Character
    removed: list[bytes]


class ChangingStore(CharacterReader):
    """Each of `listeners` is called with the user id after a change of that user's characters."""

    def __init__(self, redis: Redis | RedisCluster, deadline: float | None = None) -> None:
        super().__init__(redis, deadline)
        self.listeners: list[Callable[[int], None]] = []

    def changed(self, user_id: int) -> None:
        for listener in self.listeners:
            listener(user_id)

    async def change(
        self,
        script: str,
        user_id: int,
        char_id: str,
        *arguments: Any,
        prepare: Callable[[Character], Sequence[Any]],
        place: bytes = b"characters",
        refused: Callable[[bytes], Exception] | None = None,
    ) -> Changed:
        """Runs a script that changes most records itself, as text: one round trip.

        Where it returns the record that is in `place` instead, `prepare` makes further arguments
        of it, with which the script compares and sets. `refused` makes an error of another status.

        Raises UnknownCharacter, CharacterChanged, and what `prepare` raises.
        """
        if not 0 < len(char_id) <= ID_LIMIT:
            raise UnknownCharacter
        read: tuple[Any, ...] = ()
        for _ in range(ATTEMPTS):
            answer = await self.client.run(script, self.keys(user_id), char_id, *arguments, *read)
            match answer:
                case [status, record, *removed]:
                    character = read_record(user_id, char_id.encode(), record)
                case [refusal] if refused:
                    raise refused(refusal)
                case _:
                    raise UnknownCharacter
            if character is None:
                raise UnknownCharacter
            if status != place:
                self.changed(user_id)
                return Changed(status, character, removed)
            read = (record, *prepare(character))
        raise CharacterChanged

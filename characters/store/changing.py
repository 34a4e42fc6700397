"""How a character in the store is changed while others may change it too."""

from collections.abc import Callable
from typing import Any, TypeVar

from redis.asyncio import Redis, RedisCluster

from characters.errors import CharacterChanged, DraftGone, RosterFull, UnknownCharacter
from characters.model import Character
from characters.store.reader import CharacterReader
from characters.store.records import read_record

ATTEMPTS = 8  # to change a record that others change at the same time

T = TypeVar("T")


class VersionOfPresent(CharacterChanged):
    message = "The character of which this is an earlier version is there."


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
        prepare: Callable[[Character], tuple[T, tuple[Any, ...]]],
        *,
        place: bytes = b"characters",
        elsewhere: Callable[[Character], T] | None = None,
        limit: int = 0,
    ) -> tuple[T, list[bytes]]:
        """Compare-and-set: reads the record and runs the script until it has not changed meanwhile.

        `prepare` makes of it what is returned and the arguments of the script. The records that
        the script removed are returned too. `elsewhere` makes what is returned of a record that is
        not in `place` but in the other one, the roster or the trash; without it such a character
        is unknown.
        """
        keys = self.keys(user_id)
        for _ in range(ATTEMPTS):
            found, record = await self.client.run("find", keys, char_id) or (b"", b"")
            before = read_record(user_id, char_id.encode(), record) if record else None
            if not before:
                raise UnknownCharacter
            if found != place:
                if elsewhere is None:
                    raise UnknownCharacter
                return elsewhere(before), []
            result, arguments = prepare(before)
            answer: bytes | list[bytes]
            answer = await self.client.run(script, keys, char_id, record, *arguments)
            status, *removed = answer if isinstance(answer, list) else [answer]
            match status:
                case b"done":
                    self.changed(user_id)
                    return result, removed
                case b"gone":
                    raise DraftGone
                case b"full":
                    raise RosterFull(limit)
                case b"present":
                    raise VersionOfPresent
                case _:
                    continue
        raise CharacterChanged

"""Players who save characters without a pause, and what each was told is saved."""

import asyncio
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count, pairwise
from time import monotonic

from redis.asyncio import Redis, RedisCluster

from characters.errors import StorageUnavailable
from characters.model import Character
from characters.opening import DEADLINE
from characters.store.characters import CharacterStore
from characters.store.connecting import connected

PLAYERS = 30
# Acknowledged changes that the death of a server's process may lose: it answers the players just
# before it sends its replica what they changed, in one turn of its loop. Each has one answer then.
LAST_TURN = PLAYERS
EACH = 50  # characters of a player at most, before a new player comes


class Load:
    """`saved` are user id and char_id of what was acknowledged; `times` when, by `monotonic`."""

    def __init__(self, store: CharacterStore) -> None:
        self.store = store
        self.saved: list[tuple[int, str]] = []
        self.times: dict[int, list[float]] = {number: [] for number in range(PLAYERS)}
        self.refused = 0
        self.ends = False
        self._since = 0.0
        self._ids = count(secrets.randbelow(2**40) * 2**20)

    async def play(self, number: int) -> None:
        while not self.ends:
            user_id = next(self._ids)
            for _ in range(EACH):
                if self.ends:
                    return
                try:
                    character = await self.store.create(user_id, Character.new("Ana", ""), 2 * EACH)
                except StorageUnavailable:
                    self.refused += 1
                    await asyncio.sleep(0.05)
                else:
                    self.saved.append((user_id, character.char_id))
                    self.times[number].append(monotonic())

    def begin_anew(self) -> None:
        """`are_back` then asks for what is saved from half a second later on."""
        self._since = monotonic() + 0.5

    def are_back(self) -> bool:
        """Whether each player has saved something since then."""
        return all(times and times[-1] > self._since for times in self.times.values())

    def longest_pause(self) -> float:
        """Seconds between two characters of one player at most."""
        return max(
            after - before for times in self.times.values() for before, after in pairwise(times)
        )

    async def lost(self, client: Redis | RedisCluster) -> int:
        """How many of the characters that were acknowledged are not in the store."""
        found: dict[int, set[str]] = {}
        store = CharacterStore(client)
        for user_id, _ in self.saved:
            if user_id not in found:
                roster = await store.roster(user_id)
                found[user_id] = {each.char_id for each in roster.characters}
        return sum(char_id not in found[user_id] for user_id, char_id in self.saved)


@asynccontextmanager
async def load(url: str) -> AsyncGenerator[Load, None]:
    """Players play inside, over a client of their own."""
    async with connected(url) as client:
        store = CharacterStore(client, DEADLINE)
        work = Load(store)
        tasks = [asyncio.create_task(work.play(number)) for number in range(PLAYERS)]
        try:
            yield work
        finally:
            work.ends = True
            await asyncio.gather(*tasks)
            await store.client.close()

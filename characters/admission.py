"""Who may do something costly now: one thing at a time for a player, and few for all of them."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress

from characters.errors import StillBusy, StorageUnavailable, TooBusy, TooFast
from characters.store.characters import CharacterStore
from characters.store.keys import press_key
from characters.store.shared_turn import SharedTurn
from characters.workers.process_limit import ProcessLimit

MINUTE = 60.0  # seconds
# What a player may do in a minute, counted in the store, for all processes together.
LIMITS = {
    "create": 10,
    "upload": 20,
    "lobby": 5,
    "import": 10,  # files that are sent
    "import-run": 20,  # presses of the button below a plan, each of which reads the file again
    "export": 20,
    "share": 20,
    "restore": 60,
    "forget": 10,
}
# Whatever a player presses, chooses, sends or types in a minute. Each process counts for itself,
# and tells the store so many at a time: few players ever press as often.
PRESSES, TOLD = 300, 30
CLAIMED_SECONDS = 60  # that a press is the one of a process
# In each process, as they are about its memory:
WAITING = 3  # costly actions of a player that wait for the one that runs
ADMITTED = 100  # costly actions of all players that run or wait
USERS = 10_000  # whose presses a process counts
LARGE_FILES, LARGE_FILES_EACH = (
    8,
    2,
)  # portraits of up to 8 MiB that are sent at once: all, a player

# Actions that hold files in memory, in the whole process: up to 10 MiB each, and copies of them.
HEAVY = ProcessLimit(4)


class Admission:
    """Admits the costly actions of players, and counts their presses."""

    def __init__(self, store: CharacterStore) -> None:
        self._store = store
        self._process = secrets.token_hex(8)
        self._turns: dict[int, _Turns] = {}
        self._admitted = 0
        self._presses: dict[int, _Presses] = {}
        self._large_files = Counter[int]()

    def busy(self) -> int:
        """How many costly actions run or wait."""
        return self._admitted

    async def admit(self, user_id: int, action: str) -> None:
        """Counts an action of `LIMITS`. Raises TooFast, StorageUnavailable."""
        keys = self._store.keys(user_id)
        seconds = await self._store.client.run("admit", keys.rates, action, LIMITS[action], 1)
        if seconds:
            raise TooFast(seconds)

    async def claim(self, interaction_id: int) -> bool:
        """Whether this process answers a press that Discord sends to several processes.

        True for the first one that asks. Raises StorageUnavailable.
        """
        claim = ("SET", press_key(interaction_id), self._process, "NX", "GET")
        before = await self._store.client.execute(*claim, "EX", CLAIMED_SECONDS)
        return before in {None, self._process.encode()}  # itself where it asked again

    async def count_press(self, user_id: int) -> None:
        """Raises TooFast after more than `PRESSES` within a minute, in all processes together.

        Several processes may allow `TOLD` more each.
        """
        now = time.monotonic()
        presses = self._presses.get(user_id)
        if presses is None or now >= presses.until:
            self._presses.pop(user_id, None)
            presses = self._presses[user_id] = _Presses(now + MINUTE)
        if len(self._presses) > USERS:
            del self._presses[next(iter(self._presses))]
        presses.count += 1
        if presses.count % TOLD == 0 and presses.count <= PRESSES:
            await self._tell(user_id, presses)
        if presses.count > PRESSES:
            raise TooFast(int(presses.until - now) + 1)

    async def _tell(self, user_id: int, presses: "_Presses") -> None:
        """Adds presses to those of the other processes."""
        with suppress(StorageUnavailable):  # each process then counts alone
            rates = self._store.keys(user_id).rates
            seconds = await self._store.client.run("admit", rates, "press", PRESSES, TOLD)
            if seconds:
                presses.count, presses.until = PRESSES + 1, time.monotonic() + seconds

    @asynccontextmanager
    async def turn(self, user_id: int, *, has_begun: bool = False) -> AsyncGenerator[None, None]:
        """Costly actions of a player, one after the other; those of others do not wait for it.

        So they are in all processes; where the store does not answer, in this one.

        Raises StillBusy where too many of the player wait already, TooBusy where too many of all
        players do; but nothing where it is one step of what `has_begun`, such as an import.
        """
        if self._admitted >= ADMITTED and not has_begun:
            raise TooBusy
        turns = self._turns.setdefault(user_id, _Turns())
        if turns.admitted > WAITING and not has_begun:
            raise StillBusy
        turns.admitted += 1
        self._admitted += 1
        try:
            async with turns.lock, self._shared_turn(user_id):
                yield
        finally:
            self._admitted -= 1
            turns.admitted -= 1
            if not turns.admitted:
                del self._turns[user_id]

    @asynccontextmanager
    async def _shared_turn(self, user_id: int) -> AsyncGenerator[None, None]:
        turn = SharedTurn(self._store.client, self._store.keys(user_id).turn)
        try:
            with suppress(StorageUnavailable):
                await turn.wait()
            yield
        finally:
            await turn.end()

    @asynccontextmanager
    async def heavy_step(self) -> AsyncGenerator[None, None]:
        """Waits until few files are in memory, inside a turn that is too long to be one step.

        Nothing is waited for inside that a player can delay, such as a link to a slow server.
        """
        async with HEAVY.slot():
            yield

    @asynccontextmanager
    async def heavy_turn(self, user_id: int) -> AsyncGenerator[None, None]:
        """A turn of one heavy step."""
        async with self.turn(user_id), self.heavy_step():
            yield

    @contextmanager
    def large_file(self, user_id: int) -> Generator[bool, None, None]:
        """Whether a large file may be read and sent inside; else a small one must do.

        Nobody waits, since a player waits for the answer.
        """
        each, together = self._large_files[user_id], self._large_files.total()
        if each >= LARGE_FILES_EACH or together >= LARGE_FILES:
            yield False
            return
        self._large_files[user_id] += 1
        try:
            yield True
        finally:
            self._large_files[user_id] -= 1
            self._large_files += Counter()  # without those that have none


class _Turns:
    """The actions of one player that run or wait."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.admitted = 0


class _Presses:
    def __init__(self, until: float) -> None:
        self.until = until
        self.count = 0

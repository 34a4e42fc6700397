"""Characters that this process remembers while the server says that none has changed.

`tracking` has the connection on which the server names what changed. The rules:

* What was read counts only if the user did not change since the request was sent.
* A change by this process drops the user at once, in every cache of the process.
* Without the connection nothing is remembered, and what was remembered is dropped.
* Nothing is returned later than a second after the last PING that the server answered was sent.
"""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, Generic, TypeVar
from weakref import ref

from characters.measures import NearCacheState, UserCacheState
from characters.model import Character
from characters.store.keys import parse_user_key
from characters.store.remembered_characters import RememberedCharacter, RememberedList

USERS = 50_000
ACTIVE_BYTES, LIST_BYTES = 48 * 2**20, 16 * 2**20  # about what all of them take
LARGEST = 2**20  # bytes of what is remembered of one user
VALID_SECONDS = 1.0

V = TypeVar("V")
R = TypeVar("R", RememberedCharacter, RememberedList)


class UserCache(Generic[V, R]):
    """Something that is remembered of each user, `remembered_as` what is made of it.

    May be used by several threads.
    """

    def __init__(self, remembered_as: Callable[[V], R], most_bytes: int) -> None:
        self._remembered_as = remembered_as
        self._most_bytes = most_bytes
        self._lock = threading.Lock()  # between what changed and what is remembered
        self._entries: dict[int, R] = {}
        self._size = 0
        self._reads: dict[int, object] = {}
        self._valid_until = 0.0
        self._is_tracked = False
        self._hits = self._misses = self._changed = self._cleared = self._displaced = 0

    def recall(self, user_id: int) -> R | None:
        """None where the store has to be asked."""
        if monotonic() < self._valid_until and (found := self._entries.get(user_id)):
            self._hits += 1
            return found
        return None

    def begin_read(self, user_id: int) -> object | None:
        """Call it before the request is sent, and `end_read` with what it returns."""
        self._misses += 1
        if not self._is_tracked:
            return None
        with self._lock:
            if not self._is_tracked:  # it ended just now
                return None
            read = self._reads[user_id] = object()
            return read

    def end_read(self, user_id: int, read: object | None, found: V) -> None:
        """Remembers what was read, unless the user changed meanwhile or another read began."""
        if read is None:
            return
        try:
            remembered = self._remembered_as(found)
        except ValueError:  # it can't be copied, or not fast
            self.abandon_read(user_id, read)
            return
        with self._lock:
            if self._reads.get(user_id) is not read:
                return
            del self._reads[user_id]
            if remembered.size > LARGEST:
                return
            self._remove(user_id)
            self._entries[user_id] = remembered
            self._size += remembered.size
            while self._size > self._most_bytes or len(self._entries) > USERS:
                self._displaced += self._remove(next(iter(self._entries)))

    def abandon_read(self, user_id: int, read: object | None) -> None:
        """The read failed."""
        with self._lock:
            if read is not None and self._reads.get(user_id) is read:
                del self._reads[user_id]

    def drop(self, user_id: int) -> None:
        with self._lock:
            self._reads.pop(user_id, None)
            self._changed += self._remove(user_id)

    def drop_all(self) -> None:
        with self._lock:
            self._clear()

    def begin_tracking(self) -> None:
        with self._lock:
            self._clear()
            self._is_tracked = True

    def hold_until(self, moment: float) -> None:
        with self._lock:
            if self._is_tracked:  # with several servers, one may answer after another is lost
                self._valid_until = moment

    def end_tracking(self) -> None:
        with self._lock:
            self._is_tracked = False
            self._valid_until = 0.0
            self._clear()

    def state(self) -> UserCacheState:
        drops = {"changed": self._changed, "cleared": self._cleared, "displaced": self._displaced}
        return UserCacheState(self._hits, self._misses, drops, len(self._entries), self._size)

    @property
    def is_valid(self) -> bool:
        return monotonic() < self._valid_until

    def _clear(self) -> None:
        self._reads.clear()
        self._cleared += len(self._entries)
        self._entries.clear()
        self._size = 0

    def _remove(self, user_id: int) -> bool:
        """Whether the user was remembered."""
        remembered = self._entries.pop(user_id, None)
        if remembered is None:
            return False
        self._size -= remembered.size
        return True


class NearCache:
    """The active character and the list of characters of each user.

    `tracking` says when it holds and what changed.
    """

    def __init__(self) -> None:
        self.active = UserCache[Character | None, RememberedCharacter](
            RememberedCharacter, ACTIVE_BYTES
        )
        self.lists = UserCache[list[dict[str, Any]], RememberedList](RememberedList, LIST_BYTES)
        self._both = (self.active, self.lists)
        _caches.add(ref(self, _caches.discard))

    def drop(self, user_id: int) -> None:
        for each in self._both:
            each.drop(user_id)

    def drop_key(self, key: str) -> None:
        """What the server says that changed."""
        if owned := parse_user_key(key):
            self.drop(owned.user_id)

    def drop_all(self) -> None:
        for each in self._both:
            each.drop_all()

    def begin_tracking(self) -> None:
        """From now on the server says what changes."""
        for each in self._both:
            each.begin_tracking()

    def extend(self, answered: float) -> None:
        """The server answered a PING that was sent at this time of `monotonic`."""
        for each in self._both:
            each.hold_until(answered + VALID_SECONDS)

    def end_tracking(self) -> None:
        for each in self._both:
            each.end_tracking()

    def state(self) -> NearCacheState:
        caches = {"active": self.active.state(), "list": self.lists.state()}
        return NearCacheState(self.active.is_valid, caches)


_caches: set["ref[NearCache]"] = set()  # those that are not gone


def drop_everywhere(user_id: int) -> None:
    """Call it after this process has changed a user's characters, or may have."""
    for each in list(_caches):  # another thread may add one meanwhile
        if cache := each():
            cache.drop(user_id)

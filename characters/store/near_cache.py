"""Active characters that this process remembers while the server says that none has changed.

`tracking` has the connection on which the server names what changed. The rules:

* What was read counts only if the user did not change since the request was sent.
* A change by this process drops the user at once, in every cache of the process.
* Without the connection nothing is remembered, and what was remembered is dropped.
* Nothing is returned later than a second after the last PING that the server answered was sent.
"""

import sys
import threading
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from time import monotonic
from typing import Any
from weakref import ref

from characters.measures import NearCacheState
from characters.model import Character
from characters.store.keys import parse_user_key

USERS = 50_000
BYTES = 64 * 2**20  # about what all of it takes
VALID_SECONDS = 1.0

_Record = dict[str, Any]


class Remembered:
    """The active character of a user, if there is one.

    `character` and `to_dict`, which is as `Character.to_dict`, make objects of their own each time.
    """

    __slots__ = ("_char_id", "_record", "size", "to_dict")

    to_dict: Callable[[], _Record | None]

    def __init__(self, character: Character | None) -> None:
        self._char_id = ""
        self.size = 500  # bytes
        if character is None:
            self._record = self.to_dict = _nothing
            return
        flat = not any(isinstance(each, (dict, list)) for each in character.record.values())
        self._char_id = character.char_id
        self._record = _copier(dict(character.record), flat=flat)
        self.to_dict = _copier(character.to_dict(), flat=flat)
        self.size += 1000 + sum(map(sys.getsizeof, character.record.values()))
        if not flat:  # Python's objects take some ten times the bytes of small JSON values
            self.size += 10 * len(character.to_json())

    def character(self) -> Character | None:
        record = self._record()
        return None if record is None else Character(self._char_id, record)


def _copier(record: _Record, *, flat: bool) -> Callable[[], _Record]:
    """Returns copies of the record that share nothing which can be changed."""
    return record.copy if flat else partial(deepcopy, deepcopy(record))


def _nothing() -> None:
    return None


class NearCache:
    """May be used by several threads; `tracking` says when it holds and what changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # between what changed and what is remembered
        self._entries: dict[int, Remembered] = {}
        self._size = 0
        self._reads: dict[int, object] = {}
        self._valid_until = 0.0
        self._is_tracked = False
        self._hits = self._misses = self._changed = self._cleared = self._displaced = 0
        _caches.add(ref(self, _caches.discard))

    def recall(self, user_id: int) -> Remembered | None:
        """None where the store has to be asked."""
        if monotonic() < self._valid_until and (found := self._entries.get(user_id)):
            self._hits += 1
            return found
        return None

    def state(self) -> NearCacheState:
        """Drops are `changed` users, what was `cleared` all at once, and `displaced` by others."""
        drops = {"changed": self._changed, "cleared": self._cleared, "displaced": self._displaced}
        is_valid = monotonic() < self._valid_until
        entries, size = len(self._entries), self._size
        return NearCacheState(self._hits, self._misses, drops, entries, size, is_valid)

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

    def end_read(self, user_id: int, read: object | None, character: Character | None) -> None:
        """Remembers what was read, unless the user changed meanwhile or another read began."""
        if read is None:
            return
        try:
            remembered = Remembered(character)
        except RecursionError:  # nested too deeply to be copied
            self.abandon_read(user_id, read)
            return
        with self._lock:
            if self._reads.get(user_id) is not read:
                return
            del self._reads[user_id]
            self._remove(user_id)
            self._entries[user_id] = remembered
            self._size += remembered.size
            while self._size > BYTES or len(self._entries) > USERS:
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

    def drop_key(self, key: str) -> None:
        """What the server says that changed."""
        if owned := parse_user_key(key):
            self.drop(owned.user_id)

    def drop_all(self) -> None:
        with self._lock:
            self._clear()

    def begin_tracking(self) -> None:
        """From now on the server says what changes."""
        with self._lock:
            self._clear()
            self._is_tracked = True

    def extend(self, answered: float) -> None:
        """The server answered a PING that was sent at this time of `monotonic`."""
        self._valid_until = answered + VALID_SECONDS

    def end_tracking(self) -> None:
        with self._lock:
            self._is_tracked = False
            self._valid_until = 0.0
            self._clear()

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


_caches: set["ref[NearCache]"] = set()  # those that are not gone


def drop_everywhere(user_id: int) -> None:
    """Call it after this process has changed whom a user plays, or may have."""
    for each in list(_caches):  # another thread may add one meanwhile
        if cache := each():
            cache.drop(user_id)

"""The scripts, one atomic step each.

KEYS are those of `characters.store.characters.Keys`, in that order; of a lobby, its one key.
"""

import hashlib
from importlib.resources import files
from typing import NamedTuple


class Script(NamedTuple):
    """A script's source, and the SHA-1 by which EVALSHA knows it."""

    source: str
    sha: str


def _load(name: str) -> Script:
    source = (files("characters.store") / "lua" / f"{name}.lua").read_text(encoding="utf-8")
    return Script(source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())


CLAIM = _load("claim")
COPY = _load("copy")
CREATE = _load("create")
DELETE = _load("delete")
DRAFT = _load("draft")
ERASE = _load("erase")
FORGET = _load("forget")
HOLDING = _load("holding")
LIMIT = _load("limit")
LOBBY_ANNOUNCED = _load("lobby_announced")
LOBBY_CLOSE = _load("lobby_close")
LOBBY_JOIN = _load("lobby_join")
LOBBY_LEAVE = _load("lobby_leave")
LOBBY_OPEN = _load("lobby_open")
LOBBY_START = _load("lobby_start")
LOBBY_TOUCH = _load("lobby_touch")
PARTY = _load("party")
REFILL = _load("refill")
REPLACE = _load("replace")
RESTORE = _load("restore")
ROSTER = _load("roster")
SWAP = _load("swap")
UNLINK = _load("unlink")

"""Every key of ours in the store is made and described here.

| key | type | content |
|---|---|---|
| `game:characters:<user>` | hash | char_id → JSON record; the roster limit, 150 KB each |
| `game:active_char:<user>` | string | char_id of the active character; 64 letters |
| `game:trash:<user>` | hash | id → JSON record; seven days, 200 entries, 4 MiB |
| `game:foreign:<user>` | hash | char_id → JSON of foreign data; 256 KiB each, 4 MiB |
| `game:drafts:<user>` | hash | draft id → JSON; fifteen minutes, 20 entries, 1 MiB |
| `game:imports:<user>` | hash | file id → JSON of a file to import; as drafts |
| `game:rates:<user>` | hash | action → how often it was done in the current minute; 10 actions |
| `game:turn:<user>` | hash | token of a costly action → its place in the queue; fifteen seconds |
| `game:importing:<user>` | hash | token of an import → its place, as above |
| `game:lobbies:<user>` | sorted set | ids of lobbies that may name the user; thirty days, 1,000 |
| `game:preferences:<user>` | hash | what the user has decided: `look` → `servers`; 1 field |
| `game:removal:<user>` | set | files that are still to be removed of who is forgotten; seven days |
| `game:forgotten:<user>` | string | notes that the user was forgotten; fifteen minutes |
| `game:lobby:<lobby id>` | hash | a lobby (`characters.lobby.lobby`); a day after its last change |
| `game:blocked` | set | ids of the users who are shut out of the bot |
| `game:maintenance` | string | who has the lease on maintenance (`characters.store.lease`) |
| `game:store_id` | string | 32 random hexadecimal digits; the assets hold them too |
| `game:press:<interaction>` | string | the process that answers it; a minute |
| `game:sweep` | string | exists while no daily sweep is due |
| `game:sizes` | string | what the latest daily sweep counted (`characters.measures.Sizes`), JSON |
| `game:trashed_files` | set | other programs' files that deleted characters name or named |

`<user>` is the user id; on a cluster it is in braces, so that the keys of a user share a slot. The
limits hold for what we write ourselves. In the trash is what was deleted, by its char_id, and what
a character was before a change, by an id of its own: at most ten of one character, which go first.
Foreign data is what other programs' files said of a character, a draft what a player typed and
could not save. Of who was forgotten, no drafts are taken from processes that held them before.
"""

import re
from functools import lru_cache
from typing import NamedTuple

BLOCKED = "game:blocked"
MAINTENANCE = "game:maintenance"
STORE_ID = "game:store_id"
SIZES = "game:sizes"
SWEEP = "game:sweep"
TRASHED_FILES = "game:trashed_files"
USER_ID_LIMIT = 2**63  # Discord's ids are below

_LOBBY = "game:lobby:"
_KINDS = (  # in the order of `UserKeys`
    *("characters", "active_char", "trash", "foreign", "drafts", "imports", "rates"),
    *("lobbies", "removal", "preferences", "turn", "importing", "forgotten"),
)
_USER_KEY = re.compile(
    rf"game:(?P<kind>{'|'.join(_KINDS)}):(?:(?P<plain>[1-9]\d{{0,18}})|\{{(?P<braced>[1-9]\d{{0,18}})\}})"
)


class UserKeys(NamedTuple):
    """The keys of one user."""

    user_id: int
    characters: str
    active: str
    trash: str
    foreign: str
    drafts: str
    imports: str
    rates: str
    lobbies: str
    removal: str
    preferences: str
    turn: str
    importing: str
    forgotten: str


KINDS = dict(zip(UserKeys._fields[1:], _KINDS, strict=True))
"""The kinds in the table above, by the names in `UserKeys`."""


class OwnedKey(NamedTuple):
    """A key of a user: its kind as in the table above, and whether the user id is in braces."""

    key: str
    kind: str
    user_id: int
    braces: bool

    def renamed(self, *, braces: bool) -> str:
        """The name of the same key on a cluster (with braces) or on one server."""
        return user_key(self.kind, self.user_id, cluster=braces)


@lru_cache(maxsize=4096)  # the active character is read for every message
def user_keys(user_id: int, *, cluster: bool) -> UserKeys:
    user = f"{{{user_id}}}" if cluster else user_id
    return UserKeys(user_id, *(f"game:{kind}:{user}" for kind in _KINDS))


def user_key(kind: str, user_id: int, *, cluster: bool) -> str:
    """One of a user's keys, by its kind in the table above: the others take longer to make."""
    return f"game:{kind}:{{{user_id}}}" if cluster else f"game:{kind}:{user_id}"


def parse_user_key(key: str) -> OwnedKey | None:
    """None for a key that is not one of a user."""
    match = _USER_KEY.fullmatch(key)
    if match is None:
        return None
    kind, plain, braced = match.groups()
    user_id = int(plain or braced)
    if user_id >= USER_ID_LIMIT:
        return None
    return OwnedKey(key, kind, user_id, braces=plain is None)


def lobby_key(lobby_id: int) -> str:
    return f"{_LOBBY}{lobby_id}"


def press_key(interaction_id: int) -> str:
    return f"game:press:{interaction_id}"

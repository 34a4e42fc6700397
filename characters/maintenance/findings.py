"""What `check` can find, and what to do about it."""

import shlex
from enum import Enum
from typing import NamedTuple

from characters.maintenance.ownership import ADVICE
from characters.maintenance.shell_commands import redis_command


class FindingKind(Enum):
    """What can be wrong. The value is for people."""

    CORRUPT = "corrupt record"
    MISSING = "missing portrait"
    OUTDATED = "outdated path"
    ELSEWHERE = "portrait elsewhere"
    THUMBNAIL = "missing thumbnail"
    UNREADABLE = "unreadable file"
    UNREADABLE_OBJECT = "unreadable object"
    DAMAGED = "damaged file"
    FOREIGN = "key of another type"
    UNUSED = "unused file"
    SHARED = "assets of another store"
    ACTIVE = "outdated active mark"
    MISNAMED = "keys for another kind of server"


_RESTORE = "`python -m characters restore FILE --user {user}`"
_REPLACE = (
    "`python -m characters restore FILE --user {user} --replace`, which also undoes what the "
    "user changed since"
)

# What to do, with {placeholders}. A test runs the commands; FILE stands for a backup.
_ADVICE = {
    FindingKind.CORRUPT: "Players don't see it. Restore a backup: "
    f"{_REPLACE}. Or remove the record: `{{removal}}`.",
    FindingKind.MISSING: f"Restore a backup: {_RESTORE}. Or ask the player to add a portrait with "
    "/character edit.",
    FindingKind.OUTDATED: "The portrait is found by its name. Correct the record: "
    "`python -m characters move-assets {assets}`.",
    FindingKind.ELSEWHERE: "It is not in the assets, so it is not shown. Move it there: "
    "`python -m characters move-assets {assets} --from {folder}`.",
    FindingKind.THUMBNAIL: "Lists show the character without an image. Restore a backup: "
    f"{_RESTORE}. Or ask the player to add the portrait again with /character edit.",
    FindingKind.UNREADABLE: "Give the user that the bot runs as the right to read it: "
    "`chmod a+r {path}`.",
    FindingKind.UNREADABLE_OBJECT: "The object store did not send it; the log says why. Correct "
    "that, such as the rights there, and run this command again.",
    FindingKind.DAMAGED: f"It is empty or cut off. Restore a backup: {_REPLACE}. Or ask the player "
    "to add the portrait again with /character edit.",
    FindingKind.FOREIGN: "Another program made it, and its player gets errors. Rename it: "
    "`redis-cli RENAME {key} {other_key}`.",
    FindingKind.UNUSED: "No record names it. Remove it: `python -m characters sweep`.",
    FindingKind.SHARED: f"A sweep removes no file there. {ADVICE}",
    FindingKind.ACTIVE: "The character used last is active instead. Remove the mark: "
    "`redis-cli DEL {key}`.",
    FindingKind.MISNAMED: "The bot does not see them. Rename them: `python -m characters retag`.",
}


class Finding(NamedTuple):
    """`what` is a path, a key, or what is wrong with a record; `advice` says what to do."""

    kind: FindingKind
    what: str
    advice: str
    user_id: int | None = None
    char_id: str | None = None


def finding(
    kind: FindingKind,
    what: str,
    user_id: int | None = None,
    char_id: str | None = None,
    **values: str,
) -> Finding:
    values = {name: shlex.quote(value) for name, value in values.items()}
    return Finding(kind, what, _ADVICE[kind].format(user=user_id, **values), user_id, char_id)


def corrupt(what: str, user_id: int, key: str, char_id: bytes) -> Finding:
    """A record, or foreign data, in the hash at this key."""
    removal = redis_command(b"HDEL", key.encode(), char_id)
    advice = _ADVICE[FindingKind.CORRUPT].format(user=user_id, removal=removal)
    return Finding(FindingKind.CORRUPT, what, advice, user_id, text_of(char_id))


def text_of(char_id: bytes) -> str:
    return char_id.decode(errors="backslashreplace")

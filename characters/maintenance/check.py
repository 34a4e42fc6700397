"""Finds what is wrong in the store and the assets, and says what to do; changes nothing."""

import asyncio
import os
import re
import shlex
from collections.abc import Coroutine
from enum import Enum
from typing import Any, NamedTuple

from characters.maintenance.locations import Location, fields_of, name_in, path_in, with_thumbnail
from characters.maintenance.ownership import ADVICE, ownership
from characters.maintenance.scan import find_users, records_of_users
from characters.maintenance.shell_commands import redis_command
from characters.maintenance.sweep import unnamed_files
from characters.maintenance.workspace import Workspace
from characters.model import Character
from characters.portraits.assets import START, Assets
from characters.portraits.store_problems import without_account
from characters.store.keys import UserKeys, user_keys
from characters.store.user_records import UserRecords, user_records

_IMAGE = re.compile(r"[^/]+\.(webp|png|jpe?g|gif|avif)", re.IGNORECASE)


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
    FindingKind.UNREADABLE_OBJECT: "The object store refuses to send it, or sends it too slowly: "
    "correct the rights there.",
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


async def check(workspace: Workspace) -> list[Finding]:
    """Raises StorageUnavailable, OSError."""
    client, assets = workspace.client, workspace.assets
    users = await find_users(client)
    found: list[Finding] = []
    if users.misnamed:
        keys = "1 key" if users.misnamed == 1 else f"{users.misnamed} keys"
        found.append(_finding(FindingKind.MISNAMED, keys))
    stored = {file.path: file.size for file in await assets.stored()}
    async for records in records_of_users(client, sorted(users.ids), workspace.progress):
        found += _wrong_records(records, user_keys(records.user_id, cluster=client.is_cluster))
        if wrong := await _wrong_portraits(records, assets, stored):
            # A bot may have changed the records since they were read.
            now = await user_records(client, records.user_id)
            current = await _wrong_portraits(now, assets, stored)
            found += [each for each in wrong if each in current]
    owner = await ownership(client, assets)
    if owner.problem:
        found.append(_finding(FindingKind.SHARED, owner.problem))
    elif not users.misnamed:
        files = await unnamed_files(workspace)
        found += [_finding(FindingKind.UNUSED, file.path) for file in files]
    return found


def _finding(
    kind: FindingKind,
    what: str,
    user_id: int | None = None,
    char_id: str | None = None,
    **values: str,
) -> Finding:
    values = {name: shlex.quote(value) for name, value in values.items()}
    return Finding(kind, what, _ADVICE[kind].format(user=user_id, **values), user_id, char_id)


def _corrupt(what: str, user_id: int, key: str, char_id: bytes) -> Finding:
    removal = redis_command(b"HDEL", key.encode(), char_id)
    advice = _ADVICE[FindingKind.CORRUPT].format(user=user_id, removal=removal)
    return Finding(FindingKind.CORRUPT, what, advice, user_id, _text(char_id))


def _wrong_records(records: UserRecords, keys: UserKeys) -> list[Finding]:
    user_id = records.user_id
    found: list[Finding] = []
    for key in records.others:
        values = {"key": key, "other_key": f"other:{key}"}
        found.append(_finding(FindingKind.FOREIGN, key, user_id, **values))
    for kind, char_id, record in records.records():
        try:
            Character.from_json(char_id.decode(), record)
        except ValueError as error:
            found.append(_corrupt(str(error), user_id, getattr(keys, kind), char_id))
    for char_id, data in records.foreign.items():
        if fields_of(data) is None:
            what = "foreign data that is no JSON object"
            found.append(_corrupt(what, user_id, keys.foreign, char_id))
    if records.active and records.active not in records.characters:
        mark = _text(records.active)
        found.append(_finding(FindingKind.ACTIVE, mark, user_id, key=keys.active))
    return found


async def _wrong_portraits(
    records: UserRecords, assets: Assets, stored: dict[str, int]
) -> list[Finding]:
    """`stored` are the sizes of files that exist, by path; others are looked up one by one."""
    work: list[Coroutine[Any, Any, list[Finding]]] = []
    for _, char_id, record in records.records():
        if path := path_in(record):
            owner = (records.user_id, _text(char_id))
            work.append(_wrong_portrait(owner, path, assets, stored))
    return [finding for found in await asyncio.gather(*work) for finding in found]


async def _wrong_portrait(
    owner: tuple[int, str], path: str, assets: Assets, stored: dict[str, int]
) -> list[Finding]:
    name = name_in(assets, path)
    base, shown = Location.of(assets).base, without_account(path)
    if name is None or not await _exists(base + name, assets, stored):
        if folder := _other_folder(base, shown):
            values = {"assets": assets.location, "folder": folder}
            return [_finding(FindingKind.ELSEWHERE, shown, *owner, **values)]
        return [_finding(FindingKind.MISSING, shown, *owner)]
    found: list[Finding] = []
    if not _leads_to(base, name, path):
        found.append(_finding(FindingKind.OUTDATED, shown, *owner, assets=assets.location))
    for part in with_thumbnail(name):
        if not await _exists(base + part, assets, stored):
            found.append(_finding(FindingKind.THUMBNAIL, base + part, *owner))
            continue
        (start,) = await assets.starts(base + part)
        size = stored.get(base + part)
        if size == 0 or start == b"" or (start and size and _declared(start) not in {None, size}):
            found.append(_finding(FindingKind.DAMAGED, base + part, *owner))
        elif start is None and await assets.modified(base + part) is not None:
            in_store = "://" in base
            kind = FindingKind.UNREADABLE_OBJECT if in_store else FindingKind.UNREADABLE
            found.append(_finding(kind, base + part, *owner, path=base + part))
    return found


async def _exists(path: str, assets: Assets, stored: dict[str, int]) -> bool:
    return path in stored or await assets.modified(path) is not None


def _leads_to(base: str, name: str, path: str) -> bool:
    """Whether a path leads to this file under the assets, perhaps over links."""
    if "://" in base + path:
        return path == base + name
    path = os.path.join(base, path)  # noqa: PTH118 - other programs write relative paths
    return os.path.realpath(path) == os.path.realpath(base + name)


def _other_folder(base: str, path: str) -> str | None:
    """The folder outside the assets in which the portrait is; None where it is not there.

    An object store is not asked.
    """
    if "://" not in path:
        path = os.path.normpath(os.path.join(base, path))  # noqa: PTH118 - see above
    folder, _, name = path.rpartition("/")
    outside = not f"{folder}/".startswith(base) and _IMAGE.fullmatch(name)
    return folder if outside and ("://" in path or os.path.isfile(path)) else None  # noqa: PTH113 - a str


def _declared(start: bytes) -> int | None:
    """The size of the file that the start of a WebP says.

    See https://developers.google.com/speed/webp/docs/riff_container.
    """
    if not start.startswith(b"RIFF") or len(start) < START:
        return None
    return int.from_bytes(start[4:8], "little") + 8


def _text(char_id: bytes) -> str:
    return char_id.decode(errors="backslashreplace")

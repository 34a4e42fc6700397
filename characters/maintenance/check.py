"""Finds what is amiss between the store and the assets; changes nothing."""

from collections.abc import AsyncGenerator, Container
from enum import Enum
from typing import NamedTuple

from characters.maintenance.locations import Location, names_in, path_in, with_thumbnail
from characters.maintenance.scan import ProgressCallback, UserRecords, scan_users, user_records
from characters.maintenance.sweep import unnamed_files
from characters.model import Character
from characters.portraits.assets import START, Assets
from characters.store.client import StoreClient


class Kind(Enum):
    """What can be amiss, each with what to do about it."""

    CORRUPT = "corrupt record"
    MISSING = "missing portrait"
    ELSEWHERE = "portrait elsewhere"
    THUMBNAIL = "missing thumbnail"
    UNREADABLE = "unreadable file"
    DAMAGED = "damaged file"
    FOREIGN = "foreign key"
    ORPHANED = "orphaned file"
    POINTER = "stale pointer"
    MISNAMED = "key of another kind of server"

    @property
    def advice(self) -> str:
        return _ADVICE[self]


_ADVICE = {
    Kind.CORRUPT: "Players do not see it. Mend its JSON (HGET, HSET), import a backup, or remove it (HDEL).",
    Kind.MISSING: "Import a backup, or have the player add a portrait with /character edit.",
    Kind.ELSEWHERE: "It is not under ASSETS_DIR, so it is not shown: run move-assets --from where it lies.",
    Kind.THUMBNAIL: "Rosters show the character without a picture: import a backup, or add the portrait again.",
    Kind.UNREADABLE: "Let the user that the bot runs as read it (chown, chmod), or see what its disk or store says.",
    Kind.DAMAGED: "It is empty or cut off: remove it and import a backup, or add the portrait again.",
    Kind.FOREIGN: "It is of a type that we never make, and its player gets errors: rename it, or remove it (DEL).",
    Kind.ORPHANED: "Nothing refers to it: sweep removes it.",
    Kind.POINTER: "Harmless: the character used last is played, until the player chooses one.",
    Kind.MISNAMED: "The bot does not see these keys: run retag.",
}


class Finding(NamedTuple):
    kind: Kind
    what: str
    """What it is about, in the words of the store: a path, a key, what is wrong with a record."""
    user_id: int | None = None
    char_id: str | None = None


async def inspect(
    client: StoreClient, assets: Assets, progress: ProgressCallback | None = None
) -> AsyncGenerator[Finding, None]:
    """What is amiss, as it is found. Raises StorageUnavailable, OSError."""
    place = Location.of(assets, None)
    async with scan_users(client, progress) as (users, everyone):
        if users.misnamed:
            yield Finding(
                Kind.MISNAMED, f"{users.misnamed} key{'' if users.misnamed == 1 else 's'}"
            )
        stored = {file.path: file.size for file in await assets.stored()}
        async for each in everyone:
            for found in _amiss(each, place, stored):
                if found.kind not in {Kind.MISSING, Kind.ELSEWHERE, Kind.THUMBNAIL} or await _still(
                    found, place, client, assets
                ):
                    yield found
            for found in await _harmed(each, place, stored, assets):
                yield found
    if not users.misnamed:
        for file in await unnamed_files(client, assets):
            yield Finding(Kind.ORPHANED, file.path)


def _amiss(each: UserRecords, place: Location, stored: Container[str]) -> list[Finding]:
    found = [Finding(Kind.FOREIGN, key, each.user_id) for key in each.foreign]
    for _, char_id, record in each.records():
        of = (each.user_id, char_id.decode(errors="backslashreplace"))
        try:
            Character.from_json(char_id.decode(), record)
        except ValueError as error:
            found.append(Finding(Kind.CORRUPT, str(error), *of))
        if not (path := path_in(record)):
            continue
        if not (name := place.name(path)):
            found.append(Finding(Kind.ELSEWHERE, path, *of))
            continue
        missing = [
            place.base + part for part in with_thumbnail(name) if place.base + part not in stored
        ]
        found += [
            Finding(Kind.MISSING if part.endswith(name) else Kind.THUMBNAIL, part, *of)
            for part in missing
        ]
    if each.active and each.active not in each.characters:
        found.append(
            Finding(Kind.POINTER, each.active.decode(errors="backslashreplace"), each.user_id)
        )
    return found


async def _harmed(
    each: UserRecords, place: Location, stored: dict[str, int], assets: Assets
) -> list[Finding]:
    """The files of a user that are there, yet can't be shown."""
    paths = {
        place.base + part
        for name in names_in(each, place, drafts=False)
        for part in with_thumbnail(name)
    }
    there = sorted(path for path in paths if path in stored)
    found: list[Finding] = []
    for path, start in zip(there, await assets.starts(*there), strict=True):
        if not stored[path] or (start and _declared(start) not in {None, stored[path]}):
            found.append(Finding(Kind.DAMAGED, path, each.user_id))
        elif start is None and await assets.modified(path) is not None:
            found.append(Finding(Kind.UNREADABLE, path, each.user_id))
    return found


def _declared(start: bytes) -> int | None:
    """How many bytes the head of a WebP says that the file has (https://developers.google.com/speed/webp/docs)."""
    return (
        int.from_bytes(start[4:8], "little") + 8
        if start.startswith(b"RIFF") and len(start) >= START
        else None
    )


async def _still(found: Finding, place: Location, client: StoreClient, assets: Assets) -> bool:
    """Whether the file is not there while the record is: living bots make and remove both."""
    if found.kind is not Kind.ELSEWHERE and (await assets.read(found.what))[0] is not None:
        return False
    return found in _amiss(await user_records(client, found.user_id or 0), place, ())

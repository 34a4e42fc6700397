"""Finds what is wrong with the portraits that records name."""

import os
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from characters.maintenance.findings import Finding, FindingKind, finding, text_of
from characters.maintenance.locations import Location, name_in, path_in, with_thumbnail
from characters.portraits.assets import START, Assets, FileHead
from characters.portraits.store_problems import without_account
from characters.store.user_records import UserRecords

# Files that are opened in one go, or asked for at the same time, each over a connection: a process
# may have 256 files open on macOS.
AT_ONCE = 128
_IMAGE = re.compile(r"[^/]+\.(webp|png|jpe?g|gif|avif)", re.IGNORECASE)


class NamedPortrait(NamedTuple):
    """What a record says; `name` is that of the file in the assets, None where it is elsewhere."""

    user_id: int
    char_id: str
    path: str
    name: str | None


def named_portraits(records: UserRecords, assets: Assets) -> Iterator[NamedPortrait]:
    """Those of the user's characters and trash."""
    for _, char_id, record in records.records():
        if path := path_in(record):
            yield NamedPortrait(records.user_id, text_of(char_id), path, name_in(assets, path))


async def wrong_portraits(portraits: Sequence[NamedPortrait], assets: Assets) -> list[Finding]:
    """What is wrong with them. Logs what can't be read."""
    base = Location.of(assets).base
    names = {part for each in portraits if each.name for part in with_thumbnail(each.name)}
    heads = await _heads(assets, [base + name for name in names])
    return [found for each in portraits for found in _wrong_portrait(each, assets, heads)]


async def _heads(assets: Assets, paths: list[str]) -> dict[str, FileHead]:
    """What the files that exist begin with."""
    found: dict[str, FileHead] = {}
    for start in range(0, len(paths), AT_ONCE):
        some = paths[start : start + AT_ONCE]
        heads = await assets.heads(*some)
        found |= {path: head for path, head in zip(some, heads, strict=True) if head}
    return found


def _wrong_portrait(
    portrait: NamedPortrait, assets: Assets, heads: dict[str, FileHead]
) -> Iterator[Finding]:
    base, shown = Location.of(assets).base, without_account(portrait.path)
    user_id, char_id, path, name = portrait
    owner = (user_id, char_id)
    if name is None or base + name not in heads:
        if folder := _other_folder(base, shown):
            values = {"assets": assets.location, "folder": folder}
            yield finding(FindingKind.ELSEWHERE, shown, *owner, **values)
        else:
            yield finding(FindingKind.MISSING, shown, *owner)
        return
    if not _leads_to(base, name, path):
        yield finding(FindingKind.OUTDATED, shown, *owner, assets=assets.location)
    for file in (base + part for part in with_thumbnail(name)):
        if kind := _problem(file, heads.get(file)):
            yield finding(kind, file, *owner, path=file)


def _problem(file: str, head: FileHead | None) -> FindingKind | None:
    if head is None:
        return FindingKind.THUMBNAIL
    if head.start is None:
        return FindingKind.UNREADABLE_OBJECT if "://" in file else FindingKind.UNREADABLE
    if not head.size or _declared(head.start) not in {None, head.size}:
        return FindingKind.DAMAGED
    return None


def _leads_to(base: str, name: str, path: str) -> bool:
    """Whether a path leads to this file under the assets, perhaps over links."""
    if path == base + name or "://" in base + path:
        return path == base + name
    path = os.path.join(base, path)  # noqa: PTH118 - other programs write relative paths
    try:
        return os.path.realpath(path) == os.path.realpath(base + name)
    except ValueError:  # a path that no file can have, such as with half a symbol
        return False


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

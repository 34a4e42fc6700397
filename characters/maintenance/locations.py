"""Where a record says its portrait lies, and how it says so once the portrait has moved."""

import json
import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, cast

from pydantic_core import from_json

from characters.maintenance.scan import UserRecords
from characters.model import PortraitFile
from characters.portraits.assets import Assets, is_ours, thumbnail_of
from characters.store.drafts import Draft


class Location(NamedTuple):
    """A folder or an object store: what stands before a file's name in its path, and in its URL (None: it has none)."""

    base: str
    url: str | None

    @classmethod
    def of(cls, assets: Assets, url: str | None) -> "Location":
        location = (
            assets.location if "://" in assets.location else os.path.normpath(assets.location)
        )
        return cls(location.rstrip("/") + "/", url and url.rstrip("/") + "/")

    def name(self, path: str) -> str | None:
        """The name of a file within the place, whatever the spelling of its path; None where it lies elsewhere."""
        return self.spelt(path) or (None if "://" in self.base + path else self._linked(path))

    def spelt(self, path: str) -> str | None:
        """The name as far as the path itself says it, whatever links there may be."""
        if "://" not in self.base + path:  # other programs write relative paths, or take detours
            path = os.path.normpath(os.path.join(self.base, path))  # noqa: PTH118 - of paths that may not exist
        return _after(self.base, path)

    def _linked(self, path: str) -> str | None:
        """The name where the path leads into the place by way of a linked folder; a link to a file does not count."""
        folder, name = os.path.split(os.path.join(self.base, path))  # noqa: PTH118 - likewise
        try:
            base, folder = os.path.realpath(self.base), os.path.realpath(folder)
        except ValueError:  # a NUL byte
            return None
        return (
            _after(base.rstrip("/") + "/", os.path.join(folder, name)) if name.strip(".") else None
        )  # noqa: PTH118 - likewise

    def saved(self, name: str) -> PortraitFile:
        return PortraitFile(self.base + name, self.url + name if self.url else None)


def _after(base: str, path: str) -> str | None:
    name = path.removeprefix(base)
    return name if name not in {"", path} and name.isprintable() else None


def fields_of(record: bytes) -> dict[str, Any] | None:
    """The fields of a record, also of one that is no character for want of a name; None where it can't be read."""
    try:
        record_or_else = from_json(record)
    except ValueError:
        return None
    return cast("dict[str, Any]", record_or_else) if isinstance(record_or_else, dict) else None


def portrait_in(draft: bytes) -> PortraitFile | None:
    """The portrait of a draft as the store keeps it."""
    kept = Draft.from_json(draft)
    return kept and kept.portrait


def path_in(record: bytes) -> str | None:
    """The path of the portrait as a record has it; None where it has none or can't be read."""
    path = (fields_of(record) or {}).get("image_path")
    return path if path and isinstance(path, str) else None


def names_in(user_records: UserRecords, place: Location, *, drafts: bool) -> Iterator[str]:
    """The names of the portraits that lie in the place, some perhaps twice."""
    paths = [path_in(record) for _, _, record in user_records.records()]
    paths += [
        saved.path
        for kept in user_records.drafts.values()
        if drafts and (saved := portrait_in(kept))
    ]
    yield from (name for path in paths if path and (name := place.name(path)))


def elsewhere(user_records: UserRecords, *places: Location) -> Iterator[str]:
    """The paths of portraits that lie in none of the places. What is on the web was never with us."""
    paths = (path_in(record) or "" for _, _, record in user_records.records())
    local = (path for path in paths if path and not path.startswith(("http://", "https://")))
    yield from (path for path in local if not any(place.name(path) for place in places))


def with_thumbnail(name: str) -> tuple[str, ...]:
    """The files that belong to a portrait, itself the last: who finds it finds the other."""
    small = thumbnail_of(name)
    return (name,) if small == name else (small, name)


def rehomed(record: bytes, old: Location, new: Location, known: Iterable[str] = ()) -> bytes:
    """The record as it is, unless its portrait lies in the old place: then it says where that is in the new one.

    `known` are names of ours that lay in the old place, where links may have led to that can't be followed any more.
    """
    fields, path = fields_of(record), path_in(record) or ""
    last = path.rpartition("/")[2]
    name = old.name(path) or (last if last in known and is_ours(last) else None)
    if fields is None or not name:
        return record
    saved = new.saved(name)
    changed: dict[str, Any] = {}
    if new.spelt(fields["image_path"]) != name:
        changed["image_path"] = saved.path
    if saved.url and new.url != old.url and fields.get("image_url") != saved.url:
        changed["image_url"] = saved.url
    return json.dumps(fields | changed).encode() if changed else record

"""Where a record says that its portrait lies, and the record of a portrait that has moved."""

import json
import os
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from characters.json_data import parse_json
from characters.portrait_fields import PortraitFile
from characters.portraits.assets import Assets, thumbnail_of
from characters.store.drafts import Draft
from characters.store.user_records import UserRecords

_NO_PATH = b'"image_path":null'


class Location(NamedTuple):
    """What stands before the name of a file in its path, and in its URL (None: it has no URL)."""

    base: str
    url: str | None

    @classmethod
    def of(cls, assets: Assets, url: str | None = None) -> "Location":
        return cls(assets.location.rstrip("/") + "/", url and url.rstrip("/") + "/")

    def name(self, path: str) -> str | None:
        """The name of the file under this location; None where the path leads elsewhere."""
        rest = path.removeprefix(self.base)
        plain = rest != path and "/" not in rest and rest.strip(".")
        if not plain and "://" not in self.base + path:  # of other programs: relative, or with `..`
            path = os.path.normpath(os.path.join(self.base, path))  # noqa: PTH118 - of paths that may not exist
        name = path.removeprefix(self.base)
        return name if name not in {"", path} and name.isprintable() else None

    def saved(self, name: str) -> PortraitFile:
        return PortraitFile(self.base + name, self.url + name if self.url else None)


def name_in(assets: Assets, path: str) -> str | None:
    """The name under the location of the file that a record's path means.

    The path may lead there over links, or may be outdated and mean the file of the same name. None
    where it means no file of these assets.
    """
    location = Location.of(assets)
    if name := location.name(path):
        return name
    if "://" not in location.base + path:
        folder, file = os.path.split(os.path.join(location.base, path))  # noqa: PTH118 - see above
        try:
            inside = os.path.relpath(os.path.realpath(folder), os.path.realpath(location.base))
        except ValueError:  # a path that no file can have
            return None
        path = os.path.join(location.base, inside, file)  # noqa: PTH118 - see above
    return location.name(assets.normal(path))


def fields_of(record: bytes) -> dict[str, Any] | None:
    """The fields of a record, even if it has no name; None where it can't be read."""
    try:
        fields = parse_json(record)
    except ValueError:
        return None
    return cast("dict[str, Any]", fields) if isinstance(fields, dict) else None


def path_in(record: bytes) -> str | None:
    """The path of a record's portrait; None where it has none, or the portrait is on the web."""
    # Mostly the last fields say that there is none, which is found faster than parsed.
    has_escapes = b"\\" in record and b"\\u" in record
    if record.rfind(_NO_PATH) > 0 and record.count(b"image_path") == 1 and not has_escapes:
        return None
    path = (fields_of(record) or {}).get("image_path")
    if not isinstance(path, str) or path.startswith(("http://", "https://")):
        return None
    return path or None


def paths_in(records: UserRecords, *, drafts: bool) -> Iterator[str]:
    """The paths of the user's portraits, some perhaps twice."""
    for _, _, record in records.records():
        if path := path_in(record):
            yield path
    for data in records.drafts.values() if drafts else ():
        draft = Draft.from_json(data)
        if draft and draft.portrait:
            yield draft.portrait.path


def with_thumbnail(name: str) -> tuple[str, ...]:
    """The files of a portrait: the thumbnail first, so that it is there when the portrait is."""
    thumbnail = thumbnail_of(name)
    return (name,) if thumbnail == name else (thumbnail, name)


def moved_record(record: bytes, name: str, location: Location) -> bytes:
    """The record with the path, and the URL if there is one, that its portrait has there."""
    fields = fields_of(record)
    if fields is None:
        return record
    saved = location.saved(name)
    changes: dict[str, Any] = {}
    if location.name(fields["image_path"]) != name:
        changes["image_path"] = saved.path
    if saved.url and fields.get("image_url") != saved.url:
        changes["image_url"] = saved.url
    return json.dumps(fields | changes).encode() if changes else record

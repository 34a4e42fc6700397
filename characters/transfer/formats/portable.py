"""A character as it travels, in no program's format.

What another program's file says beyond name, description and portrait is kept in one field of the record:
`"foreign": {"card": …, "tupperbox": …, "pluralkit": …}`, and goes back into a file of the same family. Our own record
travels under a key of its own, as a note: `{"version": 1, "char_id": …, "record": …, "added": […]}`, where `added`
names what the format demands and the character does not have.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple, cast

from characters.model import TRASH_NOTE, Character

OURS = "game_characters"  # our key in the files of others
FOREIGN = "foreign"
IMAGE_SOURCE = "image_source"  # the field that says which file a portrait was imported from
FIELDS_LIMIT = 256 * 2**10  # bytes of JSON: the record is read for every message
TIMES = ("created_at", "last_used")

_VERSION = 1
_LATEST = 253_402_300_799  # the last second of the year 9999
_STAYS_HERE = {
    "name",
    "description",
    "image_path",
    "image_url",
    IMAGE_SOURCE,
    TRASH_NOTE,
    "char_id",
}
_NAMED = 5  # losses that get a sentence of their own
# Where a character is too large, parts of these go, and not the whole.
_CONTAINERS = {
    (),
    (FOREIGN,),
    (FOREIGN, "tupperbox"),
    (FOREIGN, "pluralkit"),
    (FOREIGN, "card"),
    (FOREIGN, "card", "top"),
    (FOREIGN, "card", "data"),
    (FOREIGN, "card", "data", "extensions"),
}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Portable:
    """A character in a file.

    `fields` are those of the record but name, description and portrait: times in seconds since the epoch, unknown
    fields, and `foreign`. The portrait is `image` (bytes as in the file, unchecked), or behind `image_url`, or missing;
    `image_id` is the same for the same portrait. `char_id` is set where a file of ours names it, and `ours` where we
    wrote the file, so that its image is one of our portraits. `losses` are sentences about what can't be kept.
    """

    name: str
    description: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    image: bytes | None = None
    image_url: str | None = None
    image_id: str = ""
    char_id: str | None = None
    ours: bool = False
    losses: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, character: Character, image: bytes | None = None, image_url: str | None = None
    ) -> "Portable":
        """A character on its way out; `image_url` is where anyone can fetch its portrait."""
        fields = {key: value for key, value in character.record.items() if key not in _STAYS_HERE}
        return cls(
            character.name,
            character.description,
            fields,
            image,
            image_url,
            digest(image) if image else digest(image_url) if image_url else "",
            character.char_id,
            ours=True,
        )

    def kept(self, family: str) -> Json:
        """What a file of this family said of the character; empty where there was none."""
        return as_object(as_object(self.fields.get(FOREIGN)).get(family))

    def date(self, field: str) -> int:
        """A time of the record in whole seconds, for formats that have no finer ones."""
        time: Any = self.fields.get(field)
        return int(time) if _is_time(time) else 0

    def note(self, family: str | None, added: Iterable[str], **more: Any) -> Json:
        """Our record, but for what a file of this family says itself."""
        record = dict(self.fields)
        if family and self.kept(family):
            others = {key: value for key, value in record.pop(FOREIGN).items() if key != family}
            record |= {FOREIGN: others} if others else {}
        return {
            "version": _VERSION,
            "char_id": self.char_id,
            "record": record,
            "added": sorted(added),
            **more,
        }


class Failure(NamedTuple):
    """What could not be had, by its name, and a sentence why."""

    name: str
    reason: str


class Contents(NamedTuple):
    """What a file holds: its kind in words, the characters, those that can't be read, and what is left out of all."""

    kind: str
    characters: list[Portable]
    failures: list[Failure]
    losses: tuple[str, ...] = ()


def arrived(
    family: str, name: str, description: str, kept: Json, note: Json, losses: Iterable[str] = ()
) -> Portable:
    """A character on its way in, without its portrait: what a file of this family says, and our own note in it."""
    fields = {
        key: value for key, value in as_object(note.get("record")).items() if key not in _STAYS_HERE
    }
    for time in TIMES:
        if fields.get(time) is not None and not _is_time(fields[time]):
            del fields[time]
    if kept:
        fields[FOREIGN] = {**as_object(fields.get(FOREIGN)), family: kept}
    fields, too_large = bounded(fields)
    char_id = note.get("char_id")
    return Portable(
        name,
        description,
        fields,
        char_id=char_id if isinstance(char_id, str) else None,
        ours="record" in note,
        losses=(*losses, *too_large),
    )


def original(item: Json, note: Json, defaults: Json) -> Json:
    """What was in the item before we added what its format demands; what somebody has changed since stays."""
    added = {key for key in as_list(note.get("added")) if isinstance(key, str)}
    return {
        key: value
        for key, value in item.items()
        if key not in added or (key in defaults and value != defaults[key])
    }


def bounded(fields: Json) -> tuple[Json, tuple[str, ...]]:
    """The fields, the largest parts left out where they pass the limit, and a sentence for each of those."""
    excess = _size(fields) - FIELDS_LIMIT
    if excess <= 0:
        return fields, ()
    gone: list[tuple[str, ...]] = []
    for size, path in sorted(_parts(fields, ()), reverse=True):
        if excess > 0:
            excess -= size
            gone.append(path)
    losses = [f"“{path[-1][:40]}” is too large to be kept." for path in gone[:_NAMED]]
    if len(gone) > _NAMED:
        losses.append(f"{len(gone) - _NAMED} more parts are too large to be kept.")
    return _without(fields, set(gone), ()), tuple(losses)


def digest(data: bytes | str) -> str:
    return sha256(data.encode(errors="replace") if isinstance(data, str) else data).hexdigest()


def as_object(value: Any) -> Json:
    """The value where it is a JSON object, and an empty one where it is not."""
    return cast("Json", value) if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _is_time(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= _LATEST


def _size(value: Any) -> int:
    return len(json.dumps(value))


def _parts(fields: Json, at: tuple[str, ...]) -> Iterable[tuple[int, tuple[str, ...]]]:
    for key, value in fields.items():
        path = (*at, key)
        if path in _CONTAINERS and isinstance(value, dict):
            yield from _parts(cast("Json", value), path)
        else:
            yield _size({key: value}), path


def _without(fields: Json, gone: set[tuple[str, ...]], at: tuple[str, ...]) -> Json:
    return {
        key: _without(cast("Json", value), gone, (*at, key))
        if (*at, key) in _CONTAINERS and value
        else value
        for key, value in fields.items()
        if (*at, key) not in gone
    }

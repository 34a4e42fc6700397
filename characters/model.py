"""A character and its record in the store."""

import hashlib
import json
import math
import time
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple, Self, cast

from characters.json_data import parse_record, to_json
from characters.names import clean_description, clean_name
from characters.portrait_fields import (
    FOCUS,
    FOCUSES,
    IS_SMALL,
    SPOILER,
    PortraitFile,
    with_portrait_fields,
)

TRASH_SECONDS = 7 * 24 * 60 * 60
ID_LIMIT = 64  # characters: a custom_id of Discord (100) holds an id, an action and a user id

# The field of a record in the trash: an object of "at" (when it was deleted) and "active" (whether
# it was active); of an earlier version also "earlier" (the `ReplacedBy`) and "of" (its char_id).
TRASH_NOTE = "trashed"

_REPLACED_BY = {"edit", "undo", "import", "revert"}  # characters.versions.ReplacedBy
_TEXTS = (("description", ""), ("image_path", None), ("image_url", None))  # when missing
_TIMES = ("created_at", "last_used")
FAVOURITE = "favourite"  # the field of a record that its player has starred: true


class Character(NamedTuple):
    """One character: its id, and its JSON record as the store holds it.

    Other programs write records too. The properties read a missing field or one of a wrong type as
    empty (times as 0), and `record` keeps every field, so that a rewrite loses none. `foreign` is
    what other programs' files said of the character; it is empty unless it was asked for.
    """

    char_id: str
    record: Mapping[str, Any]
    foreign: Mapping[str, Any] = {}

    @classmethod
    def new(
        cls,
        name: str,
        description: str,
        portrait: PortraitFile | None = None,
        char_id: str | None = None,
    ) -> Self:
        """A character that is created and used now, with a random id where none is given.

        Raises InvalidName, DescriptionTooLong, DescriptionNotText.
        """
        now = time.time()
        record = {
            "name": clean_name(name),
            "description": clean_description(description),
            "image_path": None,
            "image_url": None,
            "created_at": now,
            "last_used": now,
        }
        return cls(char_id or uuid.uuid4().hex, record).with_portrait(portrait)

    @classmethod
    def from_json(cls, char_id: str, data: bytes) -> Self:
        """Raises ValueError where this is no record: not JSON, not an object, or without a name."""
        return cls(char_id, _checked_record(char_id, data))

    def to_json(self) -> str:
        return to_json(self.record, (",", ":"))

    def with_fields(self, /, **fields: Any) -> Self:
        return self._replace(record={**self.record, **fields})

    def without_field(self, name: str) -> Self:
        return self._replace(
            record={key: value for key, value in self.record.items() if key != name}
        )

    def with_foreign(self, foreign: Mapping[str, Any]) -> Self:
        return self._replace(foreign=foreign)

    def with_portrait(self, portrait: PortraitFile | None, *, spoiler: bool = False) -> Self:
        """The character with this portrait, and nothing that speaks of the one before."""
        return self._replace(record=with_portrait_fields(self.record, portrait, spoiler=spoiler))

    def with_favourite(self, *, favourite: bool) -> Self:
        return self.with_fields(**{FAVOURITE: True}) if favourite else self.without_field(FAVOURITE)

    def to_dict(self) -> dict[str, Any]:
        """The record with every known field and the `char_id`, as other programs expect it."""
        return _with_known_fields(self.char_id, dict(self.record))

    @property
    def version(self) -> str:
        """12 characters that change with the name, the description or the portrait."""
        edited = json.dumps([self.name, self.description, self.image_path, self.image_url])
        return hashlib.sha256(edited.encode()).hexdigest()[:12]

    @property
    def trashed_at(self) -> float:
        """When it was deleted, in seconds since the epoch; 0 where it was not."""
        return _seconds(self._trash_note.get("at"))

    @property
    def was_active(self) -> bool:
        """Whether it was the active character when it was deleted."""
        return bool(self._trash_note.get("active"))

    @property
    def is_earlier_version(self) -> bool:
        """Whether it is what another character was before a change, and not a deleted one."""
        return bool(self.replaced_by)

    @property
    def replaced_by(self) -> str:
        """Of an earlier version, the `characters.versions.ReplacedBy`; else empty."""
        value = self._trash_note.get("earlier")
        return value if value in _REPLACED_BY else ""

    @property
    def version_of(self) -> str:
        """The id of the character of which this is an earlier version; else empty."""
        value = self._trash_note.get("of")
        return value if self.replaced_by and isinstance(value, str) else ""

    @property
    def name(self) -> str:
        return self.record["name"]

    @property
    def description(self) -> str:
        return _text(self.record, "description") or ""

    @property
    def image_path(self) -> str | None:
        return _text(self.record, "image_path")

    @property
    def image_url(self) -> str | None:
        return _text(self.record, "image_url")

    @property
    def has_portrait(self) -> bool:
        return bool(self.image_path or self.image_url)

    @property
    def has_spoiler(self) -> bool:
        """Whether the portrait was sent as a spoiler."""
        return self.record.get(SPOILER) is True

    @property
    def focus(self) -> str:
        """The part of the portrait that its thumbnail was told to show; empty for our choice."""
        focus = self.record.get(FOCUS)
        return focus if focus in FOCUSES else ""

    @property
    def has_small_portrait(self) -> bool:
        """Whether the portrait is pixel art, which is shown as its thumbnail: in larger pixels."""
        return self.record.get(IS_SMALL) is True

    @property
    def is_favourite(self) -> bool:
        """Whether the player has starred it; favourites come first in a roster."""
        return self.record.get(FAVOURITE) is True

    @property
    def created_at(self) -> float:
        """Seconds since the epoch."""
        return _seconds(self.record.get("created_at"))

    @property
    def last_used(self) -> float:
        """Seconds since the epoch."""
        return _seconds(self.record.get("last_used"))

    @property
    def _trash_note(self) -> dict[str, Any]:
        note = self.record.get(TRASH_NOTE)
        return cast("dict[str, Any]", note) if isinstance(note, dict) else {}


def dict_from_json(char_id: str, data: bytes) -> dict[str, Any]:
    """What `Character.from_json(…).to_dict()` returns, in half the time. Raises ValueError."""
    return _with_known_fields(char_id, _checked_record(char_id, data))


def _checked_record(char_id: str, data: bytes) -> dict[str, Any]:
    if not 0 < len(char_id) <= ID_LIMIT:
        raise ValueError(f"the id has {len(char_id)} characters, not 1 to {ID_LIMIT}")
    record = parse_record(data)
    if not isinstance(record, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - one kind for whatever is wrong with the data
    record = cast("dict[str, Any]", record)
    if not isinstance(name := record.get("name"), str) or not name.strip():
        raise ValueError("no name")
    return record


def _with_known_fields(char_id: str, record: dict[str, Any]) -> dict[str, Any]:
    """Completes the record."""
    record["char_id"] = char_id
    for name, empty in _TEXTS:
        if not isinstance(record.get(name), str):
            record[name] = empty
    for name in _TIMES:
        if type(value := record.get(name)) is not float or not math.isfinite(value):
            record[name] = _seconds(value)
    return record


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    return value if isinstance(value, str) else None


def _seconds(value: Any) -> float:
    try:
        return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else 0.0
    except OverflowError:  # an integer beyond any date
        return 0.0


def foreign_json(character: Character) -> str:
    """The character's foreign data as JSON; empty if there is none."""
    return to_json(character.foreign, (",", ":")) if character.foreign else ""

"""A character, its record in the store, and the rules for what a player may type."""

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self, cast

from pydantic_core import from_json

from characters.errors import AmbiguousName, InvalidDescription, InvalidName, UnknownCharacter

NAME_LIMIT = 80
DESCRIPTION_LIMIT = 20_000
TRASH_SECONDS = 7 * 24 * 60 * 60
ID_LIMIT = 64  # an id goes into Discord's custom_id (100) beside an action and a user id

NOT_SAVED = "Not saved yet: "  # how each refusal begins

TRASH_NOTE = "trashed"  # the field that a record has only in the trash: when it was deleted, and whether it was active

_REFUSED = {
    "Cc": "a control code",
    "Cf": "an invisible symbol",
    "Cs": "half a symbol",
    "Co": "a symbol of no standard",
}
_BLANK = frozenset(
    "\u115f\u1160\u2800\u3164\uffa0"
)  # letters and symbols to Unicode, nothing to the eye
_JOINERS = {"\u200c", "\u200d"}
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")  # UTS #51: an emoji tag sequence
_MARKS_PER_LETTER = 2


@dataclass(frozen=True, slots=True)
class Character:
    """One character: its id, and its JSON record as the store holds it.

    Other programs write records too. The properties read what is missing or of a wrong type as
    empty (times as 0), and `record` keeps every field, so that a rewrite loses none.
    """

    char_id: str
    record: Mapping[str, Any]

    @classmethod
    def from_json(cls, char_id: str, data: bytes) -> Self:
        """Raises ValueError where this is no record: not JSON, not an object, or without a name."""
        if not 0 < len(char_id) <= ID_LIMIT:
            raise ValueError(f"the id has {len(char_id)} characters, not 1 to {ID_LIMIT}")
        record = parse_json(data)
        if not isinstance(record, dict):
            raise ValueError("not a JSON object")  # noqa: TRY004 - one kind for whatever is wrong with the data
        record = cast("dict[str, Any]", record)
        if not isinstance(name := record.get("name"), str) or not name.strip():
            raise ValueError("no name")
        return cls(char_id, record)

    def to_json(self) -> str:
        return json.dumps(self.record)

    def with_fields(self, /, **fields: Any) -> Self:
        return type(self)(self.char_id, {**self.record, **fields})

    def without_field(self, field: str) -> Self:
        return type(self)(
            self.char_id, {key: value for key, value in self.record.items() if key != field}
        )

    def to_dict(self) -> dict[str, Any]:
        """The record as other programs expect it: every known field present, and `char_id` stamped on."""
        return {
            **self.record,
            "char_id": self.char_id,
            "name": self.name,
            "description": self.description,
            "image_path": self.image_path,
            "image_url": self.image_url,
            "created_at": self.created_at,
            "last_used": self.last_used,
        }

    @property
    def version(self) -> str:
        """Changes whenever what a player edits (name, description, portrait) changes; 12 characters."""
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
    def name(self) -> str:
        return self.record["name"]

    @property
    def description(self) -> str:
        return self._text("description") or ""

    @property
    def image_path(self) -> str | None:
        return self._text("image_path")

    @property
    def image_url(self) -> str | None:
        return self._text("image_url")

    @property
    def created_at(self) -> float:
        """Seconds since the epoch."""
        return _seconds(self.record.get("created_at"))

    @property
    def last_used(self) -> float:
        """Seconds since the epoch."""
        return _seconds(self.record.get("last_used"))

    def _text(self, field: str) -> str | None:
        value = self.record.get(field)
        return value if isinstance(value, str) else None

    @property
    def _trash_note(self) -> dict[str, Any]:
        note = self.record.get(TRASH_NOTE)
        return cast("dict[str, Any]", note) if isinstance(note, dict) else {}


def _seconds(value: Any) -> float:
    try:
        return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else 0.0
    except OverflowError:  # an integer beyond any date
        return 0.0


def parse_json(data: bytes) -> Any:
    """Raises ValueError, also where it is nested too deeply."""
    try:
        return from_json(
            data
        )  # six times as fast as json.loads, and this is done for every message
    except ValueError:
        try:
            return json.loads(
                data
            )  # takes halves of characters, which other programs' json.dumps lets through
        except RecursionError:
            raise ValueError("nested too deeply") from None


class Roster(NamedTuple):
    """A user's characters, most recently used first, and the id of the active one (None where there is none)."""

    characters: list[Character]
    active_id: str | None

    @property
    def active(self) -> Character | None:
        return next((each for each in self.characters if each.char_id == self.active_id), None)

    @property
    def active_first(self) -> list[Character]:
        return sorted(self.characters, key=lambda each: each.char_id != self.active_id)

    def matching(self, text: str) -> list[Character]:
        """Those whose name contains the text, without regard to case."""
        wanted = text.strip().casefold()
        return [each for each in self.characters if wanted in each.name.casefold()]

    def find(self, text: str) -> Character:
        """The one that the text means: by id, by its whole name, or by a part that only one name has.

        Raises UnknownCharacter, AmbiguousName.
        """
        candidates = [each for each in self.characters if each.char_id == text] or self.matching(
            text
        )
        exact = [each for each in candidates if each.name.casefold() == text.strip().casefold()]
        match exact or candidates:
            case [character]:
                return character
            case []:
                raise UnknownCharacter
            case several:
                raise AmbiguousName(len(several), text)


def most_recent_first(characters: list[Character]) -> list[Character]:
    return sorted(characters, key=lambda each: (-each.last_used, -each.created_at, each.char_id))


def clean_name(text: str) -> str:
    """The name as it is kept: Unicode NFC, white space tidied.

    Raises InvalidName: a name has 1 to 80 characters that can be seen, none of them control, format,
    surrogate or private-use (but joiners within an emoji and where Arabic and Indic scripts need them,
    after RFC 5892, A.1), and at most two marks on a letter.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if len(name) > NAME_LIMIT:
        raise InvalidName(
            f"{NOT_SAVED}that name has {len(name)} letters. Please use at most {NAME_LIMIT}."
        )
    if all(char in _BLANK or unicodedata.category(char)[0] in "ZMC" for char in name):
        raise InvalidName(f"{NOT_SAVED}that name can't be seen. Please type one that can.")
    marks = 0
    plain = _FLAG.sub("\U0001f3f4", name)
    for position, char in enumerate(plain):
        category = unicodedata.category(char)
        if category in _REFUSED and not _joins(plain, position):
            place = f"after “{plain[:position]}”" if plain[:position].strip() else "at its start"
            raise InvalidName(
                f"{NOT_SAVED}{place}, that name has {_REFUSED[category]} (U+{ord(char):04X}). Please type it without."
            )
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > _MARKS_PER_LETTER:
            raise InvalidName(
                f"{NOT_SAVED}a letter of that name has too many accents. Please use at most {_MARKS_PER_LETTER}."
            )
    return name


def _joins(name: str, position: int) -> bool:
    """Whether a zero-width joiner (or non-joiner) stands where writing needs one."""
    before = name[:position].rstrip("\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")[-1:]
    after = name[position + 1 : position + 2]
    if name[position] not in _JOINERS or not before or not after:
        return False
    if "\u0600" <= before <= "\u0dff" and "\u0600" <= after <= "\u0dff":  # Arabic to Sinhala
        return unicodedata.category(before)[0] in "LM" and unicodedata.category(after)[0] in "LM"
    return all(
        unicodedata.category(char) in {"So", "Sm"} for char in (before, after)
    )  # such as ↔ in an emoji


def clean_description(text: str) -> str:
    """The description as it is kept: outer white space gone, line ends unified, else as typed.

    Raises InvalidDescription where it is longer than 20,000 characters or can't be written as UTF-8.
    """
    description = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(description) > DESCRIPTION_LIMIT:
        raise InvalidDescription(
            f"{NOT_SAVED}that description has {len(description):,} letters, and {DESCRIPTION_LIMIT:,} is the most."
        )
    try:
        description.encode()
    except UnicodeEncodeError as error:
        raise InvalidDescription(
            f"{NOT_SAVED}letter {error.start + 1} of that description is half a symbol. Please type it without."
        ) from None
    return description

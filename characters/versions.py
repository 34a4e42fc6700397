"""Earlier versions of a character, which lie in the trash; what of a record belongs to them."""

import time
import uuid
from enum import StrEnum

from characters.model import TRASH_NOTE, Character

_TEXTS = {"name", "description"}
_PORTRAIT = "image_"  # what is recorded of a portrait begins so


class ReplacedBy(StrEnum):
    """What a character was changed by when this was put into the trash."""

    EDIT = "edit"
    IMPORT = "import"
    RESTORE = "restore"


def earlier_version(character: Character, by: ReplacedBy) -> Character:
    """What the character is now, as an entry of the trash with an id of its own."""
    record = character.with_fields(**{TRASH_NOTE: _note(character.char_id, by)}).record
    return Character(uuid.uuid4().hex, record)


def exchanged(present: Character, earlier: Character) -> tuple[Character, Character]:
    """The character with name, description and portrait of the earlier version; and that one.

    The earlier version then has those of the character. All else stays: when the character was
    played, and what other programs record.
    """
    present_after = {**_without_version(present), **_version(earlier)}
    earlier_after = {**_without_version(earlier), **_version(present)}
    del earlier_after[TRASH_NOTE]  # the trash looks for it at the end
    earlier_after[TRASH_NOTE] = _note(present.char_id, ReplacedBy.RESTORE)
    return (
        Character(present.char_id, present_after, present.foreign),
        Character(earlier.char_id, earlier_after, earlier.foreign),
    )


def _note(char_id: str, by: ReplacedBy) -> dict[str, object]:
    return {"at": time.time(), "active": False, "earlier": str(by), "of": char_id}


def _version(character: Character) -> dict[str, object]:
    return {key: value for key, value in character.record.items() if _is_versioned(key)}


def _without_version(character: Character) -> dict[str, object]:
    return {key: value for key, value in character.record.items() if not _is_versioned(key)}


def _is_versioned(key: str) -> bool:
    return key in _TEXTS or key.startswith(_PORTRAIT)

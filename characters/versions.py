"""Earlier versions of a character, which lie in the trash; what of a record belongs to them."""

import time
import uuid
from enum import StrEnum

from characters.model import TRASH_NOTE, Character

_TEXTS = {"name", "description"}
_PORTRAIT = "image_"  # what is recorded of a portrait begins so
_OF_THE_PLAYER = {"created_at", "last_used", "favourite", TRASH_NOTE}


class ReplacedBy(StrEnum):
    """What a character was changed by when this was put into the trash."""

    EDIT = "edit"
    UNDO = "undo"  # of an edit
    IMPORT = "import"
    REVERT = "revert"  # of an import

    @property
    def is_whole(self) -> bool:
        """Whether all of a record was changed; an edit leaves what other programs record."""
        return self in {ReplacedBy.IMPORT, ReplacedBy.REVERT}


def earlier_version(character: Character, by: ReplacedBy) -> Character:
    """What the character is now, as an entry of the trash with an id of its own."""
    record = character.with_fields(**{TRASH_NOTE: _note(character.char_id, by)}).record
    return Character(uuid.uuid4().hex, record)


def exchanged(present: Character, earlier: Character) -> tuple[Character, Character]:
    """The character as it was in the earlier version; and as it is now, as the earlier version.

    When it was played stays with the character.
    """
    is_whole = ReplacedBy(earlier.replaced_by).is_whole
    by = ReplacedBy.REVERT if is_whole else ReplacedBy.UNDO
    now, then = dict(present.record), dict(earlier.record)
    changed = {key for key in now.keys() | then.keys() if _is_versioned(key, whole=is_whole)}
    after = {key: value for key, value in now.items() if key not in changed}
    after |= {key: value for key, value in then.items() if key in changed}
    former = {key: value for key, value in then.items() if key not in {*changed, TRASH_NOTE}}
    former |= {key: value for key, value in now.items() if key in changed}
    former[TRASH_NOTE] = _note(present.char_id, by)
    return Character(present.char_id, after), Character(earlier.char_id, former)


def _note(char_id: str, by: ReplacedBy) -> dict[str, object]:
    return {"at": time.time(), "active": False, "earlier": str(by), "of": char_id}


def _is_versioned(key: str, *, whole: bool) -> bool:
    if whole:
        return key not in _OF_THE_PLAYER
    return key in _TEXTS or key.startswith(_PORTRAIT)

"""Which fields of a record files hold beside name, description and portrait.

Cards and files for other bots are made to be shown to others: they have the times, and whether the
portrait is a spoiler. Our archive has every field, also whether the character is a favourite, and
which part of its portrait lists show.

An import trusts no file with more than these and the times: an archive may come from anybody, and
the main bot's own fields (a level, a secret of the game) would be the player's to choose. So it
writes no other field; those of an existing character stay as they are. The operator's backup
restores every field.
"""

import time
from collections.abc import Mapping
from typing import Any

from characters.model import FAVOURITE, TRASH_NOTE
from characters.portrait_fields import FOCUS, FOCUSES, IMAGE_SOURCE, IS_SMALL, SPOILER
from characters.transfer.formats.json_text import Json

TIMES = ("created_at", "last_used")

_LATEST = 253_402_300_799  # the last second of the year 9999
_NOT_IN_FILES = {
    "name",
    "description",
    "image_path",
    "image_url",
    IMAGE_SOURCE,
    IS_SMALL,
    TRASH_NOTE,
    "char_id",
}


def all_fields(record: Mapping[str, Any]) -> Json:
    """The fields that our archive holds."""
    return {key: value for key, value in record.items() if key not in _NOT_IN_FILES}


def trusted_fields(record: Mapping[str, Any]) -> Json:
    """The fields that every file holds, and an import writes; no time is in the future."""
    fields: Json = {SPOILER: True} if record.get(SPOILER) is True else {}
    for key in TIMES:
        if is_time(record.get(key)):
            fields[key] = min(record[key], time.time())
    return fields


def archived_fields(record: Mapping[str, Any]) -> Json:
    """The fields that our archive holds, and an import of it writes."""
    private: Json = {FAVOURITE: True} if record.get(FAVOURITE) is True else {}
    if record.get(FOCUS) in FOCUSES:
        private[FOCUS] = record[FOCUS]
    return {**trusted_fields(record), **private}


def other_fields(record: Mapping[str, Any]) -> set[str]:
    """The fields that an import leaves out."""
    return all_fields(record).keys() - {*TIMES, SPOILER, FAVOURITE, FOCUS}


def is_time(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= _LATEST

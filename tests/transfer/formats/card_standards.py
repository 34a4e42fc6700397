"""Character Card V2 and V3 as the standards write them, as a check of cards.

A table names each field, its type, and whether it must be there. Independent of what we write by.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

Check = Callable[[Any], bool]


class Field(NamedTuple):
    check: Check
    required: bool


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def is_object(value: Any) -> bool:
    return isinstance(value, dict)


def is_texts_by_name(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def is_number_or_text(value: Any) -> bool:
    return is_number(value) or isinstance(value, str)


def is_position(value: Any) -> bool:
    return value in ("before_char", "after_char")


def like(table: dict[str, Field]) -> Check:
    return lambda value: faults(value, table) == []


def list_like(table: dict[str, Field]) -> Check:
    return lambda value: isinstance(value, list) and all(like(table)(each) for each in value)


def faults(value: Any, table: dict[str, Field]) -> list[str]:
    """The fields of the object that are missing or of a wrong type."""
    if not isinstance(value, dict):
        return ["not an object"]
    found = [key for key, field in table.items() if field.required and key not in value]
    return found + [key for key in table if key in value and not table[key].check(value[key])]


ENTRY_V2 = {
    "keys": Field(is_texts, required=True),
    "content": Field(is_text, required=True),
    "extensions": Field(is_object, required=True),
    "enabled": Field(is_flag, required=True),
    "insertion_order": Field(is_number, required=True),
    "case_sensitive": Field(is_flag, required=False),
    "name": Field(is_text, required=False),
    "priority": Field(is_number, required=False),
    "id": Field(is_number, required=False),
    "comment": Field(is_text, required=False),
    "selective": Field(is_flag, required=False),
    "secondary_keys": Field(is_texts, required=False),
    "constant": Field(is_flag, required=False),
    "position": Field(is_position, required=False),
}
ENTRY_V3 = {
    **ENTRY_V2,
    "use_regex": Field(is_flag, required=True),
    "id": Field(is_number_or_text, required=False),
}


def book(entry: dict[str, Field]) -> dict[str, Field]:
    return {
        "name": Field(is_text, required=False),
        "description": Field(is_text, required=False),
        "scan_depth": Field(is_number, required=False),
        "token_budget": Field(is_number, required=False),
        "recursive_scanning": Field(is_flag, required=False),
        "extensions": Field(is_object, required=True),
        "entries": Field(list_like(entry), required=True),
    }


ASSET = dict.fromkeys(("type", "uri", "name", "ext"), Field(is_text, required=True))
DATA_V2 = {
    "name": Field(is_text, required=True),
    "description": Field(is_text, required=True),
    "personality": Field(is_text, required=True),
    "scenario": Field(is_text, required=True),
    "first_mes": Field(is_text, required=True),
    "mes_example": Field(is_text, required=True),
    "creator_notes": Field(is_text, required=True),
    "system_prompt": Field(is_text, required=True),
    "post_history_instructions": Field(is_text, required=True),
    "alternate_greetings": Field(is_texts, required=True),
    "character_book": Field(like(book(ENTRY_V2)), required=False),
    "tags": Field(is_texts, required=True),
    "creator": Field(is_text, required=True),
    "character_version": Field(is_text, required=True),
    "extensions": Field(is_object, required=True),
}
DATA_V3 = {
    **DATA_V2,
    "character_book": Field(like(book(ENTRY_V3)), required=False),
    "assets": Field(list_like(ASSET), required=False),
    "nickname": Field(is_text, required=False),
    "creator_notes_multilingual": Field(is_texts_by_name, required=False),
    "source": Field(is_texts, required=False),
    "group_only_greetings": Field(is_texts, required=True),
    "creation_date": Field(is_number, required=False),
    "modification_date": Field(is_number, required=False),
}


def card_faults(card: dict[str, Any]) -> list[str]:
    """What a validator of the card's own version refuses."""
    versions = {"chara_card_v2": ("2.0", DATA_V2), "chara_card_v3": ("3.0", DATA_V3)}
    spec_version, table = versions[card["spec"]]
    beside = [] if card["spec_version"] == spec_version else ["spec_version"]
    return beside + faults(card["data"], table)

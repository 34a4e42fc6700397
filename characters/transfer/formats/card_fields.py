"""The fields of a Character Card's `data` as its readers take them.

V2: https://github.com/malfoyslastname/character-card-spec-v2/blob/main/spec_v2.md,
V3: https://github.com/kwaroran/character-card-spec-v3/blob/main/SPEC_V3.md.
"""

from characters.transfer.formats.field_rules import (
    Rule,
    Rules,
    any_object,
    flag,
    list_of,
    number,
    number_or_text,
    object_of,
    one_of,
    text,
    texts,
    texts_by_name,
)
from characters.transfer.formats.json_text import Json

V2, V3 = 2, 3
V1_TEXTS = ("personality", "scenario", "first_mes", "mes_example")

_V2_TEXTS = (
    "creator_notes",
    "system_prompt",
    "post_history_instructions",
    "creator",
    "character_version",
)
_LISTS = ("alternate_greetings", "group_only_greetings", "tags", "assets")

REQUIRED: Json = {
    **dict.fromkeys(("description", *V1_TEXTS, *_V2_TEXTS), ""),
    **{key: [] for key in _LISTS},
    "extensions": {},
}
"""The fields that a card must have, and what stands there where the character has none."""

_ASSET = object_of(
    {"type": text, "uri": text, "name": text, "ext": text},
    {"type": "x_unknown", "uri": "ccdefault:", "name": "", "ext": "unknown"},
)


def card_rules(version: int) -> Rules:
    """The rules for a card of version 2 or 3."""
    return {
        **dict.fromkeys(("name", "description", *V1_TEXTS, *_V2_TEXTS, "nickname"), text),
        **dict.fromkeys(("alternate_greetings", "group_only_greetings", "tags", "source"), texts),
        "assets": list_of(_ASSET),
        "extensions": any_object,
        "character_book": _book(version),
        "creator_notes_multilingual": texts_by_name,
        "creation_date": number,
        "modification_date": number,
    }


def _book(version: int) -> Rule:
    entry: Rules = {
        **dict.fromkeys(("content", "name", "comment"), text),
        **dict.fromkeys(("keys", "secondary_keys"), texts),
        **dict.fromkeys(("enabled", "case_sensitive", "selective", "constant", "use_regex"), flag),
        **dict.fromkeys(("insertion_order", "priority"), number),
        "extensions": any_object,
        "id": number if version == V2 else number_or_text,
        "position": one_of("before_char", "after_char"),
    }
    required: Json = {
        "keys": [],
        "content": "",
        "extensions": {},
        "enabled": True,
        "insertion_order": 0,
    }
    if version == V3:
        required["use_regex"] = False
    return object_of(
        {
            **dict.fromkeys(("name", "description"), text),
            **dict.fromkeys(("scan_depth", "token_budget"), number),
            "recursive_scanning": flag,
            "extensions": any_object,
            "entries": list_of(object_of(entry, required)),
        },
        {"extensions": {}, "entries": []},
    )

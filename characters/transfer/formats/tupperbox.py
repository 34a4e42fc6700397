"""Tupperbox's `tuppers.json`, which `tul!export` makes: https://tupperbox.app.

What its importer takes is known of the old code, `commands/import.js` and the tables in
`modules/db.js` of https://github.com/Tupperbox/TupperboxLegacy: one tupper that the tables refuse,
or two of one name, refuse the whole file. PluralKit reads these files too.
"""

import re
from typing import Any

from characters.transfer.formats.field_rules import (
    LEFT_OUT,
    Rules,
    count,
    flag,
    null_or,
    text_up_to,
)
from characters.transfer.formats.json_text import Json, as_list
from characters.transfer.formats.losses import LossKind
from characters.transfer.formats.member_list import MemberFormat
from characters.transfer.formats.portable import TEXT_LIMIT, FileKind

_DATE = r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?"


def _required(name: str) -> Json:
    """Their importer inserts these columns as they are; without brackets a tupper can't speak."""
    return {
        "brackets": [f"{name}:", ""],
        "position": 0,
        "posts": 0,
        "show_brackets": False,
        "birthday": None,
        "tag": None,
        "group_id": None,
        "group_pos": None,
    }


def _brackets(value: Any) -> Any:
    """A flat list of prefix, suffix, prefix, suffix, ..."""
    texts = as_list(value)
    is_even = bool(texts) and len(texts) % 2 == 0
    return texts if is_even and all(isinstance(each, str) for each in texts) else LEFT_OUT


def _birthday(value: Any) -> Any:
    is_date = isinstance(value, str) and re.fullmatch(_DATE, value, re.ASCII)
    return value if is_date else LEFT_OUT


_RULES: Rules = {
    "name": text_up_to(76),  # 80 in the table, 76 where a player registers one
    "nick": null_or(text_up_to(80)),  # as Discord's webhooks
    "tag": null_or(text_up_to(32)),
    "description": null_or(text_up_to(TEXT_LIMIT)),
    "avatar_url": text_up_to(TEXT_LIMIT),
    "brackets": _brackets,
    "position": count,
    "posts": count,
    "show_brackets": flag,
    "birthday": null_or(_birthday),
    "group_id": null_or(count),
    "group_pos": null_or(count),
}

TUPPERBOX = MemberFormat(
    kind=FileKind.TUPPERBOX,
    members="tuppers",
    recognised_by=("tuppers",),
    names=("name",),
    dates={"created_at": "created_at", "last_used": "last_used"},
    portraits=("avatar_url",),
    required=_required,
    document={"groups": []},  # their importer reads its length
    rules=_RULES,
    unique="name",
    left_out={"groups": LossKind.GROUPS},
)

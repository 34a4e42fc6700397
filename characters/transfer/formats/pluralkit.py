"""PluralKit's `system.json`: https://github.com/PluralKit/PluralKit.

The fields are those of `PluralKit.Core/Models/*.cs`. What it takes in them is in `MemberPatch.cs`,
`Limits.cs` and `BulkImporter/PluralKitImport.cs`: one field that it does not take, or one member
without an id, refuses the whole file. It counts letters as UTF-16 code units.
"""

import re
from datetime import date
from typing import Any

from characters.transfer.formats.field_rules import (
    LEFT_OUT,
    Rule,
    Rules,
    count,
    flag,
    null_or,
    one_of,
    shortened,
    text,
    text_up_to,
)
from characters.transfer.formats.json_text import Json, as_list, as_object
from characters.transfer.formats.losses import LossKind
from characters.transfer.formats.member_list import MemberFormat
from characters.transfer.formats.portable import FileKind

_URL_LIMIT = 256
_TAGS_LIMIT = 100
_TAG_LIMIT = 100  # of `prefix`, the word "text" and `suffix` together

_LEVELS = one_of("public", "private")
_PRIVACY = (
    "visibility",
    "name_privacy",
    "description_privacy",
    "banner_privacy",
    "avatar_privacy",
    "birthday_privacy",
    "pronoun_privacy",
    "proxy_privacy",
    "metadata_privacy",
)


def _matching(pattern: str) -> Rule:
    expression = re.compile(pattern)
    return lambda value: (
        value if isinstance(value, str) and expression.fullmatch(value) else LEFT_OUT
    )


def _url(value: Any) -> Any:
    if not isinstance(value, str) or shortened(value, _URL_LIMIT) != value:
        return LEFT_OUT
    return value if re.fullmatch(r"https://[^\s/?#]\S*", value) else LEFT_OUT


def _birthday(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        return LEFT_OUT
    try:
        date.fromisoformat(value)
    except ValueError:
        return LEFT_OUT
    return value


def _proxy_tags(value: Any) -> Any:
    if not isinstance(value, list):
        return LEFT_OUT
    return [each for each in as_list(value) if _is_tag(each)][:_TAGS_LIMIT]


def _is_tag(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    parts = [as_object(value).get(key) for key in ("prefix", "suffix")]
    if not all(isinstance(each, str) or each is None for each in parts):
        return False
    together = f"{parts[0] or ''}text{parts[1] or ''}"
    return shortened(together, _TAG_LIMIT) == together


def _privacy(value: Any) -> Any:
    if not isinstance(value, dict):
        return LEFT_OUT
    levels = {key: _LEVELS(each) for key, each in as_object(value).items()}
    return {key: level for key, level in levels.items() if level is not LEFT_OUT}


def _required(_name: str) -> Json:
    return {"proxy_tags": []}


_RULES: Rules = {
    "id": text,
    "name": text_up_to(100),
    "display_name": null_or(text_up_to(100)),
    "description": null_or(text_up_to(1_000)),
    "pronouns": null_or(text_up_to(100)),
    "avatar_url": _url,
    "webhook_avatar_url": null_or(_url),
    "banner": null_or(_url),
    "color": null_or(_matching("[0-9a-fA-F]{6}")),
    "birthday": null_or(_birthday),
    "keep_proxy": flag,
    "tts": flag,
    "message_count": count,
    "proxy_tags": _proxy_tags,
    "privacy": null_or(_privacy),
    # Of old exports:
    "prefix": null_or(text),
    "suffix": null_or(text),
    **dict.fromkeys(_PRIVACY, _LEVELS),
}

PLURALKIT = MemberFormat(
    kind=FileKind.PLURALKIT,
    members="members",
    recognised_by=("switches", "members"),
    names=("display_name", "name"),
    dates={"created": "created_at", "last_message_timestamp": "last_used"},
    portraits=("avatar_url", "webhook_avatar_url"),
    required=_required,
    # PluralKit and Tupperbox recognise the file by its switches.
    document={"version": 2, "groups": [], "switches": []},
    rules=_RULES,
    unique="id",
    left_out={"groups": LossKind.GROUPS, "switches": LossKind.SWITCHES},
)

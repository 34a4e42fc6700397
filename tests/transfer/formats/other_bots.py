"""What the importers of PluralKit and Tupperbox refuse, from their sources, as a check of files.

https://github.com/PluralKit/PluralKit: `MemberPatch.cs`, `PluralKitImport.cs`, `Limits.cs`;
https://github.com/Tupperbox/TupperboxLegacy: `commands/import.js`, `modules/db.js`.
"""

import re
from datetime import date
from typing import Any

LETTERS = {"name": 100, "display_name": 100, "description": 1000, "pronouns": 100}
LINKS = ("avatar_url", "webhook_avatar_url", "banner")
COLUMNS = {"name": 80, "tag": 32}
INTEGERS = ("posts", "position", "group_id", "group_pos")


def units(text: str) -> int:
    """The length of a text in C# and JavaScript."""
    return len(text.encode("utf-16-le")) // 2


def pluralkit_faults(document: Any) -> list[str]:
    """The fields for which PluralKit refuses the whole file, and those that wipe an avatar."""
    found = [key for key in ("members", "switches", "groups") if not is_list(document.get(key))]
    ids = [member.get("id") for member in document["members"]]
    if not all(isinstance(each, str) for each in ids) or len(set(ids)) < len(ids):
        found.append("id")
    for member in document["members"]:
        found += member_faults(member)
    return found


def member_faults(member: dict[str, Any]) -> list[str]:
    found = [key for key in ("name", "avatar_url") if key in member and not member[key]]
    for key, limit in LETTERS.items():
        value = member.get(key)
        if value is not None and not (isinstance(value, str) and units(value) <= limit):
            found.append(key)
    for key in LINKS:
        value = member.get(key)
        if value is not None and not is_link(value):
            found.append(key)
    found += [key for key in ("keep_proxy", "tts") if not isinstance(member.get(key, True), bool)]
    if not is_integer(member.get("message_count", 0)):
        found.append("message_count")
    found += [key for key in ("color", "birthday") if not is_pattern(key, member.get(key))]
    if not is_list(member["proxy_tags"]) or not all(map(is_tag, member["proxy_tags"])):
        found.append("proxy_tags")
    privacy = member.get("privacy")
    levels = [*privacy.values()] if isinstance(privacy, dict) else []
    levels += [member[key] for key in ("visibility", "name_privacy") if key in member]
    if not all(level in ("public", "private", "", None) for level in levels):
        found.append("privacy")
    return found


def tupperbox_faults(document: Any) -> list[str]:
    found = [] if is_list(document.get("groups")) else ["groups"]
    names = [tupper["name"] for tupper in document["tuppers"]]
    if len(set(names)) < len(names):
        found.append("name")
    for tupper in document["tuppers"]:
        for key, limit in COLUMNS.items():
            value = tupper.get(key)
            if value is not None and not (isinstance(value, str) and len(value) <= limit):
                found.append(key)
        found += [key for key in INTEGERS if not is_integer(tupper.get(key) or 0)]
        brackets = tupper["brackets"]
        if len(brackets) % 2 or not all(isinstance(each, str) for each in brackets):
            found.append("brackets")
        if not isinstance(tupper["show_brackets"], bool):
            found.append("show_brackets")
    return found


def is_list(value: Any) -> bool:
    return isinstance(value, list)


def is_link(value: Any) -> bool:
    return isinstance(value, str) and units(value) <= 256 and value.startswith("https://")


def is_integer(value: Any) -> bool:
    return type(value) is int and -(2**31) <= value < 2**31


def is_tag(value: Any) -> bool:
    prefix, suffix = value.get("prefix") or "", value.get("suffix") or ""
    return units(f"{prefix}text{suffix}") <= 100


def is_pattern(key: str, value: Any) -> bool:
    if value is None:
        return True
    if key == "color":
        return isinstance(value, str) and re.fullmatch("[0-9a-fA-F]{6}", value) is not None
    return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))

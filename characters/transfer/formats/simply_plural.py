"""Simply Plural's export: https://docs.apparyllis.com.

Its text is in `desc`; a member from its web API lies under `content`.
"""

from typing import Any

from characters.transfer.formats.json_text import Json, as_list, as_object
from characters.transfer.formats.losses import LossKind
from characters.transfer.formats.member_list import MemberFormat, read_members
from characters.transfer.formats.portable import Contents, FileKind

_MEMBERS = "members"
_OF_A_MEMBER = {"_id", "desc", "avatarUrl", "avatarUuid"}

SIMPLY_PLURAL = MemberFormat(
    kind=FileKind.SIMPLY_PLURAL,
    members=_MEMBERS,
    recognised_by=("frontHistory", "frontStatuses", "customFields"),
    names=("name",),
    dates={},
    portraits=("avatarUrl",),
    required=lambda _: {},
    document={},
    rules={},  # it is only read
    unique="name",
    left_out={"groups": LossKind.GROUPS, "frontHistory": LossKind.SWITCHES},
)


def is_simply_plural(document: Json) -> bool:
    members = as_list(document.get(_MEMBERS))
    if "switches" in document:
        return False
    if any(field in document for field in SIMPLY_PLURAL.recognised_by):
        return True
    return any(_OF_A_MEMBER & _content(member).keys() for member in members)


def read_simply_plural(document: Json) -> Contents:
    """Raises UnreadableFile."""
    members = document.get(_MEMBERS)
    if isinstance(members, list):
        members = [_described(each) for each in as_list(members)]
    return read_members(SIMPLY_PLURAL, {**document, _MEMBERS: members})


def _content(member: Any) -> Json:
    member = as_object(member)
    content = as_object(member.get("content"))
    return {**content, "id": member.get("id")} if content else member


def _described(member: Any) -> Any:
    """The member with its text where `read_members` looks for it."""
    content = dict(_content(member))
    if isinstance(content.get("desc"), str):
        content["description"] = content.pop("desc")
    return content or member

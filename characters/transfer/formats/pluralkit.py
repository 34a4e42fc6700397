"""PluralKit's `system.json`: https://github.com/PluralKit/PluralKit.

The fields are those of `PluralKit.Core/Models/*.cs`; `BulkImporter` says which it demands.
"""

from characters.transfer.formats.json_text import Json
from characters.transfer.formats.losses import LossKind
from characters.transfer.formats.member_list import MemberFormat
from characters.transfer.formats.portable import FileKind


def _required(_name: str) -> Json:
    return {"proxy_tags": []}


PLURALKIT = MemberFormat(
    kind=FileKind.PLURALKIT,
    members="members",
    recognised_by=("switches", "members"),
    portraits=("avatar_url", "webhook_avatar_url"),
    required=_required,
    # PluralKit and Tupperbox recognise the file by its switches.
    document={"version": 2, "groups": [], "switches": []},
    left_out={"groups": LossKind.GROUPS, "switches": LossKind.SWITCHES},
)

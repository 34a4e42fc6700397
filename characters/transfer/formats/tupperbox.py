"""Tupperbox's `tuppers.json`, which `tul!export` makes: https://tupperbox.app."""

from characters.transfer.formats.json_text import Json
from characters.transfer.formats.losses import LossKind
from characters.transfer.formats.member_list import MemberFormat
from characters.transfer.formats.portable import FileKind


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


TUPPERBOX = MemberFormat(
    kind=FileKind.TUPPERBOX,
    members="tuppers",
    recognised_by=("tuppers",),
    portraits=("avatar_url",),
    required=_required,
    document={"groups": []},  # their importer reads its length
    left_out={"groups": LossKind.GROUPS},
)

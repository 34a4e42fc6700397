"""The fields of a record that speak of its portrait, and go with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SPOILER = "image_spoiler"  # true: it is hidden in public
FOCUS = "image_focus"  # one of FOCUSES: the part of it that its thumbnail was told to show
IS_SMALL = "image_is_small"  # true: it is pixel art, and its thumbnail shows it in larger pixels
IMAGE_SOURCE = "image_source"  # where it was imported from

FOCUSES = ("top", "middle", "bottom", "whole")

_NOTES = {SPOILER, FOCUS, IS_SMALL, IMAGE_SOURCE}


@dataclass(frozen=True, slots=True)
class PortraitFile:
    """A saved portrait: its absolute path, and its URL (None where no web server shows it).

    `focus` is one of FOCUSES, or empty; `is_small`: it is pixel art; `is_still`: it is one frame of
    an animation.
    """

    path: str
    url: str | None
    focus: str = ""
    is_small: bool = False
    is_still: bool = False


def with_portrait_fields(
    record: Mapping[str, Any], portrait: PortraitFile | None, *, spoiler: bool = False
) -> dict[str, Any]:
    """The record with this portrait; nothing in it speaks of the one before."""
    fields = {key: value for key, value in record.items() if key not in _NOTES}
    if portrait is None:
        return fields | {"image_path": None, "image_url": None}
    fields |= {"image_path": portrait.path, "image_url": portrait.url}
    notes = {SPOILER: spoiler, FOCUS: portrait.focus, IS_SMALL: portrait.is_small}
    return fields | {key: value for key, value in notes.items() if value}

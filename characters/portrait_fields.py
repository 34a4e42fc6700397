"""The fields of a record that speak of its portrait, and go with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, cast

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
    an animation. `shows_again` is the path of a portrait with the same picture, or empty.
    """

    path: str
    url: str | None
    focus: str = ""
    is_small: bool = False
    is_still: bool = False
    shows_again: str = ""


def with_portrait_fields(
    record: Mapping[str, Any], portrait: PortraitFile | None, *, spoiler: bool = False
) -> dict[str, Any]:
    """The record with this portrait; nothing in it speaks of the one before.

    Where both have the same picture, it still says where that was imported from.
    """
    fields = {key: value for key, value in record.items() if key not in _NOTES}
    if portrait is None:
        return fields | {"image_path": None, "image_url": None}
    fields |= {"image_path": portrait.path, "image_url": portrait.url}
    notes: dict[str, Any] = {SPOILER: spoiler, FOCUS: portrait.focus}
    notes[IS_SMALL] = portrait.is_small
    if portrait.shows_again and portrait.shows_again == record.get("image_path"):
        notes[IMAGE_SOURCE] = _renamed(record.get(IMAGE_SOURCE), portrait)
    return fields | {key: value for key, value in notes.items() if value}


def file_name(path: str | None) -> str | None:
    return PurePath(path).name if path else None


def _renamed(source: Any, portrait: PortraitFile) -> dict[str, Any] | None:
    """Where the portrait was imported from; None where that is not known."""
    match source:
        case {"portrait": str(name), **more} if name == file_name(portrait.shows_again):
            return {"portrait": file_name(portrait.path), **cast("dict[str, Any]", more)}
        case _:
            return None

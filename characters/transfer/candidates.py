"""A character of a file as it can be had: with a name and texts that a record takes, and its id."""

from dataclasses import replace
from typing import Any

from characters.model import SPOILER
from characters.names import (
    DESCRIPTION_LIMIT,
    NAME_LIMIT,
    RAW_NAME_LIMIT,
    mended_description,
    mended_name,
    tidied,
)
from characters.transfer.formats.json_text import as_object
from characters.transfer.formats.losses import LossKind
from characters.transfer.formats.portable import Portable


def mended(portable: Portable) -> Portable:
    """The character with a name and description that a record can have. Raises InvalidName."""
    candidate = replace(portable, name=mended_name(portable.name))
    if candidate.name != tidied(portable.name) or len(portable.name) > RAW_NAME_LIMIT:
        candidate = candidate.with_loss(LossKind.NAME_CHANGED, what=portable.name[:NAME_LIMIT])
    description = mended_description(portable.description)
    candidate = replace(candidate, description=description)
    if len(portable.description.strip()) > DESCRIPTION_LIMIT:
        candidate = candidate.with_loss(LossKind.SHORTENED, count=len(portable.description))
    return candidate


def identity(portable: Portable) -> list[Any]:
    """What tells a character of a file from others, also in a later file of the same program.

    Not the times, which may lie in the future and are then those of the import.
    """
    for family in ("pluralkit", "tupperbox", "simply_plural"):
        kept = as_object(portable.foreign.get(family))
        if member_id := kept.get("id") or kept.get("_id"):
            return [portable.name, family, member_id]
    texts = [portable.name, portable.description, portable.image_id]
    return [*texts, portable.fields.get(SPOILER), portable.foreign]

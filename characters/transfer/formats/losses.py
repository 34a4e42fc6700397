"""What of a character, or of a whole file, can't be kept by an import or an export."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum, auto

from characters.transfer.formats.json_text import Json, as_object

FOREIGN = "foreign"  # the field of a record for what other programs' files say of the character
FIELDS_LIMIT = 16 * 2**10  # bytes of JSON: the record is read for every message
FOREIGN_LIMIT = 256 * 2**10  # bytes of JSON for a character

_NAMED = 5  # parts that are too large and are named one by one
# Of a character that is too large, parts of these objects are left out, and not the whole object.
_CONTAINERS = {
    (FOREIGN,),
    (FOREIGN, "tupperbox"),
    (FOREIGN, "pluralkit"),
    (FOREIGN, "card"),
    (FOREIGN, "card", "top"),
    (FOREIGN, "card", "data"),
    (FOREIGN, "card", "data", "extensions"),
}

_Path = tuple[str, ...]


class LossKind(StrEnum):
    # Of a whole file that is imported
    GROUPS = auto()
    SWITCHES = auto()
    # Of a character that is imported
    OTHER_FILES = auto()  # `count` files beside the card, such as backgrounds
    DAMAGED_IMAGE = auto()  # the portrait in the file can't be read
    TOO_LARGE = auto()  # the part with the name `what`
    MORE_TOO_LARGE = auto()  # `count` further parts
    # Of a character that is exported
    PRIVATE_PORTRAIT = auto()  # only a public link could be written
    LINKED_PORTRAIT = auto()  # only a portrait of ours could be written
    UNREADABLE_PORTRAIT = auto()
    SMALLER_PORTRAIT = auto()  # it has fewer pixels in the file


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is not kept; `name` is the character's, or empty for the whole file."""

    kind: LossKind
    name: str = ""
    what: str = ""
    count: int = 0


def bounded(name: str, fields: Json) -> tuple[Json, tuple[Loss, ...]]:
    """The fields without the largest parts where they pass their limit, and what is left out.

    FOREIGN_LIMIT is that of the field FOREIGN, and FIELDS_LIMIT that of all others together.
    `name` is the character's.
    """
    foreign = {key: value for key, value in fields.items() if key == FOREIGN}
    others = {key: value for key, value in fields.items() if key != FOREIGN}
    foreign, foreign_losses = _bounded(name, foreign, FOREIGN_LIMIT)
    others, losses = _bounded(name, others, FIELDS_LIMIT)
    return {**others, **foreign}, (*losses, *foreign_losses)


def _bounded(name: str, fields: Json, limit: int) -> tuple[Json, tuple[Loss, ...]]:
    excess = len(json.dumps(fields)) - limit
    removed: list[_Path] = []
    if excess > 0:
        for size, path in sorted(_parts(fields, ()), reverse=True):
            removed.append(path)
            excess -= size
            if excess <= 0:
                break
    losses = [Loss(LossKind.TOO_LARGE, name, what=path[-1]) for path in removed[:_NAMED]]
    if len(removed) > _NAMED:
        losses.append(Loss(LossKind.MORE_TOO_LARGE, name, count=len(removed) - _NAMED))
    return _without(set(removed), fields, ()), tuple(losses)


def _parts(fields: Json, at: _Path) -> Iterator[tuple[int, _Path]]:
    """Size and path of each part that can be left out."""
    for key, value in fields.items():
        path = (*at, key)
        if path in _CONTAINERS and isinstance(value, dict):
            yield from _parts(as_object(value), path)
        else:
            yield len(json.dumps({key: value})), path


def _without(removed: Collection[_Path], fields: Json, at: _Path) -> Json:
    kept: Json = {}
    for key, value in fields.items():
        path = (*at, key)
        if path in _CONTAINERS and isinstance(value, dict):
            kept[key] = _without(removed, as_object(value), path)
        elif path not in removed:
            kept[key] = value
    return kept

"""What of a character, or of a whole file, is not kept by an import or an export, or changed."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum, auto

from characters.transfer.formats.json_text import Json, as_object

FOREIGN_LIMIT = 256 * 2**10  # bytes of JSON of what other programs' files said of a character

_NAMED = 5  # parts that are too large and are named one by one
# Of foreign data that is too large, parts of these objects are left out, and not the whole object.
_CONTAINERS = {
    ("tupperbox",),
    ("pluralkit",),
    ("card",),
    ("card", "top"),
    ("card", "data"),
    ("card", "data", "extensions"),
    *((family,) for family in ("simply_plural", "sillytavern_personas", "risuai_persona")),
    *((family,) for family in ("marinara", "agnai", "pygmalion", "janitor", "backyard")),
    ("text_generation_webui",),
}

_Path = tuple[str, ...]


class LossKind(StrEnum):
    # Of a whole file that is imported
    GROUPS = auto()
    SWITCHES = auto()
    # Of a character that is imported
    OTHER_FILES = auto()  # `count` files beside the card, such as backgrounds
    DAMAGED_IMAGE = auto()  # the portrait in the file can't be read
    ANIMATION = auto()  # the portrait is one frame of it
    TOO_LARGE = auto()  # the part with the name `what`
    MORE_TOO_LARGE = auto()  # `count` further parts
    NO_ROOM = auto()  # the foreign data, since the user has too much of it
    RECORD_FIELDS = auto()  # `count` fields of the record that belong to another program
    UNSEEN = auto()  # `what`: parts that are kept, and that a game is not told
    USER_NAME = auto()  # `count` times, the text names the user in a way that only programs know
    NAME_CHANGED = auto()  # from `what`
    SHORTENED = auto()  # the description, from `count` characters
    # Of a character that is exported
    PRIVATE_PORTRAIT = auto()  # only a public link could be written
    LINKED_PORTRAIT = auto()  # only a portrait of ours could be written
    UNREADABLE_PORTRAIT = auto()
    SMALLER_PORTRAIT = auto()  # it has fewer pixels in the file
    SHORTENED_THERE = auto()  # the receiver gets `count` letters of the field `what`
    LEFT_OUT_THERE = auto()  # the receiver does not take the field `what` as it is
    RENAMED_THERE = auto()  # the receiver takes each name once, so that it is `what` there


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is not kept as it was.

    `name` is the character's, or empty for the whole file.
    """

    kind: LossKind
    name: str = ""
    what: str = ""
    count: int = 0


def bounded_foreign(name: str, foreign: Json) -> tuple[Json, tuple[Loss, ...]]:
    """The foreign data of a character without its largest parts, and what is left out."""
    excess = len(json.dumps(foreign)) - FOREIGN_LIMIT if foreign else 0
    removed: list[_Path] = []
    if excess > 0:
        for size, path in sorted(_parts(foreign, ()), reverse=True):
            removed.append(path)
            excess -= size
            if excess <= 0:
                break
    losses = [Loss(LossKind.TOO_LARGE, name, what=path[-1]) for path in removed[:_NAMED]]
    if len(removed) > _NAMED:
        losses.append(Loss(LossKind.MORE_TOO_LARGE, name, count=len(removed) - _NAMED))
    return _without(set(removed), foreign, ()), tuple(losses)


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

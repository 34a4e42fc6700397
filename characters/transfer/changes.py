"""What an import makes of an existing character."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from characters.model import FAVOURITE, Character
from characters.portrait_fields import FOCUS
from characters.transfer.formats.json_text import Json
from characters.transfer.formats.losses import Loss, bounded_foreign
from characters.transfer.formats.portable import Portable
from characters.transfer.formats.record_fields import TIMES


class ChangedFields(NamedTuple):
    """What an update writes into a record, and as its foreign data; what of it can't be kept."""

    fields: Json
    foreign: Json
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """What an update would change, beside the portrait."""

    name: bool = False
    description_lines: int = 0
    other: bool = False

    @property
    def any(self) -> bool:
        return self.name or self.description_lines > 0 or self.other


def changed_fields(portable: Portable, existing: Character) -> ChangedFields:
    """What an update makes of an existing character, which has its foreign data; no portrait.

    The times and the favourite stay, since the registry knows better than a file when a character
    was played. What other programs said of the character stays, and so does a description if
    another program's file has none, and what lists show of a portrait that is not replaced.
    """
    kept = {*TIMES, FAVOURITE, FOCUS}
    fields: Json = {key: value for key, value in portable.fields.items() if key not in kept}
    together = {**existing.foreign, **portable.foreign}
    foreign, losses = bounded_foreign(portable.name, together)
    if portable.description or portable.ours:
        fields["description"] = portable.description
    fields["name"] = portable.name
    return ChangedFields(fields, foreign, losses)


def differences(existing: Character, portable: Portable) -> Differences:
    """What an update would change of the character, which has its foreign data; no portrait."""
    fields, foreign, _ = changed_fields(portable, existing)
    description_lines = 0
    if "description" in fields and existing.record.get("description") != portable.description:
        description_lines = _differing_lines(existing.description, portable.description)
    other = bool(portable.foreign) and foreign != existing.foreign
    for key, value in fields.items():
        if key not in {"name", "description"}:
            other = other or key not in existing.record or existing.record[key] != value
    return Differences(existing.name != portable.name, description_lines, other)


def _differing_lines(before: str, after: str) -> int:
    """How many lines are in one of the texts only; 1 where they have the same lines."""
    old, new = Counter(before.splitlines()), Counter(after.splitlines())
    return max((old - new).total(), (new - old).total(), 1)

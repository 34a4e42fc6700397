"""What an import makes of an existing character."""

from typing import NamedTuple

from characters.model import Character
from characters.transfer.formats.json_text import Json
from characters.transfer.formats.losses import Loss, bounded_foreign
from characters.transfer.formats.portable import Portable
from characters.transfer.formats.record_fields import TIMES


class ChangedFields(NamedTuple):
    """What an update writes into a record, and as its foreign data; what of it can't be kept."""

    fields: Json
    foreign: Json
    losses: tuple[Loss, ...]


def changed_fields(portable: Portable, existing: Character) -> ChangedFields:
    """What an update makes of an existing character, which has its foreign data; no portrait.

    The times stay, since the registry knows better than a file when a character was played. What
    other programs said of the character stays, and so does a description if another program's
    file has none.
    """
    fields: Json = {key: value for key, value in portable.fields.items() if key not in TIMES}
    together = {**existing.foreign, **portable.foreign}
    foreign, losses = bounded_foreign(portable.name, together)
    if portable.description or portable.ours:
        fields["description"] = portable.description
    fields["name"] = portable.name
    return ChangedFields(fields, foreign, losses)


def differs(existing: Character, portable: Portable) -> bool:
    """Whether an update would change the character, which has its foreign data."""
    fields, foreign, _ = changed_fields(portable, existing)
    if portable.foreign and foreign != existing.foreign:
        return True
    for key, value in fields.items():
        if key not in existing.record or existing.record[key] != value:
            return True
    return False

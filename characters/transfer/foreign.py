"""What other programs' files said of characters: a field here, a key of its own in the store."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from characters.model import Character, parse_json
from characters.store.characters import FOREIGN_BYTES, CharacterStore
from characters.transfer.formats.json_text import Json, write_json
from characters.transfer.formats.losses import FOREIGN, LossKind
from characters.transfer.plan import Fate, Step


async def with_foreign(
    store: CharacterStore, user_id: int, characters: Sequence[Character]
) -> list[Character]:
    """The user's characters with that field. Raises StorageUnavailable."""
    return complete(characters, await store.foreign(user_id))


def complete(characters: Sequence[Character], kept: Mapping[str, bytes]) -> list[Character]:
    """The characters with that field, of which `kept` is what the store keeps."""
    found: list[Character] = []
    for character in characters:
        if data := kept.get(character.char_id):
            character = character.with_fields(**{FOREIGN: parse_json(data)})  # noqa: PLW2901 - the same one
        found.append(character)
    return found


def within_room(steps: Sequence[Step], kept: Mapping[str, bytes]) -> list[Step]:
    """The steps; what goes beyond the bytes of a user is left out of new characters, as a loss."""
    room = FOREIGN_BYTES - sum(map(len, kept.values()))
    fitting: list[Step] = []
    for step in steps:
        portable = step.portable
        fields, foreign = split(portable.fields)
        if step.fate is Fate.NEW and len(foreign.encode()) > room:
            portable = replace(portable, fields=fields).with_loss(LossKind.TOO_LARGE, FOREIGN)
        elif step.fate is Fate.NEW:
            room -= len(foreign.encode())
        fitting.append(replace(step, portable=portable))
    return fitting


def split(fields: Mapping[str, Any]) -> tuple[Json, str]:
    """The fields of the record, and the JSON for the key of its own; empty for nothing."""
    record = {key: value for key, value in fields.items() if key != FOREIGN}
    if FOREIGN not in fields:
        return record, ""
    return record, write_json(fields[FOREIGN]).decode()

"""What Marinara Engine exports: a persona, a character, or a profile with all of them.

https://github.com/Pasta-Devs/Marinara-Engine, `packages/shared/src/types/export.ts`. A character is
a card, under a further `data`, where it may also be the text of one.
"""

from functools import partial
from typing import Any

from characters.transfer.formats.card import read_with_portrait
from characters.transfer.formats.collected import Collected
from characters.transfer.formats.json_text import Json, JsonReader, as_list, as_object
from characters.transfer.formats.object_format import (
    ObjectFormat,
    is_image,
    read_object,
    with_portrait_at,
)
from characters.transfer.formats.portable import Contents, FileKind


def is_marinara(document: Json) -> bool:
    return str(document.get("type")) in _READERS


_PERSONA = ObjectFormat(
    FileKind.MARINARA,
    is_marinara,
    parts={each: each for each in ("personality", "backstory", "appearance")},
    portraits=("avatar", "avatarPath"),
    is_user=True,
)


def read_marinara(document: Json) -> Contents:
    """Raises UnreadableFile."""
    return _READERS[document["type"]](_data(document.get("data")))


def _read_persona(persona: Json) -> Contents:
    return read_object(_PERSONA, persona)


def _read_character(character: Json) -> Contents:
    fields = dict(character)
    avatar = fields.pop("avatar") if is_image(fields.get("avatar")) else ""
    card = _data(fields.get("data"))
    if not isinstance(card.get("data"), dict):  # the fields of a card, and not a whole one
        card = {**fields, "data": card} if card else fields
    portable = read_with_portrait(card)
    if avatar and not portable.image_id:
        portable = with_portrait_at(portable, avatar)
    return Contents(FileKind.MARINARA, [portable])


def _read_profile(profile: Json) -> Contents:
    collected = Collected(FileKind.MARINARA)
    tables = _tables(profile)
    for number, character in enumerate(as_list(tables.get("characters")), start=1):
        collected.add(partial(_read_character, as_object(character)), number=number)
    for number, persona in enumerate(as_list(tables.get("personas")), start=1):
        collected.add(partial(_read_persona, as_object(persona)), number=number)
    return collected.contents()


_READERS = {
    "marinara_character": _read_character,
    "marinara_persona": _read_persona,
    "marinara_profile": _read_profile,
}


def _tables(profile: Json) -> Json:
    """The lists of characters and personas, which some versions have a level deeper."""
    stored = as_object(as_object(profile.get("fileStorage")).get("tables"))
    for tables in (profile, as_object(profile.get("collections")), stored):
        if tables.get("characters") or tables.get("personas"):
            return tables
    return {}


def _data(value: Any) -> Json:
    """The object, of which there may be the text."""
    if not isinstance(value, str):
        return as_object(value)
    return as_object(JsonReader().read(value.encode(errors="replace")))

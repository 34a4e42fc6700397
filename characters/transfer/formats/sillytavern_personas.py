"""The personas of a player in SillyTavern, as its backup has them: without pictures.

https://github.com/SillyTavern/SillyTavern, `public/scripts/personas.js`, `onBackupPersonas`.
"""

from functools import partial
from typing import Any

from characters.transfer.formats.collected import Collected
from characters.transfer.formats.json_text import Json, as_object
from characters.transfer.formats.object_format import ObjectFormat, read_object
from characters.transfer.formats.portable import Contents, FileKind


def is_sillytavern_personas(document: Json) -> bool:
    return isinstance(document.get("personas"), dict)


_PERSONA = ObjectFormat(FileKind.SILLYTAVERN_PERSONAS, is_sillytavern_personas, is_user=True)


def read_sillytavern_personas(document: Json) -> Contents:
    """Raises UnreadableFile."""
    descriptions = as_object(document.get("persona_descriptions"))
    collected = Collected(_PERSONA.kind)
    for number, (file, name) in enumerate(as_object(document["personas"]).items(), start=1):
        persona: Json = {**_described(descriptions.get(file)), "name": name, "file": file}
        if file == document.get("default_persona"):
            persona["default"] = True
        collected.add(partial(read_object, _PERSONA, persona), number=number)
    return collected.contents()


def _described(description: Any) -> Json:
    """In its first versions, a description was a text."""
    return {"description": description} if isinstance(description, str) else as_object(description)

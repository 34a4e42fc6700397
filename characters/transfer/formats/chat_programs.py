"""The characters of programs for chats that have formats of their own beside Character Cards.

Agnai: https://github.com/agnaistic/agnai, `common/types/schema.ts`.
Pygmalion and text-generation-webui: https://github.com/oobabooga/text-generation-webui,
`modules/chat.py`, `upload_character`.
Backyard: https://github.com/backyardai/byaf, and before, in PNG files, Faraday.
RisuAI: https://github.com/kwaroran/RisuAI, `src/ts/persona.ts`.
"""

from typing import Any

from characters.transfer.formats.json_text import Json, as_list, as_object
from characters.transfer.formats.object_format import ObjectFormat
from characters.transfer.formats.portable import FileKind


def _is_agnai(item: Json) -> bool:
    is_persona = isinstance(item.get("persona"), dict) or "sampleChat" in item
    return item.get("kind") == "character" or ("persona" in item and is_persona)


def _agnai_text(persona: Any) -> str:
    """A line for each attribute; the persona may also be a text, or have one as an attribute."""
    if isinstance(persona, str):
        return persona
    lines: list[str] = []
    for name, values in as_object(as_object(persona).get("attributes")).items():
        texts = [values] if isinstance(values, str) else as_list(values)
        text = ", ".join(each for each in texts if isinstance(each, str))
        if text:
            lines.append(text if name == "text" else f"{name}: {text}")
    return "\n".join(lines)


def _is_pygmalion(item: Json) -> bool:
    is_card = bool(item.get("name")) and bool(item.get("description") or item.get("personality"))
    return isinstance(item.get("char_name"), str) and not is_card


def _is_janitor(item: Json) -> bool:
    others = ("first_message", "first_messages", "example_dialogs")
    is_card = "first_mes" in item
    return "personality" in item and any(field in item for field in others) and not is_card


def _is_webui(item: Json) -> bool:
    is_named = "name" in item or "bot" in item
    return is_named and ("context" in item or "greeting" in item) and "description" not in item


def _is_backyard(item: Json) -> bool:
    if "aiName" in item or "aiPersona" in item:
        return True
    return "persona" in item and ("displayName" in item or "isNSFW" in item)


def _is_risuai_persona(item: Json) -> bool:
    return "personaPrompt" in item


# Its `description` is for people who look for a character; `personality` is the character.
JANITOR = ObjectFormat(FileKind.JANITOR, _is_janitor, texts=("personality", "description"))
BACKYARD = ObjectFormat(
    FileKind.BACKYARD,
    _is_backyard,
    names=("name", "aiName", "displayName", "aiDisplayName"),
    texts=("persona", "aiPersona"),
)
CHAT_PROGRAMS = (
    ObjectFormat(FileKind.AGNAI, _is_agnai, parts={"persona": "persona"}, as_text=_agnai_text),
    ObjectFormat(
        FileKind.PYGMALION,
        _is_pygmalion,
        names=("char_name",),
        texts=("char_persona", "description"),
    ),
    JANITOR,
    BACKYARD,
    ObjectFormat(
        FileKind.TEXT_GENERATION_WEBUI, _is_webui, names=("name", "bot"), texts=("context",)
    ),
    ObjectFormat(
        FileKind.RISUAI_PERSONA, _is_risuai_persona, texts=("personaPrompt",), is_user=True
    ),
)

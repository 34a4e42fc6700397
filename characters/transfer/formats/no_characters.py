"""What people send for a character, and is something else of the same programs.

The fields are those of SillyTavern's exports (https://docs.sillytavern.app), and of those of Agnai,
Marinara, NovelAI, RisuAI and text-generation-webui.
"""

from characters.errors import FileProblem
from characters.transfer.formats.json_text import Json

_CARD = (
    *("spec", "data", "description", "personality", "first_mes", "char_name", "context"),
    *("persona", "character", "characters", "personas", "members", "tuppers"),
)
_CARD_WITH_LOREBOOK = ("personality", "first_mes", "scenario", "mes_example", "char_name")
_LOREBOOK = ("entries", "lorebookVersion")
_CHAT = ("chat_metadata", "is_user", "messages", "chat", "internal", "user_name", "mes")
_PRESET = (
    *("temperature", "temp", "top_p", "top_k", "rep_pen", "genamt"),
    *("prompts", "prompt_order", "openai_max_context", "chat_completion_source"),
    *("input_sequence", "system_sequence", "story_string", "mainPrompt", "jailbreak"),
)
_TYPES = {  # the values of `type`, `kind` and `spec` that say it
    "marinara_lorebook": FileProblem.LOREBOOK,
    "lorebook_v3": FileProblem.LOREBOOK,
    "memory": FileProblem.LOREBOOK,
    "risu": FileProblem.LOREBOOK,
    "marinara_preset": FileProblem.PRESET,
    "marinara_chat_preset": FileProblem.PRESET,
    "preset": FileProblem.PRESET,
    "marinara_memory_recall": FileProblem.CHAT,
    "chat": FileProblem.CHAT,
    "risuChat": FileProblem.CHAT,
    "risuAllChats": FileProblem.CHAT,
}


def other_content(document: Json) -> FileProblem | None:
    """What the document is, if it is no character."""
    for field in ("type", "kind", "spec"):
        value = document.get(field)
        if isinstance(value, str) and value in _TYPES:
            return _TYPES[value]
    if "chat_id" in document:  # a group chat, whose `members` are names of files
        return FileProblem.CHAT
    if _has(document, _LOREBOOK) and not _has(document, _CARD_WITH_LOREBOOK):
        is_card = isinstance(document.get("data"), dict)
        return None if is_card else FileProblem.LOREBOOK
    if _has(document, _CARD):
        return None
    for fields, problem in ((_CHAT, FileProblem.CHAT), (_PRESET, FileProblem.PRESET)):
        if _has(document, fields):
            return problem
    return None


def _has(document: Json, fields: tuple[str, ...]) -> bool:
    return any(field in document for field in fields)

"""The description of a character, and the texts of a card of which it is made.

The personality is joined to the description, as are the texts that the standards do not know and
programs write all the same; `{{char}}` and `<BOT>` become the name. Where the
texts of the card do not follow from the description, they are kept beside it. Cards of ours say in
their note that they have the description literally.
"""

from collections.abc import Iterator
from typing import Any

from characters.names import mended_description
from characters.transfer.formats.joined_text import join_texts, take_apart
from characters.transfer.formats.json_text import Json, write_json
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.name_macros import CHARACTER, USER, with_name
from characters.transfer.formats.portable import digest

LITERAL = "literal"  # in our note: the id of the texts that have the description as it is
_JOINED = ("personality", "persona", "backstory", "appearance")
TEXTS = ("description", *_JOINED)
_UNSEEN = {
    "scenario": "scenario",
    "first_mes": "first message",
    "alternate_greetings": "other greetings",
    "group_only_greetings": "greetings for groups",
    "mes_example": "example messages",
    "system_prompt": "system prompt",
    "post_history_instructions": "further instructions",
    "character_book": "lorebook",
    "creator_notes": "notes of its creator",
}


def description_of(name: str, data: Json, note: Json) -> str:
    """The description of a character, from the fields of a card; of any length."""
    text = join_texts(
        _text(data.get("description")), {key: _text(data.get(key)) for key in _JOINED}
    )
    if note.get(LITERAL) == texts_id(data):
        return text
    return with_name(CHARACTER, name, text)


def texts_id(data: Json) -> str:
    """Changes with the texts of a card."""
    return digest(write_json([_text(data.get(key)) for key in TEXTS]))


def texts_to_keep(name: str, data: Json, note: Json) -> Json:
    """The texts of a card that do not follow from the character's description, by field."""
    texts = {key: text for key in TEXTS if (text := _text(data.get(key)))}
    kept = mended_description(description_of(name, data, note))
    return {} if _taken_apart(kept) == texts else texts


def card_texts(name: str, description: str, kept: Json) -> Json:
    """The texts for a card of a character; `kept` is what `texts_to_keep` returned.

    Kept texts that no longer belong to the description are not used.
    """
    if kept and mended_description(description_of(name, kept, {})) == description:
        return kept
    return _taken_apart(description)


def remarks(name: str, description: str, kept: Json) -> Iterator[Loss]:
    """What a player should know of the texts of a card, of which these fields are kept."""
    unseen = [label for field, label in _UNSEEN.items() if kept.get(field)]
    if unseen:
        yield Loss(LossKind.UNSEEN, name, what=", ".join(unseen))
    if count := len(USER.findall(description)):
        yield Loss(LossKind.USER_NAME, name, count=count)


def _taken_apart(description: str) -> dict[str, str]:
    """Texts of which `join_texts` makes this description, by field; empty ones are left out.

    Only those that every program knows.
    """
    apart, parts = take_apart(description, ("personality",))
    texts = {"description": apart, **parts}
    if join_texts(apart, parts) != description:
        texts = {"description": description}
    return {key: text for key, text in texts.items() if text}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""

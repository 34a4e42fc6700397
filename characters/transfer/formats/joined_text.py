"""One description of the texts that other programs keep in several fields.

A game is told the description alone. Each further text stands below it, after an empty line and
its label, `Personality: …`, so that it can be taken apart again.
"""

import re
from collections.abc import Collection, Mapping

_LABELS = {
    "personality": "Personality",
    "persona": "Persona",
    "backstory": "Backstory",
    "appearance": "Appearance",
}
_FIELDS = {label: field for field, label in _LABELS.items()}
_LABEL = re.compile(rf"(?:\A|\n\n)({'|'.join(_FIELDS)}): ")


def join_texts(description: str, parts: Mapping[str, str]) -> str:
    """`parts` are texts by field: personality, persona, backstory, appearance; empty ones go."""
    texts = [description.strip()]
    for field, label in _LABELS.items():
        if text := parts.get(field, "").strip():
            texts.append(f"{label}: {text}")
    return "\n\n".join(text for text in texts if text)


def take_apart(text: str, fields: Collection[str]) -> tuple[str, dict[str, str]]:
    """The description proper, and the text of each of these fields that has a label in the text.

    A label of another field is a part of the text in which it stands.
    """
    description, parts = "", dict[str, str]()
    begin, field = 0, ""
    for label in _LABEL.finditer(text):
        found = _FIELDS[label[1]]
        if found not in fields or found in parts or found == field:
            continue
        if field:
            parts[field] = text[begin : label.start()]
        else:
            description = text[: label.start()]
        begin, field = label.end(), found
    if not field:
        return text, {}
    parts[field] = text[begin:]
    return description, parts

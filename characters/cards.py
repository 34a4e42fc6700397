"""Characters as portable files: Character Card V3, https://github.com/kwaroran/character-card-spec-v3."""

import io
import json
import re
import zipfile
from collections.abc import AsyncIterator, Iterable
from typing import Any, NamedTuple

from characters.model import Character

EXTENSION = "game_characters"  # our own key among a card's extensions
_EMPTY_TEXTS = ("personality", "scenario", "first_mes", "mes_example", "creator_notes", "system_prompt")
_MORE_EMPTY_TEXTS = ("post_history_instructions", "creator", "character_version")


class CardFile(NamedTuple):
    name: str
    data: bytes


def card(character: Character) -> CardFile:
    """The character as a JSON card; our own record goes among the extensions, without what only we can use."""
    record = {key: value for key, value in character.record.items() if key not in {"image_path", "image_url"}}
    data: dict[str, Any] = {
        **dict.fromkeys(_EMPTY_TEXTS + _MORE_EMPTY_TEXTS, ""),
        "name": character.name,
        "description": character.description,
        "alternate_greetings": [],
        "group_only_greetings": [],
        "tags": [],
        "creation_date": int(character.created_at),
        "modification_date": int(character.last_used),
        "extensions": {EXTENSION: record},
    }
    text = json.dumps({"spec": "chara_card_v3", "spec_version": "3.0", "data": data}, indent=2)
    return CardFile(f"{file_name(character)}.json", text.encode())


def file_name(character: Character) -> str:
    """A name that any file system and Discord's attachments take, without its suffix."""
    return re.sub(r"[^A-Za-z0-9]+", "-", character.name).strip("-")[:40] or "character"


async def archives(files: AsyncIterator[Iterable[CardFile]], limit: int) -> AsyncIterator[bytes]:
    """ZIP files of at most `limit` bytes; files that are given together stay together.

    A group that is larger than the limit on its own makes a larger archive.
    """
    part: list[CardFile] = []
    size = 0
    async for each in files:
        group = list(each)
        group_size = sum(len(file.data) + 2 * len(file.name) + 200 for file in group)  # 200: ZIP's own two headers
        if part and size + group_size > limit:
            yield _zip(part)
            part, size = [], 0
        part += group
        size += group_size
    if part:
        yield _zip(part)


def _zip(files: Iterable[CardFile]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        for file in files:
            target.writestr(file.name, file.data)
    return archive.getvalue()

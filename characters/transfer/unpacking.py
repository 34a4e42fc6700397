"""The contents of a file from the Message that `formats/contents.py` makes in a worker process.

Here, as a worker needs none of it: asyncio alone is a quarter of the time in which one starts.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

from characters.errors import FileProblem, UnreadableFile
from characters.json_data import parse_json
from characters.transfer.formats.json_text import as_list, as_object
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import Contents, Failure, FileKind, Portable
from characters.workers.exchange import Message


async def unpack_contents(message: Message) -> Contents:
    """The contents; other tasks run between two characters. Raises ValueError."""
    content = message.content
    kind = FileKind(content.get("kind"))
    failures = [_failure(value) for value in as_list(content.get("failures"))]
    losses = tuple(_loss(value) for value in as_list(content.get("losses")))
    characters: list[Portable] = []
    files = iter(message.files)
    for text in files:
        characters.append(_portable(parse_json(text), files))
        await asyncio.sleep(0)
    return Contents(kind, characters, failures, losses)


def _portable(value: Any, files: Iterator[bytes]) -> Portable:
    match value:
        case {
            "name": str(name),
            "description": str(description),
            "fields": dict(),
            "foreign": dict(),
            "has_image": bool(has_image),
            "image_url": str() | None as image_url,
            "image_id": str(image_id),
            "char_id": str() | None as char_id,
            "ours": bool(ours),
            "link": str() | None as link,
            "losses": list(),
        }:
            image = next(files, None) if has_image else None
            fields = as_object(value["fields"])
            foreign = as_object(value["foreign"])
            losses = tuple(_loss(each) for each in as_list(value["losses"]))
            portrait = (image, image_url, image_id)
            texts = (name, description, fields)
            return Portable(*texts, *portrait, char_id, ours, losses, foreign, link)
        case _:
            raise ValueError("no character")


def _loss(value: Any) -> Loss:
    match value:
        case [str(kind), str(name), str(what), int(count)]:
            return Loss(LossKind(kind), name, what, count)
        case _:
            raise ValueError("no loss")


def _failure(value: Any) -> Failure:
    match value:
        case [str(name), str(problem), int(limit), int(number)]:
            return Failure(name, UnreadableFile(FileProblem(problem), limit), number)
        case _:
            raise ValueError("no failure")

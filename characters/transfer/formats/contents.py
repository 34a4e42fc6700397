"""The contents of a file as a Message: how a worker process that read the file answers the bot.

The content of the message has the kind, the failures and the losses; its files are a JSON object
for each character, and after it the image if the object says so.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

from characters.errors import FileProblem, UnreadableFile
from characters.json_data import parse_json
from characters.transfer.formats.json_text import as_list, as_object, write_json
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import Contents, Failure, FileKind, Portable
from characters.workers.exchange import Message


def pack_contents(contents: Contents) -> Message:
    files: list[bytes] = []
    for portable in contents.characters:
        files.append(write_json(_packed(portable)))
        if portable.image is not None:
            files.append(portable.image)
    failures: list[list[Any]] = []
    for failure in contents.failures:
        assert isinstance(failure.reason, UnreadableFile)  # noqa: S101 - nothing else is read wrong
        problem, limit = failure.reason.problem, failure.reason.limit
        failures.append([failure.name, problem, limit, failure.number])
    losses = [_packed_loss(loss) for loss in contents.losses]
    return Message({"kind": contents.kind, "failures": failures, "losses": losses}, files)


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


def _packed(portable: Portable) -> dict[str, Any]:
    return {
        "name": portable.name,
        "description": portable.description,
        "fields": portable.fields,
        "foreign": portable.foreign,
        "has_image": portable.image is not None,
        "image_url": portable.image_url,
        "image_id": portable.image_id,
        "char_id": portable.char_id,
        "ours": portable.ours,
        "link": portable.link,
        "losses": [_packed_loss(loss) for loss in portable.losses],
    }


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


def _packed_loss(loss: Loss) -> list[Any]:
    return [loss.kind, loss.name, loss.what, loss.count]


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

"""The contents of a file as a Message: how a worker process that read the file answers the bot.

The content of the message has the kind, the failures and the losses; its files are a JSON object
for each character, and after it the image if the object says so. `unpacking.py` reads it.
"""

from typing import Any

from characters.errors import UnreadableFile
from characters.transfer.formats.json_text import write_json
from characters.transfer.formats.losses import Loss
from characters.transfer.formats.portable import Contents, Portable
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


def _packed_loss(loss: Loss) -> list[Any]:
    return [loss.kind, loss.name, loss.what, loss.count]

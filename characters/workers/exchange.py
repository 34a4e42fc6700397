"""What the bot and a worker process send each other: one JSON object and some files.

A message is a line of JSON, `{"content": {…}, "sizes": [n, m, …]}`, and then the n, m, … bytes of
the files. The content of a request is `{"function": name of the job, "arguments": {…}}`. The answer
may have the content `{"refused": name, …}`, with the name of a class in `characters.errors` and its
fields, or `{"failed": reason, "ran_out": …}`: a text for the log, and whether memory ran out.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple


class Message(NamedTuple):
    content: dict[str, Any]
    files: Sequence[bytes] = ()


def pack(message: Message) -> list[bytes]:
    """The parts of a message, in their order."""
    sizes = [len(file) for file in message.files]
    header = json.dumps({"content": message.content, "sizes": sizes})
    return [header.encode(), b"\n", *message.files]


def unpack(data: bytes | bytearray) -> Message:
    """Raises ValueError where the bytes are no whole message."""
    end = data.find(b"\n")
    try:
        header: Any = json.loads(data[: max(end, 0)])
    except RecursionError:
        raise ValueError("nested too deeply") from None
    match header:
        case {"content": dict(), "sizes": list()}:
            return Message(header["content"], _files(data, end + 1, header["sizes"]))
        case _:
            raise ValueError("no message")


def _files(data: bytes | bytearray, start: int, sizes: list[Any]) -> list[bytes]:
    files: list[bytes] = []
    with memoryview(data) as view:
        for size in sizes:
            if type(size) is not int or not 0 <= size <= len(view) - start:
                raise ValueError("the sizes of the files are not those of the message")
            files.append(bytes(view[start : start + size]))
            start += size
        if start != len(view):
            raise ValueError("the message is longer than its files")
    return files

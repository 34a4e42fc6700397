"""JSON in files: reading it within limits, and writing it for every program."""

import codecs
from typing import Any, cast

from characters.errors import FileProblem, UnreadableFile
from characters.json_data import parse_json, to_json

SIZE_LIMIT = 10 * 2**20  # bytes in one file
VALUES_LIMIT = 1_000_000  # a value takes up to 80 bytes of memory, and three bytes of a file
DEPTH_LIMIT = 100  # a record is written and read again within others

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# A worker process can't load them later.
for _encoding in ("utf-16", "utf-16-le", "utf-16-be"):
    codecs.lookup(_encoding)

Json = dict[str, Any]


class JsonReader:
    """Reads the JSON texts of one file, which share the limits of bytes and values."""

    def __init__(self) -> None:
        self._bytes = SIZE_LIMIT
        self._values = VALUES_LIMIT

    def read(self, data: bytes) -> Any:
        """Raises UnreadableFile."""
        data = as_utf8(data)
        self._bytes -= len(data)
        self._values -= sum(data.count(sign) for sign in (b",", b":", b"[", b"{"))
        if self._bytes < 0 or self._values < 0:
            raise UnreadableFile(FileProblem.TOO_MUCH)
        try:
            value = parse_json(data)
        except ValueError:
            raise UnreadableFile(FileProblem.NOT_JSON) from None
        if _is_deep(value):
            raise UnreadableFile(FileProblem.TOO_DEEP)
        return value


def as_utf8(data: bytes) -> bytes:
    """The text without its byte order mark, which may say UTF-16. Raises UnreadableFile."""
    if not data.startswith(_UTF_16):
        return data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-16").encode()
    except UnicodeError:
        raise UnreadableFile(FileProblem.NOT_JSON) from None


def write_json(document: Any) -> bytes:
    """UTF-8, with null for numbers that JSON does not have."""
    return to_json(document, (",", ":")).encode()


def as_object(value: Any) -> Json:
    """The value if it is a JSON object, else an empty one."""
    return cast("Json", value) if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEPTH_LIMIT):
        below: list[Any] = []
        for each in level:
            children = [*as_object(each).values(), *as_list(each)]
            below += [child for child in children if isinstance(child, (dict, list))]
        if not below:
            return False
        level = below
    return True

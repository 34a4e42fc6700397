"""JSON from and for strangers."""

import json
from typing import Any, cast

from characters.errors import UnreadableFile
from characters.model import parse_json

SIZE_LIMIT = 10 * 2**20  # bytes in one file
VALUES_LIMIT = 1_000_000  # a value takes up to 80 bytes of memory, and three bytes of a file
DEPTH_LIMIT = 100  # a record is written and read again within others

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class JsonReader:
    """Reads the JSON in one file of a stranger: all its parts share one allowance, and so bounded memory."""

    def __init__(self) -> None:
        self._bytes = SIZE_LIMIT
        self._values = VALUES_LIMIT

    def read(self, data: bytes) -> Any:
        """Raises UnreadableFile."""
        self._bytes -= len(data)
        self._values -= sum(map(data.count, (b",", b":", b"[", b"{")))
        if self._bytes < 0 or self._values < 0:
            raise UnreadableFile(
                "That file holds more than I can take at once. Please split it into smaller ones."
            )
        try:
            value = parse_json(data.removeprefix(_BYTE_ORDER_MARK))
        except ValueError:
            raise UnreadableFile(
                "That file can't be read as JSON: it is cut off, damaged, or of another kind. Please export it again."
            ) from None
        if _is_deep(value):
            raise UnreadableFile(
                "That file is nested too deeply for characters. Please export it again."
            )
        return value


def write_json(document: Any) -> bytes:
    """JSON that every program reads: in UTF-8, and null for numbers that JSON does not have."""
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        plain = json.loads(json.dumps(document), parse_constant=lambda _: None)
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:  # halves of characters
        return json.dumps(json.loads(text), separators=(",", ":")).encode()


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEPTH_LIMIT):
        level = [
            child for each in level for child in _children(each) if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True


def _children(value: Any) -> Any:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).values()
    return cast("list[Any]", value) if isinstance(value, list) else ()

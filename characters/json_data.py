"""JSON as the store and files hold it."""

import json
import re
from typing import Any

from pydantic_core import from_json

_LARGE = 16 * 2**10  # bytes
HALF_SYMBOL = re.compile(r"[\ud800-\udfff]")


def to_json(value: Any, separators: tuple[str, str] | None = None) -> str:
    """Valid JSON: a number that JSON does not have (NaN, infinity) becomes null.

    Letters are written as themselves, which takes a third of the bytes of escapes; only halves of
    symbols, which UTF-8 does not have, are escaped.
    """
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=separators)
    except ValueError:
        value = json.loads(json.dumps(value), parse_constant=lambda _: None)
        text = json.dumps(value, ensure_ascii=False, separators=separators)
    return HALF_SYMBOL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def parse_json(data: bytes) -> Any:
    """Raises ValueError, also where it is nested too deeply."""
    try:
        return from_json(data)  # six times as fast as json.loads where values are small
    except ValueError:
        return _parse_slowly(data)


def parse_record(data: bytes) -> Any:
    """As `parse_json`, the faster way for a record, which is mostly text where it is large."""
    if len(data) > _LARGE:
        return _parse_slowly(data)
    try:
        return from_json(data)
    except ValueError:
        return _parse_slowly(data)


def _parse_slowly(data: bytes) -> Any:
    """Reads half symbols too, and escapes of large texts faster."""
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None

"""Reads records; a corrupt one is logged, left in place and skipped."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from characters.model import Character, dict_from_json

CHUNK = 256 * 2**10  # bytes of records that are parsed at a stretch: one or two milliseconds

T = TypeVar("T")

Entries = Iterable[tuple[bytes, bytes]]

log = logging.getLogger(f"game_characters.{__name__}")


def read_record(user_id: int, char_id: bytes, record: bytes) -> Character | None:
    try:
        return Character.from_json(char_id.decode(), record)
    except ValueError as error:
        _log_corrupt(user_id, char_id, error)
        return None


async def read_records(user_id: int, entries: Entries) -> list[Character]:
    """The characters of these char_ids and records; other tasks run between two chunks."""
    return await _read_all(Character.from_json, user_id, entries)


async def read_dicts(user_id: int, entries: Entries) -> list[dict[str, Any]]:
    """The same as `Character.to_dict` makes of them."""
    return await _read_all(dict_from_json, user_id, entries)


async def _read_all(read: Callable[[str, bytes], T], user_id: int, entries: Entries) -> list[T]:
    found: list[T] = []
    size = 0
    for char_id, record in entries:
        try:
            found.append(read(char_id.decode(), record))
        except ValueError as error:
            _log_corrupt(user_id, char_id, error)
        size += len(record)
        if size >= CHUNK:
            size = 0
            await asyncio.sleep(0)
    return found


def _log_corrupt(user_id: int, char_id: bytes, error: ValueError) -> None:
    log.error("Skipping the corrupt record %r of user %s: %s", char_id, user_id, error)


def as_pairs(entries: list[bytes]) -> Iterable[tuple[bytes, bytes]]:
    """Fields and values of a hash, which a script returns as field, value, field, value, ..."""
    return zip(entries[::2], entries[1::2], strict=True)

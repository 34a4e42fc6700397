"""Reads records; a corrupt one is logged, left in place and skipped."""

import asyncio
import logging
from collections.abc import Iterable

from characters.model import Character

CHUNK = 256 * 2**10  # bytes of records that are parsed at a stretch: one or two milliseconds

log = logging.getLogger(f"game_characters.{__name__}")


def read_record(user_id: int, char_id: bytes, record: bytes) -> Character | None:
    try:
        return Character.from_json(char_id.decode(), record)
    except ValueError as error:
        log.error("Skipping the corrupt record %r of user %s: %s", char_id, user_id, error)
        return None


async def read_records(user_id: int, entries: Iterable[tuple[bytes, bytes]]) -> list[Character]:
    """The characters of these char_ids and records; other tasks run between two chunks."""
    characters: list[Character] = []
    size = 0
    for char_id, record in entries:
        if character := read_record(user_id, char_id, record):
            characters.append(character)
        size += len(record)
        if size >= CHUNK:
            size = 0
            await asyncio.sleep(0)
    return characters


def as_pairs(entries: list[bytes]) -> Iterable[tuple[bytes, bytes]]:
    """Fields and values of a hash, which a script returns as field, value, field, value, ..."""
    return zip(entries[::2], entries[1::2], strict=True)

"""Checks of what a main bot passes, before anything is sent; a TypeError names the argument."""

import asyncio
import inspect
import logging
from typing import BinaryIO

from redis.asyncio import Redis, RedisCluster

from characters.errors import ImageTooLarge, UnknownCharacter
from characters.model import ID_LIMIT
from characters.portraits.renderer import INPUT_LIMIT
from characters.store.keys import USER_ID_LIMIT

ID_DIGITS = 19  # of the largest id
URL_LIMIT = 2048  # characters, as many as Discord takes

log = logging.getLogger("game_characters")


def checked_user_id(value: object) -> int:
    """A Discord id, as an int or as its decimal digits."""
    number = value
    if isinstance(value, str) and len(value) <= ID_DIGITS and value.isascii() and value.isdecimal():
        number = int(value)
    if isinstance(number, int) and not isinstance(number, bool) and 0 < number < USER_ID_LIMIT:
        return number
    shown = f"a {type(value).__name__}"
    if isinstance(value, str) and len(value) <= ID_DIGITS:
        shown = repr(value)
    raise TypeError(f"user_id must be a Discord id, such as 80351110224678912, not {shown}")


def checked_client(value: object) -> Redis | RedisCluster:
    """An asyncio client; clients that block and pipelines have no `async def execute_command`."""
    if not inspect.iscoroutinefunction(getattr(value, "execute_command", None)):
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        raise TypeError(f"redis must be a redis.asyncio.Redis or RedisCluster, not a {kind}")
    return value  # type: ignore[return-value] # pyright: ignore[reportReturnType] - a wrapper of a client will do


def check_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")


def checked_char_id(value: object) -> str:
    """Raises UnknownCharacter where the text is longer than any id."""
    if not isinstance(value, str):
        raise TypeError(f"char_id must be a str, not {type(value).__name__}")
    if len(value) > ID_LIMIT:
        raise UnknownCharacter
    return value


def checked_url(value: object) -> str | None:
    """A URL that may be fetched and recorded; None, with a line in the log, for any other text."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"image_url must be a str or None, not {type(value).__name__}")
    if len(value) > URL_LIMIT or not value.startswith(("https://", "http://")):
        log.warning("image_url is ignored: it is no http or https URL of at most 2,048 characters")
        return None
    return value


async def image_bytes(value: bytes | bytearray | memoryview | BinaryIO) -> bytes:
    """The bytes of an image, at most one more than allowed of a file. Raises ImageTooLarge."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        if memoryview(value).nbytes > INPUT_LIMIT:
            raise ImageTooLarge(INPUT_LIMIT)
        return bytes(value)
    read = getattr(value, "read", None)
    data = await asyncio.to_thread(read, INPUT_LIMIT + 1) if callable(read) else None
    if isinstance(data, bytes):
        return data
    kind = type(value).__name__
    raise TypeError(f"image_data must be bytes or a file opened in binary mode, not {kind}")

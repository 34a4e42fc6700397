"""Drop-in character persistence for S.N.E.S. game sessions: seven functions over any Redis client.

Characters are plain dicts: the record (`name`, `description`, `image_path`, `image_url`, and
`created_at` and `last_used` in seconds since the epoch) with its `char_id`. The client is one of
`redis.asyncio`, stays yours, and may decode responses or not. Portraits lie in the folder or object
store that ASSETS_DIR names.
"""

import logging
from functools import partial
from typing import Any, BinaryIO

from redis.asyncio import Redis, RedisCluster

from characters.errors import UnknownCharacter
from characters.names import clean_description, clean_name
from characters.platforms import check_platform
from game_characters.arguments import (
    check_text,
    checked_char_id,
    checked_url,
    checked_user_id,
    image_bytes,
)
from game_characters.registries import assets, near_cache_of, registry_of

__all__ = [
    "create_character",
    "delete_character",
    "get_active_character",
    "get_character",
    "get_character_image_data",
    "list_characters",
    "set_active_character",
]

check_platform()

log = logging.getLogger("game_characters")


async def create_character(
    user_id: int,
    name: str,
    description: str,
    redis: Redis | RedisCluster,
    image_data: bytes | bytearray | memoryview | BinaryIO | None = None,
    image_url: str | None = None,
) -> dict[str, Any]:
    """Saves a new character, makes it active and returns it.

    `image_data` wins over `image_url`. The image behind a URL of at most 2,048 characters is copied
    to the assets, and the URL is recorded where that can't be done. An image that is refused is
    logged, and the character is saved without it.

    Raises:
        TypeError: an argument has a wrong type; nothing was sent to Redis.
        characters.CharacterError: nothing was saved.
    """
    user_id = checked_user_id(user_id)
    registry = registry_of(redis)
    check_text("name", name)
    check_text("description", description)
    clean_name(name)  # before any work on the image
    clean_description(description)
    url = checked_url(image_url)
    if image_data is not None:
        portrait, refusal = await registry.portraits.keep(partial(image_bytes, image_data))
    elif url is not None:
        from characters.portraits.fetching import fetch_image  # noqa: PLC0415 - aiohttp takes long

        portrait, refusal = await registry.portraits.keep(partial(fetch_image, url, user_id))
    else:
        portrait = refusal = None
    character = await registry.create(user_id, name, description, portrait, url)
    if refusal:
        log.warning("Character %s has no image: %s", character.char_id, refusal)
    return character.to_dict()


async def list_characters(user_id: int, redis: Redis | RedisCluster) -> list[dict[str, Any]]:
    """The user's characters, most recently used first; empty on any error, which is logged.

    The list is remembered as the active character is, unless it takes more than a mebibyte.
    """
    near_cache = near_cache_of(redis)
    if near_cache and type(user_id) is int and (found := near_cache.lists.recall(user_id)):
        return found.to_dicts()
    try:
        return await registry_of(redis).dicts(checked_user_id(user_id))
    except Exception:
        log.exception("The characters of user %r could not be listed", user_id)
        return []


async def get_character(
    user_id: int, char_id: str, redis: Redis | RedisCluster
) -> dict[str, Any] | None:
    """One character; None where there is none, and on any error, which is logged."""
    try:
        char_id = checked_char_id(char_id)
        registry = registry_of(redis)
        return (await registry.get(checked_user_id(user_id), char_id)).to_dict()
    except UnknownCharacter:
        return None
    except Exception:
        log.exception("Character %.80r of user %r could not be read", char_id, user_id)
        return None


async def get_active_character(user_id: int, redis: Redis | RedisCluster) -> dict[str, Any] | None:
    """The active character, or else the most recently used one.

    It is remembered in this process as long as the server says that it has not changed, or takes
    one round trip. None where the user has no character, and on any error, which is logged.
    """
    near_cache = near_cache_of(redis)
    if near_cache and type(user_id) is int and (found := near_cache.active.recall(user_id)):
        return found.to_dict()
    try:
        character = await registry_of(redis).active(checked_user_id(user_id))
    except Exception:
        log.exception("The active character of user %r could not be read", user_id)
        return None
    return character and character.to_dict()


async def set_active_character(user_id: int, char_id: str, redis: Redis | RedisCluster) -> None:
    """Makes a character active and last used now; any error is logged and changes nothing."""
    try:
        char_id = checked_char_id(char_id)
        registry = registry_of(redis)
        await registry.activate(checked_user_id(user_id), char_id)
    except Exception:
        log.exception("Character %.80r of user %r could not be made active", char_id, user_id)


async def delete_character(user_id: int, char_id: str, redis: Redis | RedisCluster) -> bool:
    """Deletes a character for good, with its image file and active mark; returns whether it did.

    False on any error, which is logged.
    """
    try:
        char_id = checked_char_id(char_id)
        registry = registry_of(redis)
        return await registry.erase(checked_user_id(user_id), char_id)
    except UnknownCharacter:
        return False
    except Exception:
        log.exception("Character %.80r of user %r could not be deleted", char_id, user_id)
        return False


async def get_character_image_data(char: dict[str, Any] | None) -> bytes | None:
    """The bytes of the character's image file; None without one in the assets, or on an error."""
    try:
        path = (char or {}).get("image_path")
        if not path:
            return None
        (data,) = await assets().read(path)
    except Exception:
        log.exception("The image of %r could not be read", char)
        return None
    return data

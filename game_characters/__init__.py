"""Drop-in character persistence for S.N.E.S. game sessions: seven functions over any Redis client.

Characters are plain dicts: the record (`name`, `description`, `image_path`, `image_url`, and
`created_at` and `last_used` in seconds since the epoch) with its `char_id`. The client is yours
and may decode responses or not; portraits go to the folder or object store that ASSETS_DIR names.
"""

import logging
from functools import cache, lru_cache, partial
from typing import Any

from redis.asyncio import Redis, RedisCluster

from characters.errors import UnknownCharacter
from characters.names import clean_description, clean_name
from characters.opening import open_assets
from characters.portraits.assets import Assets
from characters.portraits.fetching import fetch_image
from characters.portraits.renderer import Renderer
from characters.portraits.service import KeptPortrait
from characters.registry import Registry
from characters.settings import AssetSettings, read_settings
from characters.store.characters import CharacterStore

__all__ = [
    "create_character",
    "delete_character",
    "get_active_character",
    "get_character",
    "get_character_image_data",
    "list_characters",
    "set_active_character",
]

log = logging.getLogger(__name__)


async def create_character(
    user_id: int,
    name: str,
    description: str,
    redis: Redis | RedisCluster,
    image_data: bytes | None = None,
    image_url: str | None = None,
) -> dict[str, Any]:
    """Saves a new character, makes it active and returns it.

    `image_data` wins over `image_url`. A URL is copied to the assets, and recorded as it is where it
    can't be. An image that is refused is logged, and the character saved without it.

    Raises characters.errors.CharacterError only where nothing was saved.
    """
    image = None
    if image_data is not None:
        image = partial(_given, image_data)
    elif image_url is not None:
        image = partial(fetch_image, image_url)
    name, description = (
        clean_name(name),
        clean_description(description),
    )  # before any work on the image
    registry = _registry(redis)
    portrait, refusal = await registry.portraits.keep(image) if image else KeptPortrait()
    character = await registry.create(user_id, name, description, portrait, image_url)
    if refusal:
        log.warning(
            "Character %s of user %s was saved without its image: %s",
            character.char_id,
            user_id,
            refusal,
        )
    return character.to_dict()


async def list_characters(user_id: int, redis: Redis | RedisCluster) -> list[dict[str, Any]]:
    """The user's characters, most recently used first; empty on any error, which is logged."""
    try:
        return [
            character.to_dict() for character in (await _registry(redis).roster(user_id)).characters
        ]
    except Exception:
        log.exception("The characters of user %s could not be listed", user_id)
        return []


async def get_character(
    user_id: int, char_id: str, redis: Redis | RedisCluster
) -> dict[str, Any] | None:
    """One character; None where there is none, and on any error, which is logged."""
    try:
        return (await _registry(redis).get(user_id, char_id)).to_dict()
    except UnknownCharacter:
        return None
    except Exception:
        log.exception("Character %s of user %s could not be read", char_id, user_id)
        return None


async def get_active_character(user_id: int, redis: Redis | RedisCluster) -> dict[str, Any] | None:
    """The active character, or else the most recently used one: one round trip, made for every message.

    None where the user has no character, and on any error, which is logged.
    """
    try:
        character = await _registry(redis).active(user_id)
    except Exception:
        log.exception("The active character of user %s could not be read", user_id)
        return None
    return character and character.to_dict()


async def set_active_character(user_id: int, char_id: str, redis: Redis | RedisCluster) -> None:
    """Makes a character active and last used now; any error is logged and changes nothing."""
    try:
        await _registry(redis).activate(user_id, char_id)
    except Exception:
        log.exception("Character %s of user %s could not be made active", char_id, user_id)


async def delete_character(user_id: int, char_id: str, redis: Redis | RedisCluster) -> bool:
    """Deletes a character for good, with its image file and active mark; whether it did. Errors are logged."""
    try:
        return await _registry(redis).erase(user_id, char_id)
    except Exception:
        log.exception("Character %s of user %s could not be deleted", char_id, user_id)
        return False


async def get_character_image_data(char: dict[str, Any] | None) -> bytes | None:
    """The bytes of the character's image file; None where there is none in the assets, or on an error."""
    try:
        (data,) = await _assets().read((char or {}).get("image_path") or "")
    except Exception:
        log.exception("The image of %r could not be read", char)
        return None
    return data


async def _given(data: bytes) -> bytes:
    return data


@cache
def _assets() -> Assets:
    settings = read_settings(AssetSettings)
    return open_assets(settings.assets_location, settings.public_url)


@lru_cache(maxsize=1)  # a main bot has one client
def _registry(redis: Redis | RedisCluster) -> Registry:
    return Registry(
        CharacterStore(redis), _assets(), Renderer(), read_settings(AssetSettings).roster_limit
    )

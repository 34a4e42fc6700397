"""Faults as they were or could be in the product, planted to see that the checker finds them."""

import time
from typing import Any

from characters.errors import RosterFull, UnknownCharacter
from characters.model import Character
from characters.registry import Registry
from characters.store.characters import CharacterStore, Edited
from characters.versions import ReplacedBy, earlier_version


async def activate_with_plain_commands(
    self: CharacterStore, user_id: int, char_id: str
) -> Character:
    """Writes a character back that another client deletes at the same time."""
    keys = self.keys(user_id)
    found = await self.get(user_id, char_id)
    if found is None:
        raise UnknownCharacter
    used = found.with_fields(last_used=time.time())
    await self.client.execute("HSET", keys.characters, char_id, used.to_json())
    await self.client.execute("SET", keys.active, char_id)
    return used


async def create_after_a_look_at_the_limit(
    self: CharacterStore, user_id: int, character: Character, limit: int, **_: Any
) -> Character:
    """Two clients see the same last place in the roster."""
    keys = self.keys(user_id)
    if await self.client.execute("HLEN", keys.characters) >= limit:
        raise RosterFull(limit)
    await self.client.execute("HSET", keys.characters, character.char_id, character.to_json())
    await self.client.execute("SET", keys.active, character.char_id)
    return character


async def erase_file_first(self: Registry, user_id: int, char_id: str) -> bool:
    """Removes the file of a character that another client moves to the trash."""
    found = await self._store.get(user_id, char_id)
    if found is None:
        return False
    await self.portraits.remove(self.portraits.files({found.image_path}))
    return await self._store.erase(user_id, char_id) is not None


async def edit_without_comparing(
    self: CharacterStore, user_id: int, char_id: str, change: Any, **_: Any
) -> Edited:
    """One of two edits at the same time is lost, and both players are told that theirs is saved."""
    before = await self.get(user_id, char_id)
    if before is None:
        raise UnknownCharacter
    after = change(before)
    keys = self.keys(user_id)
    if await self.client.execute("HEXISTS", keys.characters, char_id):
        await self.client.execute("HSET", keys.characters, char_id, after.to_json())
    if after.version == before.version:
        return Edited(before, after, "", [])
    earlier = earlier_version(before, ReplacedBy.EDIT)
    await self.client.execute("HSET", keys.trash, earlier.char_id, earlier.to_json())
    return Edited(before, after, earlier.char_id, [])

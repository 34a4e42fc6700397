"""What was deleted or changed, and how it comes back within seven days."""

import logging
from contextlib import suppress

from characters.errors import CharacterChanged, UnknownCharacter
from characters.model import Character
from characters.references import References
from characters.store.changing import ATTEMPTS, VersionOfPresent
from characters.store.characters import CharacterStore
from characters.store.version_store import Exchanged, VersionStore

log = logging.getLogger(f"game_characters.{__name__}")


class Trash:
    """Joins the store, which moves the records, and the references, which know their files."""

    def __init__(self, store: CharacterStore, references: References, roster_limit: int) -> None:
        self._store = store
        self._versions = VersionStore(store)
        self._references = references
        self._roster_limit = roster_limit

    async def delete(self, user_id: int, char_id: str) -> Character:
        """See `Registry.delete`."""
        character, removed = await self._store.delete(user_id, char_id)
        await self._references.note_trashed(character.image_path)
        await self._references.remove_unused(user_id, *[each.image_path for each in removed])
        log.info("User %s deleted character %s", user_id, char_id)
        return character

    async def restore(self, user_id: int, char_id: str) -> Character:
        """See `Registry.restore`."""
        for _ in range(ATTEMPTS):
            with suppress(VersionOfPresent):
                character = await self._store.restore(user_id, char_id, self._roster_limit)
                log.info("User %s restored character %s", user_id, char_id)
                return character
            if exchanged := await self._versions.bring_back(user_id, char_id):
                return await self._brought_back(user_id, exchanged)
        raise CharacterChanged

    async def undo_edit(self, user_id: int, version_id: str, seen: str) -> Character:
        """See `Registry.undo_edit`."""
        exchanged = await self._versions.bring_back(user_id, version_id, seen)
        if exchanged is None:
            raise UnknownCharacter
        return await self._brought_back(user_id, exchanged)

    async def erase(self, user_id: int, char_id: str) -> bool:
        """See `Registry.erase`."""
        removed = await self._store.erase(user_id, char_id)
        if removed is None:
            return False
        await self._references.remove_unused(user_id, *{each.image_path for each in removed})
        log.info("User %s erased character %s", user_id, char_id)
        return True

    async def _brought_back(self, user_id: int, exchanged: Exchanged) -> Character:
        before, after, removed = exchanged
        if before.image_path != after.image_path:
            await self._references.note_trashed(before.image_path)
        await self._references.remove_unused(user_id, *[each.image_path for each in removed])
        log.info("User %s restored a version of character %s", user_id, after.char_id)
        return after

"""Which portraits the records of a user name, and the removal of those that none names."""

import logging

from characters.errors import StorageUnavailable
from characters.portraits.service import PortraitService
from characters.store.characters import CharacterStore
from characters.store.drafts import DraftStore

log = logging.getLogger(f"game_characters.{__name__}")


class References:
    """Joins the store, which knows the records, and the portraits, which are files."""

    def __init__(
        self, store: CharacterStore, drafts: DraftStore, portraits: PortraitService
    ) -> None:
        self._store = store
        self._drafts = drafts
        self._portraits = portraits

    async def files(self, user_id: int) -> set[str]:
        """The files that the user's characters, trash and drafts name.

        Raises StorageUnavailable.
        """
        characters = (await self._store.roster(user_id)).characters
        characters += await self._store.trash(user_id, outdated=True)
        paths = {each.image_path for each in characters}
        return self._portraits.files(paths | await self._drafts.portraits(user_id))

    async def remove_unused(self, user_id: int, *paths: str | None) -> None:
        """Removes the files at these paths, except those that something of the user names.

        Files stay where the store does not answer: the daily sweep removes them.
        """
        unused = self._portraits.files(set(paths))
        if not unused:
            return
        try:
            unused -= await self.files(user_id)
        except StorageUnavailable:
            log.info("Portraits of user %s stay until the next sweep", user_id)
        else:
            await self._portraits.remove(unused)

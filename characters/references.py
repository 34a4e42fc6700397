"""Which portraits the records of a user name, and the removal of those that none names."""

import logging
from contextlib import suppress

from characters.errors import StorageUnavailable
from characters.maintenance import trashed_files
from characters.portraits.assets import Assets, stem_of
from characters.portraits.service import PortraitService
from characters.store.characters import CharacterStore
from characters.store.drafts import DraftStore
from characters.store.records import read_records
from characters.store.user_records import UserRecords, user_records

log = logging.getLogger(f"game_characters.{__name__}")


class References:
    """Joins the store, which knows the records, and the portraits, which are files."""

    def __init__(
        self, store: CharacterStore, drafts: DraftStore, portraits: PortraitService, assets: Assets
    ) -> None:
        self._store = store
        self._client = store.client
        self._drafts = drafts
        self._portraits = portraits
        self._assets = assets

    async def files_in(self, records: UserRecords) -> set[str]:
        """The files that a user's characters, trash and drafts named at one moment."""
        entries = [(char_id, record) for _, char_id, record in records.records()]
        characters = await read_records(records.user_id, entries)
        paths = {each.image_path for each in characters}
        drafts = self._drafts.portraits(records.user_id, records.drafts.values())
        return self._portraits.files(paths | drafts)

    async def note_trashed(self, *paths: str | None) -> None:
        """Notes files of other programs whose records are deleted, so that the sweep removes them.

        Where the store does not answer, the sweep notes them itself while the trash names them.
        """
        with suppress(StorageUnavailable):
            names = trashed_files.foreign_names(self._assets, paths)
            await trashed_files.note_files(self._client, names)

    async def remove_unused(self, user_id: int, *paths: str | None) -> None:
        """Removes the files at these paths, except those that are still named.

        Files stay where the store does not answer, or they can't be removed: the daily sweep
        removes them.
        """
        try:
            await self.remove(user_id, *paths)
        except (StorageUnavailable, OSError):
            log.info("Portraits of user %s stay until the next sweep", user_id)

    async def remove(self, user_id: int, *paths: str | None) -> None:
        """Removes the files at these paths, except those that are still named.

        Our own names are random, so only the same user can name such a file again. For a file of
        another program the records of all users are read.

        Raises StorageUnavailable; OSError.
        """
        unused = self._portraits.files(set(paths))
        if not unused:
            return
        names = trashed_files.foreign_names(self._assets, unused)
        await trashed_files.note_files(self._client, names)
        records = await user_records(self._client, user_id)
        stems = await records.stems()  # also of records that can't be read
        unused = {file for file in unused if stem_of(file) not in stems}
        unused -= await self.files_in(records)
        used: set[str] = set()
        if names:
            used = await trashed_files.names_used_by_anyone(self._client, self._assets, names)
            unused -= self._portraits.files({*used})
        await self._portraits.remove(unused)
        await trashed_files.drop_notes(self._client, names - used)

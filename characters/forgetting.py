"""Removes all that is kept of a user; it can be repeated after any failure, and then goes on."""

import logging
from typing import NamedTuple

from characters.errors import NotForgotten, StorageUnavailable
from characters.lobby.lobbies import Lobbies
from characters.lobby.lobby import Lobby
from characters.references import References
from characters.store.characters import CharacterStore
from characters.store.drafts import DraftStore
from characters.store.records import read_records
from characters.store.removals import Removals
from characters.store.user_records import UserRecords, user_records

log = logging.getLogger(f"game_characters.{__name__}")


class Kept(NamedTuple):
    """How much is kept of a user.

    `trashed` are deleted characters, and `versions` what characters were before changes;
    `portraits` are those of all of them; `drafts` are what was typed and not saved, and files that
    wait to be imported; `lobbies` name the user; `preferences` are what the user has decided
    otherwise than by default. `unfinished` says whether
    portraits of removed characters are left, as the user was not forgotten completely.
    """

    characters: int
    trashed: int
    versions: int
    portraits: int
    drafts: int
    lobbies: int
    preferences: int
    unfinished: bool


class Forgetting:
    """Every method raises StorageUnavailable."""

    def __init__(
        self, store: CharacterStore, drafts: DraftStore, lobbies: Lobbies, references: References
    ) -> None:
        self._store = store
        self._drafts = drafts
        self._lobbies = lobbies
        self._references = references
        self._removals = Removals(store)

    async def kept(self, user_id: int) -> Kept:
        records = await user_records(self._store.client, user_id)
        entries = [(char_id, record) for _, char_id, record in records.records()]
        readable = await read_records(user_id, entries)
        versions = sum(each.is_earlier_version for each in readable)
        waiting, unfinished = await self._removals.counts(user_id)
        held = self._drafts.count_held(user_id)
        return Kept(
            characters=len(records.characters),
            trashed=len(records.trash) - versions,
            versions=versions,
            portraits=len({each.image_path or each.image_url for each in readable} - {None, ""}),
            drafts=len(records.drafts) + held + waiting,
            lobbies=await self._lobbies.count_naming(user_id),
            preferences=len(records.preferences),
            unfinished=unfinished > 0,
        )

    async def forget(self, user_id: int) -> list[Lobby]:
        """Returns the lobbies that named the user.

        The files are noted before the records go, so that a repeated call finds them. Raises
        NotForgotten where something may be left.
        """
        changed: list[Lobby] = []
        try:
            await self._drafts.hand_over()
            await self._lobbies.forget_user(user_id, changed)
            await self._note_files(await user_records(self._store.client, user_id))
            await self._note_files(await self._store.forget(user_id))  # with what came meanwhile
            self._drafts.forget(user_id)
            files = await self._removals.noted(user_id)
            await self._references.remove(user_id, *files)
            await self._removals.drop(user_id, files)
        except (StorageUnavailable, OSError) as error:
            log.warning("User %s is not forgotten yet: %s", user_id, error)
            raise NotForgotten(changed) from error
        log.info("User %s is forgotten", user_id)
        return changed

    async def _note_files(self, records: UserRecords) -> None:
        files = await self._references.files_in(records)
        await self._references.note_trashed(*files)
        await self._removals.note(records.user_id, files)

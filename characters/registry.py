"""The registry: all that cogs, the drop-in module and the command line may call."""

import logging
import time
import uuid
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from characters.errors import StorageUnavailable, UnknownCharacter
from characters.lobby.lobbies import Lobbies
from characters.lobby.lobby import Lobby
from characters.maintenance.sweep import sweep_daily
from characters.model import Character, PortraitFile, Roster
from characters.names import clean_description, clean_name
from characters.portraits.assets import Assets
from characters.portraits.renderer import Renderer
from characters.portraits.service import PortraitService
from characters.store.characters import TRASH_SECONDS, CharacterStore
from characters.store.drafts import ChangedMeanwhile, Draft, Drafts
from characters.transfer.importer import Importer

T = TypeVar("T")

log = logging.getLogger(__name__)


class Registry:
    """Characters of all users: one object per process (or per Redis client).

    Every method raises StorageUnavailable where the store does not answer.
    """

    def __init__(
        self,
        store: CharacterStore,
        assets: Assets,
        renderer: Renderer,
        roster_limit: int = 100,
    ) -> None:
        self.roster_limit = roster_limit
        self.portraits = PortraitService(assets, renderer)
        self._store = store
        self._assets = assets
        self.drafts = Drafts(store, assets.touch)
        self.lobbies = Lobbies(store)
        self.importer = Importer(store, self.portraits, roster_limit, self._remove_portraits)

    async def roster(self, user_id: int) -> Roster:
        return await self._store.roster(user_id)

    async def get(self, user_id: int, char_id: str) -> Character:
        """Raises UnknownCharacter."""
        if character := await self._store.get(user_id, char_id):
            return character
        raise UnknownCharacter

    async def active(self, user_id: int) -> Character | None:
        """The active character, or else the most recently used one; None where there is none at all."""
        return await self._store.active(user_id)

    async def party(self, user_ids: Sequence[int]) -> dict[int, Character]:
        """The active character of each of these users who has any, in their order: one round trip for all."""
        found = await self._store.party(user_ids)
        return {user_id: each for user_id, each in zip(user_ids, found, strict=True) if each}

    async def create(
        self,
        user_id: int,
        name: str,
        description: str = "",
        portrait: PortraitFile | None = None,
        image_url: str | None = None,
        char_id: str | None = None,
    ) -> Character:
        """Saves a new character and makes it active; `image_url` is recorded where there is no portrait of ours.

        Where there is a character with this id already, that one comes back as it is.

        Raises InvalidName, DescriptionTooLong, RosterFull.
        """
        now = time.time()
        record = {
            "name": clean_name(name),
            "description": clean_description(description),
            "image_path": portrait.path if portrait else None,
            "image_url": portrait.url if portrait else image_url,
            "created_at": now,
            "last_used": now,
        }
        character = Character(char_id or uuid.uuid4().hex, record)
        character = await self._store.create(user_id, character, self.roster_limit)
        log.info("User %s created character %s", user_id, character.char_id)
        return character

    async def edit(self, user_id: int, draft: Draft) -> Character:
        """Changes a character as the draft says; a portrait that nothing refers to any more goes.

        Raises ChangedMeanwhile where the character is not what the draft's author saw, and
        InvalidName, DescriptionTooLong, UnknownCharacter, CharacterChanged.
        """
        fields: dict[str, str | None] = {"name": clean_name(draft.name)}
        if draft.description is not None:
            fields["description"] = clean_description(draft.description)
        if draft.portrait or draft.remove_portrait:
            path, url = draft.portrait or (None, None)
            fields |= {"image_path": path, "image_url": url}
        before: list[Character] = []

        def change(character: Character) -> Character:
            changed = character.with_fields(**fields)
            if character.version not in {draft.seen, changed.version}:
                raise ChangedMeanwhile(character)
            before.append(character)
            return changed

        character = await self._store.edit(user_id, draft.char_id, change)
        if before[-1].image_path != character.image_path:
            await self._remove_portraits(user_id, {before[-1].image_path})
        log.info("User %s edited character %s", user_id, draft.char_id)
        return character

    async def activate(self, user_id: int, char_id: str) -> Character:
        """Raises UnknownCharacter, CharacterChanged."""
        return await self._store.activate(user_id, char_id, time.time())

    async def delete(self, user_id: int, char_id: str) -> Character:
        """Moves the character to the trash, where it can be restored for seven days.

        Raises UnknownCharacter, CharacterChanged.
        """
        character = await self._store.delete(user_id, char_id, time.time())
        log.info("User %s deleted character %s", user_id, char_id)
        return character

    async def trash(self, user_id: int) -> list[Character]:
        """What can still be restored, the latest deleted first."""
        return await self._store.trash(user_id, since=time.time() - TRASH_SECONDS)

    async def restore(self, user_id: int, char_id: str) -> Character:
        """Brings a character back from the trash, active again unless another one was chosen since.

        Raises UnknownCharacter, RosterFull, CharacterChanged.
        """
        character = await self._store.restore(
            user_id, char_id, self.roster_limit, since=time.time() - TRASH_SECONDS
        )
        log.info("User %s restored character %s", user_id, char_id)
        return character

    async def erase(self, user_id: int, char_id: str) -> bool:
        """Removes a character and its portrait for good; False where there was none."""
        character = await self._store.get(user_id, char_id)
        if character is None:
            return False
        await self._store.erase(user_id, char_id)
        await self._remove_portraits(user_id, {character.image_path})
        log.info("User %s erased character %s", user_id, char_id)
        return True

    async def forget(self, user_id: int) -> list[Lobby]:
        """Removes all that is kept of a user: characters, trash, drafts, seats, and the portraits' files.

        Returns the lobbies that had a trace of the user. Raises ImportRunning.
        """
        self.importer.check_idle(user_id)
        paths = await self._shown(user_id)
        await self._store.forget(user_id)
        self.drafts.forget(user_id)
        await self._remove_portraits(user_id, paths)
        lobbies = await self.lobbies.forget_user(user_id)
        log.info("User %s is forgotten", user_id)
        return lobbies

    async def admit(self, user_id: int, action: str, limit: int) -> None:
        """Counts what a player does. Raises TooFast where it was more than `limit` times within a minute."""
        await self._store.admit(user_id, action, limit)

    async def sweep_daily(self) -> None:
        """Clears away old trash and files that nobody refers to, once a day among all processes: call it every hour.

        Raises StorageUnavailable, OSError; OperatorError where the store does not look like the one of these files.
        """
        await sweep_daily(self._store.client, self._assets)

    async def check_store(self) -> None:
        await self._store.ping()

    async def _remove_portraits(self, user_id: int, paths: set[str | None]) -> None:
        """Removes the files, but for those that something of the user still refers to."""
        gone = self.portraits.files(paths)
        if gone and (shown := await quietly(self._shown(user_id))) is not None:
            await self.portraits.remove(gone - self.portraits.files(shown))

    async def _shown(self, user_id: int) -> set[str | None]:
        kept = [
            *(await self._store.roster(user_id)).characters,
            *await self._store.trash(user_id, since=0),
        ]
        return {each.image_path for each in kept} | await self.drafts.paths(user_id)


async def quietly(work: Coroutine[Any, Any, T]) -> T | None:
    """For what comes after a change is made: a store that fails now (None) does not undo it."""
    try:
        return await work
    except StorageUnavailable:
        return None

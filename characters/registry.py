"""The registry: all that cogs, the drop-in module and the command line may call."""

import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, NamedTuple, TypeVar

from characters.assets import Assets, Saved
from characters.drafts import ChangedMeanwhile, Draft, Drafts, Unsaved, Upload, new_id
from characters.errors import CharacterError, DraftGone, StorageUnavailable, TooFast, UnknownCharacter
from characters.gallery import Gallery
from characters.importing import Importing
from characters.model import Character, Roster, clean_description, clean_name
from characters.portraits import Portraits
from characters.store import TRASH_SECONDS, CharacterStore

Fetch = Callable[[Upload], Awaitable[bytes]]
"""Is asked for the bytes of a player's upload, and may raise PortraitRefused."""

T = TypeVar("T")

CREATIONS = 10  # per user and minute, as players; the drop-in module counts none
UPLOADS = 20  # likewise

log = logging.getLogger(__name__)


class SavedDraft(NamedTuple):
    """The character, what was refused of the draft (a sentence, or empty), and whether it is the active one."""

    character: Character
    refusal: str
    active: bool


class Registry:
    """Characters of all users: one object per process (or per Redis client).

    Every method raises StorageUnavailable where the store does not answer.
    """

    def __init__(self, store: CharacterStore, assets: Assets, portraits: Portraits, roster_limit: int = 100) -> None:
        self.roster_limit = roster_limit
        self.gallery = Gallery(assets, portraits)
        self._store = store
        self._drafts = Drafts(store)
        self.importing = Importing(store, self.gallery, roster_limit, self._remove_portraits)

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

    async def create(
        self,
        user_id: int,
        name: str,
        description: str = "",
        portrait: Saved | None = None,
        image_url: str | None = None,
        char_id: str | None = None,
    ) -> Character:
        """Saves a new character and makes it active; `image_url` is recorded where there is no portrait of ours.

        Where there is a character with this id already, that one comes back as it is.

        Raises InvalidName, InvalidDescription, RosterFull.
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
        InvalidName, InvalidDescription, UnknownCharacter, CharacterChanged.
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

    async def save(self, user_id: int, draft: Draft, fetch: Fetch) -> SavedDraft:
        """Creates or edits as a player's draft says, within the limits per minute.

        `fetch` is asked for the bytes of an upload, which becomes the portrait unless it is refused.

        Raises Unsaved, with the draft and its portrait kept, where the character could not be saved.
        """
        earlier_id = draft.earlier_id
        try:
            draft = await self._completed(user_id, draft)
            draft = await self._with_upload(user_id, draft, fetch)
            saved = await self._save(user_id, draft)
        except ChangedMeanwhile as error:
            reason, draft = error, draft._replace(seen=error.current.version)
        except UnknownCharacter as error:  # deleted meanwhile: what was typed can still become a new one
            reason, draft = error, draft._replace(char_id=new_id(), seen="")
        except CharacterError as error:
            reason = error
        else:
            if earlier_id:
                await self._quietly(self._drafts.drop(user_id, earlier_id))
            return saved
        raise Unsaved(reason, draft, await self.keep_draft(user_id, draft, reason)) from reason

    async def _save(self, user_id: int, draft: Draft) -> SavedDraft:
        if draft.seen:
            character = await self.edit(user_id, draft)
            roster = await self._quietly(self.roster(user_id))
            return SavedDraft(character, draft.refusal, roster is not None and roster.active_id == draft.char_id)
        await self._store.admit(user_id, "create", CREATIONS)
        description = draft.description or ""
        character = await self.create(user_id, draft.name, description, draft.portrait, char_id=draft.char_id)
        path = draft.portrait.path if draft.portrait else character.image_path
        wanted = (clean_name(draft.name), clean_description(description), path)
        if (character.name, character.description, character.image_path) != wanted:
            # It was saved before, though the player could not be told, and what was typed has changed since.
            character = await self.edit(user_id, draft._replace(seen=character.version))
        return SavedDraft(character, draft.refusal, active=True)

    async def keep_draft(self, user_id: int, draft: Draft, reason: CharacterError | None = None) -> str:
        """Keeps what was typed for fifteen minutes, also where the store is the reason. Returns the draft's id."""
        return await self._drafts.keep(user_id, draft, down=isinstance(reason, StorageUnavailable))

    async def draft(self, user_id: int, draft_id: str) -> Draft | None:
        """None where it was never kept, or not within the last fifteen minutes, or has become a character."""
        return await self._drafts.get(user_id, draft_id)

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
        character = await self._store.restore(user_id, char_id, self.roster_limit, since=time.time() - TRASH_SECONDS)
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

    async def forget(self, user_id: int) -> None:
        """Removes all that is kept of a user: characters, trash, drafts, and the portraits' files."""
        paths = await self._shown(user_id)
        await self._store.forget(user_id)
        self._drafts.forget(user_id)
        await self._remove_portraits(user_id, paths)
        log.info("User %s is forgotten", user_id)

    async def check_store(self) -> None:
        await self._store.ping()

    async def _completed(self, user_id: int, draft: Draft) -> Draft:
        if not draft.earlier_id:
            return draft
        if earlier := await self.draft(user_id, draft.earlier_id):
            return draft.completed_by(earlier)
        return draft._replace(earlier_id="", refusal=str(DraftGone()))

    async def _with_upload(self, user_id: int, draft: Draft, fetch: Fetch) -> Draft:
        if draft.upload is None:
            return draft
        try:
            await self._store.admit(user_id, "upload", UPLOADS)
        except TooFast as error:
            return draft._replace(upload=None, refusal=str(error))
        except StorageUnavailable:
            log.info("An upload of user %s was not counted", user_id)  # its portrait can be kept all the same
        portrait, refusal = await self.gallery.keep(partial(fetch, draft.upload))
        return draft._replace(upload=None, portrait=portrait or draft.portrait, refusal=str(refusal or ""))

    async def _remove_portraits(self, user_id: int, paths: set[str | None]) -> None:
        """Removes the files, but for those that something of the user still refers to."""
        gone = self.gallery.files(paths)
        if gone and (shown := await self._quietly(self._shown(user_id))) is not None:
            await self.gallery.remove(gone - self.gallery.files(shown))

    async def _shown(self, user_id: int) -> set[str | None]:
        kept = [*(await self._store.roster(user_id)).characters, *await self._store.trash(user_id, since=0)]
        return {each.image_path for each in kept} | await self._drafts.paths(user_id)

    @staticmethod
    async def _quietly(work: Coroutine[Any, Any, T]) -> T | None:
        """For what comes after the change is made: a store that fails now does not undo it."""
        try:
            return await work
        except StorageUnavailable:
            return None

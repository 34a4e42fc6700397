"""The registry: all that cogs, the drop-in module and the command line may call."""

import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from characters.assets import Assets, Saved, is_public, thumbnail_of
from characters.errors import CharacterChanged, PortraitRefused, PortraitUnsaved, RosterFull, UnknownCharacter
from characters.model import Character, Roster, clean_description, clean_name
from characters.portraits import Portraits
from characters.store import CharacterStore

ImageSource = Callable[[], Awaitable[bytes]]

log = logging.getLogger(__name__)


class Created(NamedTuple):
    """A new character, and why its portrait was refused (None where it was not)."""

    character: Character
    refusal: PortraitRefused | None


class Registry:
    """Characters of all users: one object per process (or per Redis client), with no state of its own.

    Every method raises StorageUnavailable where the store does not answer.
    """

    def __init__(self, store: CharacterStore, assets: Assets, portraits: Portraits, roster_limit: int = 100) -> None:
        self.roster_limit = roster_limit
        self._store = store
        self._assets = assets
        self._portraits = portraits

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
        image: ImageSource | None = None,
        image_url: str | None = None,
    ) -> Created:
        """Saves a new character and makes it active.

        `image` is asked for the bytes of a portrait and may raise PortraitRefused, as the work on them
        may: the character is saved all the same, and the refusal comes back beside it. `image_url` is
        recorded where no portrait of ours could be made.

        Raises InvalidName, InvalidDescription, RosterFull.
        """
        name, description = clean_name(name), clean_description(description)
        refusal = None
        image_path = None
        if image:
            try:
                image_path, image_url = await self._save_portrait(image)
            except PortraitRefused as error:
                refusal = error
        now = time.time()
        character = Character(
            uuid.uuid4().hex,
            {
                "name": name,
                "description": description,
                "image_path": image_path,
                "image_url": image_url,
                "created_at": now,
                "last_used": now,
            },
        )
        try:
            await self._store.create(user_id, character, self.roster_limit)
        except RosterFull:
            await self._remove_portrait(image_path)
            raise
        log.info("User %s created character %s", user_id, character.char_id)
        return Created(character, refusal)

    async def set_portrait(self, user_id: int, char_id: str, image: ImageSource) -> Character:
        """Gives a character a new portrait; the old one's files go.

        Raises PortraitRefused, UnknownCharacter, CharacterChanged: then the character is as it was.
        """
        await self.get(user_id, char_id)
        saved = await self._save_portrait(image)
        replaced: list[str | None] = []

        def change(character: Character) -> Character:
            replaced.append(character.image_path)
            return character.with_fields(image_path=saved.path, image_url=saved.url)

        try:
            character = await self._store.edit(user_id, char_id, change)
        except (UnknownCharacter, CharacterChanged):
            await self._remove_portrait(saved.path)
            raise
        await self._remove_portrait(replaced[-1])
        log.info("User %s changed the portrait of character %s", user_id, char_id)
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

    async def restore(self, user_id: int, char_id: str) -> Character:
        """Brings a character back from the trash, active again unless another one was chosen since.

        Raises UnknownCharacter, RosterFull, CharacterChanged.
        """
        character = await self._store.restore(user_id, char_id, self.roster_limit)
        log.info("User %s restored character %s", user_id, char_id)
        return character

    async def erase(self, user_id: int, char_id: str) -> bool:
        """Removes a character and its portrait for good; False where there was none."""
        character = await self._store.erase(user_id, char_id)
        if character is None:
            return False
        await self._remove_portrait(character.image_path)
        log.info("User %s erased character %s", user_id, char_id)
        return True

    async def portrait(self, character: Character) -> bytes | None:
        """The portrait as it lies in the assets; None where there is none."""
        return await self._read(character.image_path)

    async def thumbnail(self, character: Character) -> bytes | None:
        """The portrait, small (256 × 256 at most) where it is one of ours."""
        return await self._read(character.image_path and thumbnail_of(character.image_path)) or await self.portrait(
            character
        )

    def public_url(self, character: Character, *, thumbnail: bool = False) -> str | None:
        """The portrait's URL where anyone can fetch it; None where there is none or only we can reach it."""
        url = character.image_url
        if url is None or not is_public(url):
            return None
        return thumbnail_of(url) if thumbnail else url

    async def check_store(self) -> None:
        await self._store.ping()

    async def check_assets(self) -> None:
        """Raises OSError where portraits can't be saved."""
        await self._assets.check_writable()

    async def _read(self, path: str | None) -> bytes | None:
        try:
            return await self._assets.read(path) if path else None
        except OSError:
            log.exception("The portrait %r could not be read", path)
            return None

    async def _save_portrait(self, image: ImageSource) -> Saved:
        portrait = await self._portraits.prepare(await image())
        try:
            return await self._assets.save(*portrait)
        except OSError:
            log.exception("A portrait could not be written to %s", self._assets.root)
            raise PortraitUnsaved from None

    async def _remove_portrait(self, path: str | None) -> None:
        if path:
            try:
                await self._assets.remove(path)
            except OSError:
                log.exception("The portrait %r could not be removed", path)

"""The registry: all that the cogs, the drop-in functions and the command line may call."""

import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from characters.admission import Admission
from characters.errors import UnknownCharacter
from characters.forgetting import Forgetting, Kept
from characters.lobby.lobbies import Lobbies
from characters.lobby.lobby import Lobby
from characters.maintenance.ownership import StoreNote
from characters.maintenance.sweep import sweep_daily
from characters.maintenance.workspace import Workspace
from characters.measures import Measures
from characters.model import Character
from characters.portrait_fields import PortraitFile
from characters.portraits.assets import Assets
from characters.portraits.renderer import Renderer
from characters.portraits.service import PortraitService
from characters.references import References
from characters.roster import Roster
from characters.saving import DraftSaver, Fetch, SavedDraft
from characters.store.block_store import BlockStore
from characters.store.characters import CharacterStore
from characters.store.drafts import Draft, DraftStore
from characters.store.foreign_store import ForeignStore
from characters.store.lobby_store import LobbyStore
from characters.store.preference_store import PreferenceStore
from characters.store.size_store import read_sizes
from characters.trash import Trash

if TYPE_CHECKING:
    from characters.transfer.exporter import Exporter
    from characters.transfer.formats.portable import ExportedFile
    from characters.transfer.importer import Importer

log = logging.getLogger(f"game_characters.{__name__}")


class Registry:
    """The characters of all users: one object for each process and client of the store.

    Its parts are `portraits`, `drafts`, `lobbies`, `preferences`, `importer`, `exporter`,
    `admission` and `measures`. Every method raises StorageUnavailable where the store does not
    answer.
    """

    def __init__(self, store: CharacterStore, assets: Assets, roster_limit: int = 100) -> None:
        self.roster_limit = roster_limit
        self._store = store
        self._foreign = ForeignStore(store)
        self._assets = assets
        self.admission = Admission(store)
        self._note = StoreNote(store.client, assets)
        self.portraits = PortraitService(assets, Renderer(), self._note.write)
        self.drafts = DraftStore(store)
        self.lobbies = Lobbies(LobbyStore(store))
        self.preferences = PreferenceStore(store)
        self._blocked = BlockStore(store.client)
        self._references = References(store, self.drafts, self.portraits, assets)
        self._trash = Trash(store, self._references, roster_limit)
        self._forgetting = Forgetting(store, self.drafts, self.lobbies, self._references)
        self._parts = (store, self.portraits, self._references, self.admission, roster_limit)
        self._saver = DraftSaver(self.drafts, *self._parts)
        counted = (store.client.measures, store.near_cache.state, self.portraits.outcomes)
        self.measures = Measures(*counted, self.admission.busy)

    # The formats of other programs take a quarter of the time of an import of this module.
    @cached_property
    def importer(self) -> "Importer":
        from characters.transfer.importer import Importer  # noqa: PLC0415 - as said

        return Importer(*self._parts, self.measures.imports)

    @cached_property
    def exporter(self) -> "Exporter":
        from characters.transfer.exporter import Exporter  # noqa: PLC0415 - as said

        return Exporter(self.portraits)

    async def roster(self, user_id: int) -> Roster:
        return await self._store.roster(user_id)

    async def dicts(self, user_id: int) -> list[dict[str, Any]]:
        """The characters of the roster as dicts (see `Character.to_dict`), in its order."""
        return await self._store.dicts(user_id)

    async def get(self, user_id: int, char_id: str) -> Character:
        """Raises UnknownCharacter."""
        if character := await self._store.get(user_id, char_id):
            return character
        raise UnknownCharacter

    async def active(self, user_id: int) -> Character | None:
        """The active character, or else the most recently used one; None without characters."""
        return await self._store.active(user_id)

    async def party(self, user_ids: Sequence[int]) -> dict[int, Character]:
        """The active character of each of these users who has one: one round trip for all."""
        found = await self._store.party(user_ids)
        return {user_id: each for user_id, each in zip(user_ids, found, strict=True) if each}

    async def create(
        self,
        user_id: int,
        name: str,
        description: str = "",
        portrait: PortraitFile | None = None,
        image_url: str | None = None,
    ) -> Character:
        """Saves a new character and makes it active.

        `image_url` is recorded where there is no portrait of ours.

        Raises InvalidName, DescriptionTooLong, DescriptionNotText, RosterFull.
        """
        character = Character.new(name, description, portrait)
        if portrait is None and image_url:
            character = character.with_fields(image_url=image_url)
        character = await self._store.create(user_id, character, self.roster_limit)
        log.info("User %s created character %s", user_id, character.char_id)
        return character

    async def save(self, user_id: int, draft: Draft, fetch: Fetch) -> SavedDraft:
        """Creates or edits a character as a player's draft says.

        `fetch` returns the bytes of an upload. Raises Unsaved, with the draft kept.
        """
        return await self._saver.save(user_id, draft, fetch)

    async def complete(
        self, user_id: int, characters: Iterable[Character]
    ) -> AsyncGenerator[Character, None]:
        """The user's characters with what other programs' files said of them, for an export.

        One after the other, as together they may take 100 MiB of memory.
        """
        for character in characters:
            yield await self._foreign.complete(user_id, character)

    async def export_user(self, user_id: int) -> AsyncGenerator["ExportedFile", None]:
        """All characters of a user, the deleted ones too: ZIP archives with their portraits.

        Each has at most 10 MiB, and `/character import` reads each of them alone.
        """
        characters = [*(await self.roster(user_id)).characters, *await self.trash(user_id)]
        async for file in self.exporter.archives(self.complete(user_id, characters)):
            yield file

    async def activate(self, user_id: int, char_id: str) -> Character:
        """Raises UnknownCharacter, CharacterChanged."""
        return await self._store.activate(user_id, char_id)

    async def star(self, user_id: int, char_id: str, *, favourite: bool) -> Character:
        """Makes the character a favourite, or no longer one; that is no use of it, and no edit.

        Raises UnknownCharacter, CharacterChanged.
        """
        change = partial(Character.with_favourite, favourite=favourite)
        return (await self._store.edit(user_id, char_id, change, told=False)).after

    async def delete(self, user_id: int, char_id: str) -> Character:
        """Moves the character to the trash, where it can be restored for seven days.

        The trash has room for 200 characters or 4 MiB; the oldest go beyond that. A character that
        is there already is returned too.

        Raises UnknownCharacter, CharacterChanged.
        """
        return await self._trash.delete(user_id, char_id)

    async def trash(self, user_id: int) -> list[Character]:
        """The characters that can be restored, the latest deleted first."""
        return await self._store.trash(user_id)

    async def restore(self, user_id: int, char_id: str) -> Character:
        """Moves a character out of the trash; it is active again unless another one is.

        An earlier version of a character that is there is given to that character instead, and
        what it was is then the earlier version.

        Raises UnknownCharacter, RosterFull, CharacterChanged.
        """
        return await self._trash.restore(user_id, char_id)

    async def undo_edit(self, user_id: int, version_id: str, seen: str) -> Character:
        """Gives a character back what it was before the edit that made it the version `seen`.

        It can be repeated without harm. Raises UnknownCharacter, EditedSince, CharacterChanged.
        """
        return await self._trash.undo_edit(user_id, version_id, seen)

    async def erase(self, user_id: int, char_id: str) -> bool:
        """Removes a character, its earlier versions and portraits for good.

        False where there was none.
        """
        return await self._trash.erase(user_id, char_id)

    async def kept(self, user_id: int) -> Kept:
        """How much is kept of a user."""
        return await self._forgetting.kept(user_id)

    async def forget(self, user_id: int) -> list[Lobby]:
        """Removes all that is kept of a user: characters, trash, drafts, seats and portraits.

        Returns the lobbies that named the user. Raises ImportRunning; NotForgotten where something
        may be left, so that it has to be repeated.
        """
        await self.importer.check_idle(user_id)
        return await self._forgetting.forget(user_id)

    def watch(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Calls the listener with the user id after each change of a user's characters here.

        Not after those of other processes or clients, nor after `star`. Returns a function that
        ends it.
        """
        self._store.listeners.append(listener)
        return partial(self._store.listeners.remove, listener)

    async def is_blocked(self, user_id: int) -> bool:
        """Whether the operator has shut the user out of the bot, at most ten seconds ago."""
        return await self._blocked.is_blocked(user_id)

    async def sweep_daily(self) -> None:
        """Removes outdated trash and unused files, once a day among all processes: call it hourly.

        Raises StorageUnavailable, OSError; OperatorError where the files are another store's.
        """
        try:
            await sweep_daily(Workspace(self._store.client, self._assets))
        finally:
            self.measures.sizes = await read_sizes(self._store.client)

    async def note_store(self) -> None:
        """Notes in the assets that this store keeps portraits there, before the first portrait.

        Logs it where another store does so too; the sweep then removes no files.
        """
        await self._note.write()

    async def check_store(self) -> None:
        await self._store.client.execute("PING")

    async def check_assets(self) -> None:
        """Raises OSError where portraits can't be saved."""
        await self.portraits.check()

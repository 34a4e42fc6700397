"""From what a player typed to a saved character; nothing that was typed is lost."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from characters.admission import LIMITS, Admission
from characters.errors import (
    CharacterError,
    CharacterTrashed,
    DescriptionFileRefused,
    DraftGone,
    PortraitRefused,
    SavingFailed,
    StillBusy,
    StorageUnavailable,
    TextFileProblem,
    TooBusy,
    TooFast,
    UnknownCharacter,
)
from characters.model import Character
from characters.names import clean_description, clean_name, folded
from characters.portraits.service import PortraitService
from characters.references import References
from characters.store.characters import CharacterStore
from characters.store.drafts import ChangedMeanwhile, Draft, DraftStore, Unsaved, Upload
from characters.store.waiting_entries import new_id
from characters.text_file import TEXT_FILE_LIMIT, read_text

Fetch = Callable[[Upload], Awaitable[bytes]]
"""Returns the bytes of a player's upload; may raise PortraitRefused."""

log = logging.getLogger(f"game_characters.{__name__}")


class SavedDraft(NamedTuple):
    """The character, what of the draft could not be kept, and whether it is the active one.

    `is_still`: its new portrait is one frame of an animation. `version_id` is that of what it was
    before, in the trash, or empty; `has_namesake` says whether another character of the user has
    the same name.
    """

    character: Character
    refusal: CharacterError | None
    active: bool
    is_still: bool = False
    version_id: str = ""
    has_namesake: bool = False


class DraftSaver:
    """Creates and edits characters as players' drafts say, within the limits per minute."""

    def __init__(
        self,
        drafts: DraftStore,
        store: CharacterStore,
        portraits: PortraitService,
        references: References,
        admission: Admission,
        roster_limit: int,
    ) -> None:
        self._drafts = drafts
        self._store = store
        self._admission = admission
        self._portraits = portraits
        self._references = references
        self._roster_limit = roster_limit

    async def save(self, user_id: int, draft: Draft, fetch: Fetch) -> SavedDraft:
        """Creates or edits a character; `fetch` returns the bytes of an upload, the new portrait.

        Raises Unsaved where that failed: the draft is kept, with the portrait made of its upload.
        """
        earlier_id, source, given = draft.earlier_id, "", draft
        refusal: CharacterError | None = None
        try:
            sent = draft
            draft, refusal = await self._completed(user_id, sent)
            source, given = self._source(user_id, draft, earlier_id), draft
            draft, refusal = await self._with_portrait(user_id, draft, fetch, refusal)
            draft = await self._with_text(user_id, draft, fetch)
            try:
                character, version_id = await self._save(user_id, draft, source)
            except DraftGone as error:  # the same form was sent before, and saved meanwhile
                draft, refusal, source = replace(sent, earlier_id=""), error, ""
                character, version_id = await self._save(user_id, draft)
        except ChangedMeanwhile as error:
            reason, draft = error, replace(draft, seen=error.current.version)
        except (UnknownCharacter, CharacterTrashed) as error:  # the text can become a new one
            reason, draft = error, replace(draft, char_id=new_id(), seen="")
        except CharacterError as error:
            reason = error
        except Exception:  # whatever it is, what was typed is kept
            log.exception("A character of user %s could not be saved", user_id)
            reason = SavingFailed()
        else:
            if earlier_id:
                with suppress(StorageUnavailable):  # the draft then ends by itself
                    await self._drafts.drop(user_id, earlier_id)
            is_still = draft.portrait is not None and draft.portrait.is_still
            saved = SavedDraft(character, refusal, not draft.seen, is_still, version_id)
            return await self._compared(user_id, saved)
        if isinstance(reason, DescriptionFileRefused):
            draft = replace(draft, text_upload=None)
        if draft.portrait and not given.portrait and not given.upload:
            # Only another part of it is shown; the form can take that back.
            await self._references.remove_unused(user_id, draft.portrait.path)
            draft = replace(draft, portrait=None)
        draft_id = await self._keep(user_id, draft, source, reason)
        raise Unsaved(reason, draft, draft_id, refusal) from reason

    async def _completed(self, user_id: int, draft: Draft) -> tuple[Draft, CharacterError | None]:
        if not draft.earlier_id:
            return draft, None
        if earlier := await self._drafts.get(user_id, draft.earlier_id):
            return draft.completed_by(earlier), None
        return replace(draft, earlier_id=""), DraftGone()

    def _source(self, user_id: int, draft: Draft, earlier_id: str) -> str:
        """The id of the draft in the store that the portrait is from; empty without one."""
        if draft.upload or not draft.portrait or self._drafts.holds(user_id, earlier_id):
            return ""
        return earlier_id

    async def _with_portrait(
        self, user_id: int, draft: Draft, fetch: Fetch, refusal: CharacterError | None
    ) -> tuple[Draft, CharacterError | None]:
        """The draft with the portrait that it asks for, or why there is none."""
        if draft.upload:
            image = partial(fetch, draft.upload)
            keep = partial(self._portraits.keep, image, focus=draft.focus)
            spoiler = draft.upload.spoiler
        elif shown := await self._to_focus(user_id, draft):
            keep = partial(self._portraits.keep_focused, shown, draft.focus)
            spoiler = shown.has_spoiler
        else:
            return draft, refusal
        draft = replace(draft, upload=None)
        try:
            await self._admission.admit(user_id, "upload")
        except TooFast as error:
            return draft, error
        except StorageUnavailable:
            log.info("An upload of user %s was not counted", user_id)
        try:
            async with self._admission.turn(user_id):
                portrait, refusal = await keep(step=self._admission.heavy_step)
        except (StillBusy, TooBusy) as error:
            return draft, error
        if portrait is None:
            return draft, refusal
        return replace(draft, portrait=portrait, spoiler=spoiler), refusal

    async def _to_focus(self, user_id: int, draft: Draft) -> Character | None:
        """The character, with the draft's portrait, whose thumbnail is to show another part."""
        if not draft.focus or not draft.seen or draft.remove_portrait:
            return None
        character = await self._store.get(user_id, draft.char_id)
        if character and draft.portrait:
            character = character.with_portrait(draft.portrait, spoiler=draft.spoiler)
        if character is None or not self._portraits.is_ours(character):
            return None
        return character if character.focus != draft.focus else None

    async def _compared(self, user_id: int, saved: SavedDraft) -> SavedDraft:
        """With what is to be said of it beside the other characters; a new one is active."""
        try:
            roster = await self._store.roster(user_id)
        except StorageUnavailable:  # it is saved all the same
            return saved
        character, name = saved.character, folded(saved.character.name)
        others = [each for each in roster.characters if each.char_id != character.char_id]
        return saved._replace(
            active=saved.active or roster.active_id == character.char_id,
            has_namesake=name in {folded(each.name) for each in others},
        )

    async def _with_text(self, user_id: int, draft: Draft, fetch: Fetch) -> Draft:
        """The draft with the text of its text upload as the description.

        Raises TooFast, and DescriptionFileRefused.
        """
        if draft.text_upload is None:
            return draft
        await self._admission.admit(user_id, "upload")
        if draft.text_upload.size > TEXT_FILE_LIMIT:
            raise DescriptionFileRefused(TextFileProblem.TOO_LARGE, TEXT_FILE_LIMIT)
        try:
            data = await fetch(draft.text_upload)
        except PortraitRefused as error:
            raise DescriptionFileRefused(TextFileProblem.NOT_RECEIVED) from error
        return replace(draft, description=read_text(data), text_upload=None)

    async def _save(self, user_id: int, draft: Draft, source: str = "") -> tuple[Character, str]:
        """The saved character, and the id of the version before; empty without one.

        Raises DraftGone where the portrait is from a draft that is gone.
        """
        save = self._edit if draft.seen else self._create
        return await save(user_id, draft, source)

    async def _create(self, user_id: int, draft: Draft, source: str) -> tuple[Character, str]:
        new = Character.new(draft.name, draft.description or "", char_id=draft.char_id)
        new = new.with_portrait(draft.portrait, spoiler=draft.spoiler)
        saved = await self._store.create(
            user_id, new, self._roster_limit, per_minute=LIMITS["create"], draft_id=source
        )
        log.info("User %s created character %s", user_id, saved.char_id)
        if draft.portrait is None:
            new = new.with_fields(image_path=saved.image_path, image_url=saved.image_url)
        if saved.version == new.version:
            return saved, ""
        # It was saved before, without an answer to the player, and the player changed the text.
        return await self._edit(user_id, replace(draft, seen=saved.version), source)

    async def _edit(self, user_id: int, draft: Draft, source: str) -> tuple[Character, str]:
        """Raises ChangedMeanwhile where the character is not what the player saw."""
        fields: dict[str, Any] = {"name": clean_name(draft.name)}
        if draft.description is not None:
            fields["description"] = clean_description(draft.description)

        def change(character: Character) -> Character:
            changed = character.with_fields(**fields)
            if draft.portrait or draft.remove_portrait:
                changed = changed.with_portrait(draft.portrait, spoiler=draft.spoiler)
            if character.version not in {draft.seen, changed.version}:
                raise ChangedMeanwhile(character)
            return changed

        edited = await self._store.edit(user_id, draft.char_id, change, draft_id=source)
        if edited.before.image_path != edited.after.image_path:
            await self._references.note_trashed(edited.before.image_path)
        await self._references.remove_unused(user_id, *(each.image_path for each in edited.removed))
        log.info("User %s edited character %s", user_id, draft.char_id)
        return edited.after, edited.version_id

    async def _keep(self, user_id: int, draft: Draft, source: str, reason: CharacterError) -> str:
        """Keeps the draft and returns its id: in this process while the store does not answer."""
        if not isinstance(reason, StorageUnavailable):
            with suppress(Exception):  # then it is kept in this process
                return await self._drafts.keep(user_id, draft, source)
        if draft.portrait:  # no sweep sees this process's drafts, but it leaves young files alone
            await self._portraits.touch(draft.portrait.path)
        return self._drafts.hold(user_id, draft)

"""From what a player typed to a saved character, within the limits per minute; nothing typed is lost on the way."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

from characters.errors import (
    CharacterError,
    DraftGone,
    StorageUnavailable,
    TooFast,
    UnknownCharacter,
)
from characters.model import Character
from characters.names import clean_description, clean_name
from characters.registry import Registry, quietly
from characters.store.drafts import ChangedMeanwhile, Draft, Unsaved, Upload, new_id

Fetch = Callable[[Upload], Awaitable[bytes]]
"""Is asked for the bytes of a player's upload, and may raise PortraitRefused."""

CREATIONS = 10  # per user and minute, as players; the drop-in module counts none
UPLOADS = 20  # likewise

log = logging.getLogger(__name__)


class SavedDraft(NamedTuple):
    """The character, what was refused of the draft (a sentence, or empty), and whether it is the active one."""

    character: Character
    refusal: str
    active: bool


async def save(registry: Registry, user_id: int, draft: Draft, fetch: Fetch) -> SavedDraft:
    """Creates or edits as a player's draft says.

    `fetch` is asked for the bytes of an upload, which becomes the portrait unless it is refused.

    Raises Unsaved, with the draft and its portrait kept, where the character could not be saved.
    """
    earlier_id = draft.earlier_id
    try:
        draft = await _completed(registry, user_id, draft)
        draft = await _with_upload(registry, user_id, draft, fetch)
        saved = await (_edit if draft.seen else _create)(registry, user_id, draft)
    except ChangedMeanwhile as error:
        reason, draft = error, draft._replace(seen=error.current.version)
    except (
        UnknownCharacter
    ) as error:  # deleted meanwhile: what was typed can still become a new one
        reason, draft = error, draft._replace(char_id=new_id(), seen="")
    except CharacterError as error:
        reason = error
    else:
        if earlier_id:
            await quietly(registry.drafts.drop(user_id, earlier_id))
        return saved
    down = isinstance(reason, StorageUnavailable)
    raise Unsaved(reason, draft, await registry.drafts.keep(user_id, draft, down=down)) from reason


async def _completed(registry: Registry, user_id: int, draft: Draft) -> Draft:
    if not draft.earlier_id:
        return draft
    if earlier := await registry.drafts.get(user_id, draft.earlier_id):
        return draft.completed_by(earlier)
    return draft._replace(earlier_id="", refusal=str(DraftGone()))


async def _with_upload(registry: Registry, user_id: int, draft: Draft, fetch: Fetch) -> Draft:
    if draft.upload is None:
        return draft
    try:
        await registry.admit(user_id, "upload", UPLOADS)
    except TooFast as error:
        return draft._replace(upload=None, refusal=str(error))
    except StorageUnavailable:
        log.info(
            "An upload of user %s was not counted", user_id
        )  # its portrait can be kept all the same
    portrait, refusal = await registry.portraits.keep(partial(fetch, draft.upload))
    return draft._replace(
        upload=None, portrait=portrait or draft.portrait, refusal=str(refusal or "")
    )


async def _edit(registry: Registry, user_id: int, draft: Draft) -> SavedDraft:
    character = await registry.edit(user_id, draft)
    roster = await quietly(registry.roster(user_id))
    return SavedDraft(
        character, draft.refusal, roster is not None and roster.active_id == draft.char_id
    )


async def _create(registry: Registry, user_id: int, draft: Draft) -> SavedDraft:
    await registry.admit(user_id, "create", CREATIONS)
    description = draft.description or ""
    character = await registry.create(
        user_id, draft.name, description, draft.portrait, char_id=draft.char_id
    )
    path = draft.portrait.path if draft.portrait else character.image_path
    wanted = (clean_name(draft.name), clean_description(description), path)
    if (character.name, character.description, character.image_path) != wanted:
        # It was saved before, though the player could not be told, and what was typed has changed since.
        character = await registry.edit(user_id, draft._replace(seen=character.version))
    return SavedDraft(character, draft.refusal, active=True)

"""What players typed and could not save yet: kept for fifteen minutes, to be gone on with."""

import json
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import NamedTuple

from characters.errors import CharacterError, StorageUnavailable
from characters.model import Character, PortraitFile
from characters.store.characters import DRAFT_SECONDS, CharacterStore

_HELD = 1000  # drafts in this process while the store is down


class Upload(NamedTuple):
    """A file that a player sent; the size (bytes) is what Discord says."""

    url: str
    size: int


class Draft(NamedTuple):
    """A new character, or changes to one.

    `seen` is the `Character.version` that the player edits, and empty for a new character, whose id is
    chosen here so that saving twice makes one. A description of None leaves the one there is; so does
    no portrait, unless it is to be removed. An upload becomes the portrait when the draft is saved, or
    `refusal` says why not. What a form could not hold is in the draft with `earlier_id`. An pending_action is for
    whoever opened the form: what is to be done when the character is saved.
    """

    char_id: str
    seen: str = ""
    name: str = ""
    description: str | None = None
    portrait: PortraitFile | None = None
    remove_portrait: bool = False
    upload: Upload | None = None
    refusal: str = ""
    earlier_id: str = ""
    pending_action: str = ""

    def completed_by(self, earlier: "Draft") -> "Draft":
        """What this one leaves out, as it was in an earlier one."""
        keep_picture = not self.remove_portrait
        return self._replace(
            description=earlier.description if self.description is None else self.description,
            portrait=self.portrait or (earlier.portrait if keep_picture else None),
            upload=self.upload or (earlier.upload if keep_picture else None),
            refusal=self.refusal or earlier.refusal,
            earlier_id="",
        )


class ChangedMeanwhile(CharacterError):
    """Somebody else's change came first; `current` is what the character is now."""

    def __init__(self, current: Character) -> None:
        super().__init__(
            "This character changed while you were editing, so your changes are not saved yet."
        )
        self.current = current


class Unsaved(CharacterError):
    """A draft that could not be saved, for this reason; it is kept under its id."""

    def __init__(self, reason: CharacterError, draft: Draft, draft_id: str) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.draft = draft
        self.draft_id = draft_id


def new_id() -> str:
    """Twelve hexadecimal characters, later ones greater than earlier ones."""
    return f"{int(time.time()):08x}{secrets.token_hex(2)}"


class Drafts:
    """Keeps drafts in the store, or in this process while the store is down.

    No sweep sees what a process holds: `touch` makes its portraits young, so that they are left alone for an hour.
    """

    def __init__(
        self, store: CharacterStore, touch: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        self._store = store
        self._touch = touch
        self._held: dict[tuple[int, str], str] = {}

    async def keep(self, user_id: int, draft: Draft, *, down: bool = False) -> str:
        """Returns the draft's id; `down` spares asking a store that just failed."""
        draft_id, data = new_id(), json.dumps([time.time(), draft])
        if not down:
            try:
                await self._store.keep_draft(user_id, draft_id, data)
            except StorageUnavailable:
                down = True
        if down:
            if len(self._held) >= _HELD:
                self._held.pop(next(iter(self._held)))
            self._held[user_id, draft_id] = data
            if draft.portrait and self._touch:
                with suppress(OSError):  # then it is as old as it is
                    await self._touch(draft.portrait.path)
        return draft_id

    async def get(self, user_id: int, draft_id: str) -> Draft | None:
        """The draft, completed by the ones before it; None where there is none of the last fifteen minutes."""
        data = self._held.get((user_id, draft_id)) or await self._store.draft(user_id, draft_id)
        kept_at, draft = _read(data or "[0, []]")
        if draft is None or kept_at < time.time() - DRAFT_SECONDS:
            return None
        if draft.earlier_id and (earlier := await self.get(user_id, draft.earlier_id)):
            return draft.completed_by(earlier)
        return draft

    async def drop(self, user_id: int, draft_id: str) -> None:
        """Forgets a draft that became a character."""
        self._held.pop((user_id, draft_id), None)
        await self._store.drop_draft(user_id, draft_id)

    async def paths(self, user_id: int) -> set[str]:
        """The portraits in the user's drafts."""
        held = [data for key, data in self._held.items() if key[0] == user_id]
        return _paths([*held, *await self._store.drafts(user_id)])

    def forget(self, user_id: int) -> None:
        """Forgets what this process holds of the user."""
        self._held = {key: data for key, data in self._held.items() if key[0] != user_id}


def _read(data: bytes | str) -> tuple[float, Draft | None]:
    """When the draft was kept (seconds since the epoch), and the draft; None where another release wrote it."""
    try:
        kept_at, fields = json.loads(data)
        draft = Draft(*fields)
        portrait = draft.portrait and PortraitFile(*draft.portrait)
        return kept_at, draft._replace(
            portrait=portrait, upload=draft.upload and Upload(*draft.upload)
        )
    except (ValueError, TypeError):
        return 0, None


def _paths(kept: Iterable[bytes | str]) -> set[str]:
    drafts = [_read(data)[1] for data in kept]
    return {draft.portrait.path for draft in drafts if draft and draft.portrait}


def portrait_in(kept: bytes) -> PortraitFile | None:
    """The portrait of a draft as the store keeps it; None where it has none, or another release wrote it."""
    draft = _read(kept)[1]
    return draft and draft.portrait


def with_portrait(kept: bytes, change: Callable[[PortraitFile], PortraitFile]) -> bytes:
    """A draft as the store keeps it, with another portrait in the place of the one it has."""
    kept_at, draft = _read(kept)
    if draft is None or draft.portrait is None:
        return kept
    return json.dumps([kept_at, draft._replace(portrait=change(draft.portrait))]).encode()

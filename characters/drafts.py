"""What players typed and could not save yet: kept for fifteen minutes, to be gone on with."""

import json
import secrets
import time
from collections.abc import Iterable
from typing import NamedTuple

from characters.assets import Saved
from characters.errors import CharacterError, StorageUnavailable
from characters.store import DRAFT_SECONDS, CharacterStore

_HELD = 1000  # drafts in this process while the store is down


class Draft(NamedTuple):
    """A new character, or changes to one.

    `char_id` is None for a new one. `seen` is the `Character.version` that the player edits. A
    description of None leaves the one there is; so does no portrait, unless it is to be removed.
    `refusal` says why there is no portrait, where one was sent.
    """

    char_id: str | None = None
    seen: str = ""
    name: str = ""
    description: str | None = ""
    portrait: Saved | None = None
    remove_portrait: bool = False
    refusal: str = ""

    def completed_by(self, earlier: "Draft") -> "Draft":
        """What this one leaves out, as it was in an earlier one."""
        return self._replace(
            description=earlier.description if self.description is None else self.description,
            portrait=self.portrait or (None if self.remove_portrait else earlier.portrait),
            refusal=self.refusal or earlier.refusal,
        )


class Unsaved(CharacterError):
    """A draft that could not be saved, for this reason; it is kept under its id."""

    def __init__(self, reason: CharacterError, draft: Draft, draft_id: str) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.draft = draft
        self.draft_id = draft_id


def new_id() -> str:
    """Twelve characters that nobody guesses."""
    return secrets.token_hex(6)


class Drafts:
    """Keeps drafts in the store, or in this process while the store is down."""

    def __init__(self, store: CharacterStore) -> None:
        self._store = store
        self._held: dict[tuple[int, str], str] = {}

    async def keep(self, user_id: int, draft: Draft, draft_id: str, *, down: bool = False) -> None:
        """Keeps the draft under an id of `new_id`; `down` spares asking a store that just failed."""
        data = json.dumps([time.time(), draft])
        if not down:
            try:
                await self._store.keep_draft(user_id, draft_id, data)
            except StorageUnavailable:
                down = True
        if down:
            if len(self._held) >= _HELD:
                self._held.pop(next(iter(self._held)))
            self._held[user_id, draft_id] = data

    async def get(self, user_id: int, draft_id: str) -> Draft | None:
        """None where there is none, or it is older than fifteen minutes."""
        data = self._held.get((user_id, draft_id)) or await self._store.draft(user_id, draft_id)
        if data is None:
            return None
        kept_at, draft = _read(data)
        return draft if kept_at >= time.time() - DRAFT_SECONDS else None

    def forget(self, user_id: int, kept: Iterable[bytes]) -> set[str]:
        """Forgets what this process holds of the user; the paths of the portraits in it, and in what was `kept`."""
        held = [data for key, data in self._held.items() if key[0] == user_id]
        self._held = {key: data for key, data in self._held.items() if key[0] != user_id}
        drafts = [_read(data)[1] for data in (*kept, *held)]
        return {draft.portrait.path for draft in drafts if draft.portrait}


def _read(data: bytes | str) -> tuple[float, Draft]:
    """When the draft was kept (seconds since the epoch), and the draft."""
    kept_at, fields = json.loads(data)
    draft = Draft(*fields)
    return kept_at, draft._replace(portrait=draft.portrait and Saved(*draft.portrait))

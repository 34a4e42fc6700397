"""What players typed and could not save yet: kept for fifteen minutes, to continue with it."""

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from characters.errors import CharacterError
from characters.json_data import to_json
from characters.model import Character
from characters.names import RAW_DESCRIPTION_LIMIT, RAW_NAME_LIMIT
from characters.portrait_fields import PortraitFile
from characters.store.characters import CharacterStore
from characters.store.held_drafts import HeldDrafts
from characters.store.waiting_entries import DRAFT_SECONDS, keep_entry, kept_at, new_id

URL_LIMIT = 2048  # letters of a link to an upload


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a player sent, perhaps as a spoiler; `size` (bytes) is what Discord says."""

    url: str
    size: int
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A new character, or changes to one.

    `seen` is the `Character.version` that the player edits, and empty for a new character, whose id
    is chosen here so that saving twice makes one. A description of None leaves the present one; no
    portrait leaves the present one too, unless `remove_portrait`. When the draft is saved, an
    upload becomes the portrait, and a text upload the description; `spoiler` says that the portrait
    was sent as one. `focus` is the part of the portrait that its thumbnail is to show: one of
    FOCUSES, or empty to leave it as it is. What a form could not hold is in the draft with
    `earlier_id`. `pending_action` is what the form is to do once the character is saved.
    """

    char_id: str
    seen: str = ""
    name: str = ""
    description: str | None = None
    portrait: PortraitFile | None = None
    spoiler: bool = False
    remove_portrait: bool = False
    focus: str = ""
    upload: Upload | None = None
    text_upload: Upload | None = None
    earlier_id: str = ""
    pending_action: str = ""

    def completed_by(self, earlier: "Draft") -> "Draft":
        """This draft, with what it leaves open as it was in an earlier one.

        The form shows which part of the portrait was chosen, so its own choice holds.
        """
        description, text_upload = self.description, self.text_upload
        if description is None and text_upload is None:
            description, text_upload = earlier.description, earlier.text_upload
        if self.remove_portrait:
            return replace(self, description=description, text_upload=text_upload, earlier_id="")
        return replace(
            self,
            description=description,
            text_upload=text_upload,
            portrait=self.portrait or earlier.portrait,
            spoiler=self.spoiler if self.portrait else earlier.spoiler,
            upload=self.upload or earlier.upload,
            earlier_id="",
        )

    def to_json(self) -> str:
        """Texts that are far longer than what can be saved are cut."""
        description = self.description and self.description[:RAW_DESCRIPTION_LIMIT]
        name = self.name[:RAW_NAME_LIMIT]
        bounded = replace(
            self,
            name=name,
            description=description,
            upload=_bounded(self.upload),
            text_upload=_bounded(self.text_upload),
        )
        return to_json(asdict(bounded))

    @classmethod
    def from_json(cls, data: bytes | str) -> "Draft | None":
        """None where another release wrote the data."""
        try:
            fields: dict[str, Any] = json.loads(data)
            if fields["portrait"]:
                fields["portrait"] = PortraitFile(**fields["portrait"])
            for kind in ("upload", "text_upload"):
                if fields[kind]:
                    fields[kind] = Upload(**fields[kind])
            return cls(**fields)
        except (ValueError, TypeError, KeyError):
            return None


class ChangedMeanwhile(CharacterError):
    """Another change came first; `current` is what the character is now."""

    message = "The character was changed while its player edited it."

    def __init__(self, current: Character) -> None:
        super().__init__()
        self.current = current


class Unsaved(CharacterError):
    """A draft could not be saved, for this reason; it is kept under its id.

    `refusal` says what of the draft could not be kept: its upload, or an earlier draft.
    """

    def __init__(
        self,
        reason: CharacterError,
        draft: Draft,
        draft_id: str,
        refusal: CharacterError | None = None,
    ) -> None:
        super().__init__(f"The draft is not saved: {reason}")
        self.reason = reason
        self.draft = draft
        self.draft_id = draft_id
        self.refusal = refusal


class DraftStore:
    """Keeps drafts in the store, or in this process while the store does not answer."""

    def __init__(self, store: CharacterStore) -> None:
        self._store = store
        self._client = store.client
        self._held = HeldDrafts(store)

    async def keep(self, user_id: int, draft: Draft, source: str = "") -> str:
        """Returns the draft's id. Raises StorageUnavailable.

        `source` is the id of the draft that the portrait is from: without it, the portrait is gone.
        """
        draft_id = new_id()
        kept = (self._client, self._store.keys(user_id).drafts, draft_id)
        if not await keep_entry(*kept, draft.to_json(), DRAFT_SECONDS, source):
            await keep_entry(*kept, replace(draft, portrait=None).to_json(), DRAFT_SECONDS)
        return draft_id

    def hold(self, user_id: int, draft: Draft) -> str:
        """Keeps a draft in this process until the store answers. Returns its id."""
        return self._held.add(user_id, draft.to_json())

    async def hand_over(self) -> None:
        """Gives the store what this process holds, so that other processes find it."""
        await self._held.hand_over()

    async def get(self, user_id: int, draft_id: str) -> Draft | None:
        """The draft, completed by the ones before it; None after fifteen minutes."""
        data = self._held.get(user_id, draft_id)
        if data is None:
            key = self._store.keys(user_id).drafts
            data = await self._client.execute("HGET", key, draft_id)
        draft = Draft.from_json(data) if data else None
        if draft is None or kept_at(draft_id) < time.time() - DRAFT_SECONDS:
            return None
        if draft.earlier_id and (earlier := await self.get(user_id, draft.earlier_id)):
            return draft.completed_by(earlier)
        return draft

    async def drop(self, user_id: int, draft_id: str) -> None:
        """Removes a draft that became a character."""
        self._held.drop(user_id, draft_id)
        await self._client.execute("HDEL", self._store.keys(user_id).drafts, draft_id)

    def portraits(self, user_id: int, kept: Iterable[bytes]) -> set[str]:
        """The paths of the portraits in these drafts of the user, and in those of this process."""
        return _portraits([*self._held.of(user_id), *kept])

    def holds(self, user_id: int, draft_id: str) -> bool:
        """Whether the draft is in this process."""
        return self._held.get(user_id, draft_id) is not None

    def count_held(self, user_id: int) -> int:
        """How many drafts of the user this process holds."""
        return len(self._held.of(user_id))

    def forget(self, user_id: int) -> None:
        """Removes what this process holds of the user."""
        self._held.forget(user_id)


def _bounded(upload: Upload | None) -> Upload | None:
    return upload and replace(upload, url=upload.url[:URL_LIMIT])


def _portraits(kept: Iterable[bytes | str]) -> set[str]:
    drafts = [Draft.from_json(data) for data in kept]
    return {draft.portrait.path for draft in drafts if draft and draft.portrait}

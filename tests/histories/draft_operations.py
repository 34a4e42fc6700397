"""Drafts that are saved: new characters, edits, and drafts that could not be saved before."""

from dataclasses import dataclass, replace
from typing import Any

from characters.errors import CharacterError, DraftGone
from characters.saving import SavedDraft
from characters.store.drafts import ChangedMeanwhile, Draft, Unsaved, Upload
from tests.histories import model
from tests.histories.client import CONTENTION, GONE, Client, content_of
from tests.histories.model import Content
from tests.histories.steps import Step, of_user


@dataclass(frozen=True, slots=True)
class Saved:
    """What a client was told: the content or why it was not saved, and what it may know more."""

    told: Any
    draft_id: str = ""
    active: bool = False
    draft_gone: bool = False
    version_id: str = ""


async def save_new(client: Client) -> None:
    """A new character; or one again that perhaps another client has saved."""
    user_id, (name, description), portrait = client.user_id(), client.texts(), client.portrait()
    char_id = client.shared.hex_id()
    draft = Draft(char_id, name=name, description=description, portrait=portrait)
    if client.shared.new_drafts and client.chance.random() < 0.4:
        user_id, draft = client.chance.choice(client.shared.new_drafts)
    elif portrait is None:
        client.shared.new_drafts.append((user_id, draft))
    saved = await _saved(client, user_id, draft)
    content = Content(draft.name, draft.description or "", draft.portrait and draft.portrait.path)
    _note(client, user_id, _new(saved, user_id, draft, content), saved)


async def edit(client: Client) -> None:
    """An edit of a character as somebody saw it."""
    if not client.shared.seen:
        return
    user_id, char_id = client.chance.choice([*client.shared.seen])
    seen, (name, description) = client.shared.seen[user_id, char_id], client.texts()
    portrait = client.portrait()
    removes = portrait is None and client.chance.random() < 0.5
    draft = Draft(char_id, seen.version, name, description, portrait, remove_portrait=removes)
    saved = await _saved(client, user_id, draft)
    _note(client, user_id, _edited(saved, user_id, draft, content_of(seen)), saved)


async def save_again(client: Client) -> None:
    """A draft that could not be saved before, whose portrait only the kept draft names."""
    if not client.shared.unsaved:
        return
    user_id, earlier = client.chance.choice(client.shared.unsaved)
    draft = replace(earlier.draft, portrait=None, earlier_id=earlier.draft_id)
    saved = await _saved(client, user_id, draft)
    steps = [of_user(not saved.draft_gone, model.has_draft, user_id, earlier.draft_id)]
    if not saved.draft_gone:
        draft = earlier.draft
    if draft.seen:
        steps += _edited(saved, user_id, draft, client.shared.versions[draft.seen])
    else:
        path = draft.portrait and draft.portrait.path
        content = Content(draft.name, draft.description or "", path)
        steps += _new(saved, user_id, draft, content)
    if not saved.draft_id:
        steps.append(of_user(None, model.drop_draft, user_id, earlier.draft_id))
    _note(client, user_id, steps, saved)


async def _saved(client: Client, user_id: int, draft: Draft) -> Saved:
    client.shared.places.setdefault((user_id, draft.char_id), GONE)

    def read(result: SavedDraft | Unsaved) -> Saved:
        gone = isinstance(result.refusal, DraftGone)
        if isinstance(result, SavedDraft):
            client.saw(user_id, result.character)
            if result.version_id:
                edited = (user_id, result.version_id, result.character.version)
                client.shared.edited.append(edited)
            told = content_of(result.character)
            return Saved(told, "", result.active, gone, result.version_id)
        client.shared.unsaved.append((user_id, result))
        if isinstance(result.reason, ChangedMeanwhile):
            client.saw(user_id, result.reason.current)
        return Saved(_told(result.reason), result.draft_id, draft_gone=gone)

    return await client.ask(
        f"save {user_id} {draft}", client.registry.save(user_id, draft, _fetch), read
    )


def _new(saved: Saved, user_id: int, draft: Draft, content: Content) -> list[Step]:
    if saved.told == "UnknownCharacter":  # it was there, and went while it was to be replaced
        return [of_user(each, model.has, user_id, draft.char_id) for each in (True, False)]
    more = {"removes": draft.remove_portrait, "version_id": saved.version_id}
    return [of_user(saved.told, model.save_new, user_id, draft.char_id, content, **more)]


def _edited(saved: Saved, user_id: int, draft: Draft, seen: Content) -> list[Step]:
    fields: dict[str, Any] = {"name": draft.name, "description": draft.description}
    if draft.portrait or draft.remove_portrait:
        fields["path"] = draft.portrait and draft.portrait.path
    what = (user_id, draft.char_id, seen, saved.version_id)
    steps = [of_user(saved.told, model.edit, *what, **fields)]
    if not saved.draft_id:
        steps.append(of_user(saved.active, model.is_active, user_id, draft.char_id))
    return steps


def _note(client: Client, user_id: int, steps: list[Step], saved: Saved) -> None:
    if saved.told in CONTENTION:
        steps = []
    if saved.draft_id:
        steps = [*steps, of_user(None, model.keep_draft, user_id, saved.draft_id)]
    client.note(steps)


def _told(reason: CharacterError) -> Any:
    if isinstance(reason, ChangedMeanwhile):
        return "changed", content_of(reason.current)
    return type(reason).__name__


async def _fetch(upload: Upload) -> bytes:
    raise AssertionError(f"no draft has an upload such as {upload}")

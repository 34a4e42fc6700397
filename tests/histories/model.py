"""What the operations promise, on plain values: one user's characters, trash and drafts.

An operation returns what may happen: pairs of an answer and of what is then there. An answer is a
value, or the name of an error.
"""

from collections.abc import Hashable
from typing import Any, NamedTuple, TypeVar

LIMIT = 3  # characters in a roster

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)


class Table(dict[K, V]):
    """A dict that is not changed, so that it has a hash."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def plus(self, key: K, value: V) -> "Table[K, V]":
        return Table({**self, key: value})

    def minus(self, key: K) -> "Table[K, V]":
        return Table({each: value for each, value in self.items() if each != key})


class Content(NamedTuple):
    """What a character is; its times are not in the model."""

    name: str
    description: str
    path: str | None


class Trashed(NamedTuple):
    content: Content
    was_active: bool


class Version(NamedTuple):
    """What the character with this id was before an edit, or before that was undone."""

    char_id: str
    content: Content


class User(NamedTuple):
    roster: Table[str, Content] = Table()
    trash: Table[str, Trashed] = Table()
    versions: Table[str, Version] = Table()  # without those that imports made
    mark: str | None = None  # None also where the store's mark names no character of the roster
    drafts: frozenset[str] = frozenset()

    def marked_or(self, char_id: str | None) -> str | None:
        """The mark; without one, the given character if it is there."""
        return self.mark or (char_id if char_id in self.roster else None)

    @property
    def may_be_active(self) -> tuple[str | None, ...]:
        """Without a mark it is the most recently used character: any, as there are no times."""
        return (self.mark,) if self.mark else tuple(self.roster) or (None,)


Outcomes = list[tuple[Any, User]]


def create(user: User, char_id: str, content: Content, active_id: str | None = None) -> Outcomes:
    """With `active_id`, that becomes active, and only where none is."""
    if now := user.roster.get(char_id):
        exists = ("exists", now)
        return [(exists, user), (content, user)] if now == content else [(exists, user)]
    if char_id in user.trash:
        return [("CharacterTrashed", user)]
    if len(user.roster) >= LIMIT:
        return [("RosterFull", user)]
    added = user._replace(roster=user.roster.plus(char_id, content))
    mark = added.marked_or(active_id) if active_id else char_id
    return [(content, added._replace(mark=mark))]


def save_new(
    user: User, char_id: str, content: Content, *, removes: bool, version_id: str
) -> Outcomes:
    """Saved again, it replaces the texts that were saved, unless they change at the same time.

    Without a portrait it leaves the present one, unless it `removes` that.
    """
    if (now := user.roster.get(char_id)) is None:
        return [] if version_id else create(user, char_id, content)
    path = content.path or now.path
    if now == content._replace(path=path):
        return [] if version_id else [(now, user)]
    content = content._replace(path=content.path if removes else path)
    saved = _changed(user, char_id, content, version_id)
    return [*saved, (("changed", now), user)]


def edit(user: User, char_id: str, seen: Content, version_id: str, **fields: Any) -> Outcomes:
    """What it was is in the trash with that id; without a change there is none."""
    now = user.roster.get(char_id)
    if now is None:
        return [("UnknownCharacter", user)]
    changed = now._replace(**fields)
    if now not in {seen, changed}:
        return [(("changed", now), user)]
    return _changed(user, char_id, changed, version_id)


def bring_back(user: User, version_id: str) -> Outcomes:
    """Without its character it becomes one of its own, which is then restored as others are."""
    if version_id not in user.versions:
        return restore(user, version_id)
    char_id, content = user.versions[version_id]
    if char_id in user.roster:
        return [(content, _exchanged(user, version_id))]
    if len(user.roster) >= LIMIT:
        return [("RosterFull", user)]
    after = user._replace(
        roster=user.roster.plus(version_id, content), versions=user.versions.minus(version_id)
    )
    return [(content, after)]


def undo_edit(user: User, version_id: str, seen: Content) -> Outcomes:
    """What was undone already is answered as it is."""
    if version_id not in user.versions or user.versions[version_id].char_id not in user.roster:
        return [("UnknownCharacter", user)]
    char_id, content = user.versions[version_id]
    now = user.roster[char_id]
    if now == seen:
        return [(content, _exchanged(user, version_id))]
    return [(now, user)] if content == seen else [("EditedSince", user)]


def update(user: User, char_id: str, planned: Content, content: Content) -> Outcomes:
    """The update of an import; the same update again is answered as it is."""
    now = user.roster.get(char_id)
    if now is None:
        return [("UnknownCharacter", user)]
    updated = (content, user._replace(roster=user.roster.plus(char_id, content)))
    changed = [] if now == planned else [("CharacterChanged", user)]
    return [updated, *changed] if now in {planned, content} else changed


def activate(user: User, char_id: str) -> Outcomes:
    if char_id not in user.roster:
        return [("UnknownCharacter", user)]
    return [(user.roster[char_id], user._replace(mark=char_id))]


def set_active(user: User, char_id: str) -> Outcomes:
    """The drop-in's activation, which answers nothing."""
    return [(None, after) for _, after in activate(user, char_id)]


def delete(user: User, char_id: str) -> Outcomes:
    """What is in the trash already is answered as it is."""
    if char_id in user.trash:
        return [(user.trash[char_id].content, user)]
    if char_id not in user.roster:
        return [("UnknownCharacter", user)]
    content = user.roster[char_id]
    trash = user.trash.plus(char_id, Trashed(content, user.mark == char_id))
    return [(content, _removed(user, char_id)._replace(trash=trash))]


def restore(user: User, char_id: str) -> Outcomes:
    """What was restored already is answered as it is."""
    if char_id in user.roster:
        return [(user.roster[char_id], user)]
    if char_id not in user.trash:
        return [("UnknownCharacter", user)]
    if len(user.roster) >= LIMIT:
        return [("RosterFull", user)]
    content, was_active = user.trash[char_id]
    roster = user.roster.plus(char_id, content)
    after = user._replace(roster=roster, trash=user.trash.minus(char_id))
    return [(content, after._replace(mark=after.marked_or(char_id) if was_active else user.mark))]


def erase(user: User, char_id: str) -> Outcomes:
    """A character in the trash stays there."""
    if char_id not in user.roster:
        return [(False, user)]
    others = {key: each for key, each in user.versions.items() if each.char_id != char_id}
    return [(True, _removed(user, char_id)._replace(versions=Table(others)))]


def forget(user: User) -> Outcomes:
    assert user is not None
    return [(None, User())]


def get(user: User, char_id: str) -> Outcomes:
    return [(user.roster.get(char_id), user)]


def has(user: User, char_id: str) -> Outcomes:
    return [(char_id in user.roster, user)]


def active(user: User) -> Outcomes:
    ids = user.may_be_active
    return [(char_id and (char_id, user.roster[char_id]), user) for char_id in ids]


def roster(user: User) -> Outcomes:
    return [((user.roster, active_id), user) for active_id in user.may_be_active]


def listed(user: User) -> Outcomes:
    return [(user.roster, user)]


def trash(user: User) -> Outcomes:
    return [(Table({char_id: each.content for char_id, each in user.trash.items()}), user)]


def is_active(user: User, char_id: str) -> Outcomes:
    return [(each == char_id, user) for each in user.may_be_active]


def keep_draft(user: User, draft_id: str) -> Outcomes:
    return [(None, user._replace(drafts=user.drafts | {draft_id}))]


def drop_draft(user: User, draft_id: str) -> Outcomes:
    return [(None, user._replace(drafts=user.drafts - {draft_id}))]


def has_draft(user: User, draft_id: str) -> Outcomes:
    return [(draft_id in user.drafts, user)]


def _changed(user: User, char_id: str, content: Content, version_id: str) -> Outcomes:
    now = user.roster[char_id]
    if (now != content) != bool(version_id):
        return []
    after = user._replace(roster=user.roster.plus(char_id, content))
    if version_id:
        after = after._replace(versions=user.versions.plus(version_id, Version(char_id, now)))
    return [(content, after)]


def _exchanged(user: User, version_id: str) -> User:
    char_id, content = user.versions[version_id]
    former = Version(char_id, user.roster[char_id])
    return user._replace(
        roster=user.roster.plus(char_id, content), versions=user.versions.plus(version_id, former)
    )


def _removed(user: User, char_id: str) -> User:
    mark = None if user.mark == char_id else user.mark
    return user._replace(roster=user.roster.minus(char_id), mark=mark)

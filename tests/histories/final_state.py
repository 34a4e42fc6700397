"""What a history left behind: checked by itself, and as the last step of the history."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from characters.lobby.lobby import Lobby
from characters.model import Character
from characters.portraits.assets import stem_of
from characters.portraits.folder import FolderAssets
from characters.store.client import StoreClient
from characters.store.drafts import Draft
from characters.store.keys import lobby_key, user_keys
from characters.store.user_records import UserRecords, user_records
from characters.versions import ReplacedBy
from tests.histories.client import USERS, content_of
from tests.histories.lobby_operations import LOBBY, lobby_of
from tests.histories.model import LIMIT, Table, Trashed, User, Version
from tests.histories.steps import Event, State, Step
from tests.stored import all_stored


@dataclass(frozen=True, slots=True)
class FinalState:
    users: list[UserRecords]
    lobby: dict[bytes, bytes]
    noted: set[int]  # users for whom it is noted that the lobby may name them
    files: set[str]  # names of portraits and thumbnails

    def complaints(self) -> list[str]:
        """What may never be, in whatever order the operations came."""
        found = [each for user in self.users for each in _of_user(user)]
        for user in self.users:
            found += [f"no file: {path} of {user.user_id}" for path in self._missing(user)]
        seats = [field for field in self.lobby if field.startswith(b"seat:")]
        if self.lobby and int(self.lobby[b"taken"]) != len(seats):
            found.append(f"taken: {self.lobby}")
        if unnoted := self._named_by_the_lobby() - self.noted:
            found.append(f"forgetting these does not find the lobby: {unnoted}")
        return found

    def unnamed(self) -> list[str]:
        """The files that neither a record nor a draft names; none after a sweep."""
        named = {stem_of(path) for user in self.users for path in _paths(user)}
        return [f"not swept: {name}" for name in self.files if stem_of(name) not in named]

    def event(self) -> Event:
        """The last one, which sees all that is there."""
        state = State(
            Table({user.user_id: _user(user) for user in self.users}),
            lobby_of(Lobby.read(LOBBY, self.lobby)) if self.lobby else None,
        )

        def outcomes(reached: State) -> list[tuple[Any, State]]:
            users = Table({user_id: reached.user(user_id) for user_id in USERS})
            return [(State(users, reached.lobby), reached)]

        return Event(-1, "read all", 10**9, 10**9, state, [[Step(state, outcomes)]])

    def _named_by_the_lobby(self) -> set[int | None]:
        if not self.lobby:
            return set()
        lobby = Lobby.read(LOBBY, self.lobby)
        others = {lobby.host_id, lobby.former_host_id, lobby.closed_by} - {None}
        return {*others, *lobby.user_ids, *lobby.removed_ids}

    def _missing(self, user: UserRecords) -> list[str]:
        return [path for path in _paths(user) if Path(path).name not in self.files]


async def read_final_state(redis: Redis, assets: FolderAssets) -> FinalState:
    client = StoreClient(redis)
    users = [await user_records(client, user_id) for user_id in USERS]
    lobby = await client.execute("HGETALL", lobby_key(LOBBY))
    noted: set[int] = set()
    for user_id in USERS:
        key = user_keys(user_id, cluster=False).lobbies
        if await client.execute("ZSCORE", key, LOBBY) is not None:
            noted.add(user_id)
    return FinalState(
        users, lobby, noted, {Path(each.path).name for each in await all_stored(assets)}
    )


def _of_user(user: UserRecords) -> Iterator[str]:
    twice = user.characters.keys() & user.trash.keys()
    if twice:
        yield f"in roster and trash: {twice}"
    if user.active is not None and user.active not in user.characters:
        yield f"the mark names no character: {user.active!r}"
    if len(user.characters) > LIMIT:
        yield f"{len(user.characters)} characters"
    if lost := user.foreign.keys() - user.characters.keys() - user.trash.keys():
        yield f"foreign data of no character: {lost}"


def _paths(user: UserRecords) -> Iterator[str]:
    for _, char_id, record in user.records():
        if path := Character.from_json(char_id.decode(), record).image_path:
            yield path
    for data in user.drafts.values():
        if (draft := Draft.from_json(data)) and draft.portrait:
            yield draft.portrait.path


def _user(user: UserRecords) -> User:
    """As the model has it."""
    characters = [Character.from_json(key.decode(), data) for key, data in user.characters.items()]
    trash = [Character.from_json(key.decode(), data) for key, data in user.trash.items()]
    # The model has not those that imports made, whose ids no client knows.
    versions = [each for each in trash if each.replaced_by in {ReplacedBy.EDIT, ReplacedBy.UNDO}]
    trash = [each for each in trash if not each.is_earlier_version]
    return User(
        Table({each.char_id: content_of(each) for each in characters}),
        Table({each.char_id: Trashed(content_of(each), each.was_active) for each in trash}),
        Table({each.char_id: Version(each.version_of, content_of(each)) for each in versions}),
        user.active.decode() if user.active in user.characters and user.active else None,
        frozenset(draft_id.decode() for draft_id in user.drafts),
    )

"""Steps: the atomic parts of what a client did, and whether they can happen in a given state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

from tests.histories.lobby_model import Lobby, Party, plays, start
from tests.histories.model import Content, Table, User


class State(NamedTuple):
    users: Table[int, User] = Table()
    lobby: Lobby | None = None

    def user(self, user_id: int) -> User:
        return self.users.get(user_id, User())


@dataclass(frozen=True, slots=True)
class Step:
    """`outcomes` returns what may happen in a state; `answer` is what the client was told."""

    answer: Any
    outcomes: Callable[[State], Sequence[tuple[Any, State]]]

    def after(self, state: State) -> list[State]:
        """The states that may follow; none where the answer is wrong in this state."""
        return [then for answer, then in self.outcomes(state) if answer == self.answer]


@dataclass(slots=True)
class Event:
    """An operation of a client: when it began and ended, and chains of steps between these times.

    The steps of a chain follow one another; the chains are independent of one another.
    """

    client: int
    text: str
    began: int
    ended: int = 0
    answer: Any = None
    chains: list[list[Step]] = field(default_factory=list[list[Step]])

    def __str__(self) -> str:
        return f"  {self.began}–{self.ended} client {self.client}: {self.text} → {self.answer}"


def of_user(
    answer: Any, operation: Callable[..., Any], user_id: int, *args: Any, **kw: Any
) -> Step:
    def outcomes(state: State) -> list[tuple[Any, State]]:
        found = operation(state.user(user_id), *args, **kw)
        users = state.users
        return [(told, state._replace(users=users.plus(user_id, user))) for told, user in found]

    return Step(answer, outcomes)


def of_lobby(answer: Any, operation: Callable[..., Any], *args: Any, **kw: Any) -> Step:
    def outcomes(state: State) -> list[tuple[Any, State]]:
        found = operation(state.lobby, *args, **kw)
        return [(told, state._replace(lobby=lobby)) for told, lobby in found]

    return Step(answer, outcomes)


def party_read(party: Party) -> Step:
    """The start of a lobby reads the characters of its players, who stay the same until it ends."""

    def outcomes(state: State) -> list[tuple[Any, State]]:
        lobby = state.lobby
        if lobby and lobby.state == "started":
            return [(lobby.party, state)]
        if lobby is None or lobby.players != tuple(user_id for user_id, _, _ in party):
            return []
        same = all(plays(state.user(user_id), user_id, party) for user_id in lobby.players)
        return [(party, state)] if same else []

    return Step(party, outcomes)


def actives(party: Party, user_ids: Sequence[int]) -> Step:
    """The active characters of users, read at one moment."""
    without = set(user_ids) - {user_id for user_id, _, _ in party}

    def outcomes(state: State) -> list[tuple[Any, State]]:
        users = [(each, state.user(each)) for each in user_ids]
        fits = all(plays(user, each, party) for each, user in users if each not in without)
        empty = not any(user.roster for each, user in users if each in without)
        return [(party, state)] if fits and empty else []

    return Step(party, outcomes)


def started_and_removed(by: int, token: str, *, manages: bool) -> list[Step]:
    """A start that finds no lobby: perhaps it started, and was removed as a player is forgotten."""

    def starts(state: State) -> list[tuple[Any, State]]:
        players = state.lobby.players if state.lobby else ()
        ways: list[Party] = list(product(*(_characters(state, each) for each in players)))
        found = [start(state.lobby, by, token, party, manages=manages) for party in ways]
        lobbies = {lobby for outcomes in found for _, lobby in outcomes} | {state.lobby}
        return [(None, state._replace(lobby=lobby)) for lobby in lobbies]

    def removed(state: State) -> list[tuple[Any, State]]:
        return [] if state.lobby else [(None, state)]

    return [Step(None, starts), Step(None, removed)]


def _characters(state: State, user_id: int) -> list[tuple[int, str, Content]]:
    user = state.user(user_id)
    return [(user_id, each, user.roster[each]) for each in user.may_be_active if each]


def seated_without(missing: Sequence[int]) -> list[Step]:
    """A lobby that is open and seats these users; then a moment when they have no character."""

    def seated(state: State) -> list[tuple[Any, State]]:
        lobby = state.lobby
        fits = lobby and lobby.state == "open" and set(missing) <= {*lobby.players}
        return [(None, state)] if fits else []

    return [Step(None, seated), actives((), missing)]

"""What the operations of lobbies promise, on plain values; see `tests.histories.model`."""

from typing import Any, NamedTuple

from tests.histories.model import Content, User

Party = tuple[tuple[int, str, Content], ...]  # user id, char_id and character of each player


class Lobby(NamedTuple):
    host: int
    seats: int
    state: str = "open"
    version: int = 0
    players: tuple[int, ...] = ()
    removed: frozenset[int] = frozenset()
    former_host: int | None = None
    closed_by: int | None = None
    party: Party = ()
    token: str = ""

    def changed(self, **fields: Any) -> "Lobby":
        return self._replace(version=self.version + 1, **fields)


Outcomes = list[tuple[Any, Lobby | None]]

_REFUSALS = {"closed": "LobbyClosed", "started": "LobbyStarted"}


def open_lobby(lobby: Lobby | None, new: Lobby) -> Outcomes:
    assert lobby != new
    return [(None, new)]


def get(lobby: Lobby | None) -> Outcomes:
    return [(lobby or "LobbyGone", lobby)]


def join(lobby: Lobby | None, user_id: int) -> Outcomes:
    """A repeated call finds the seat, also where the session has started since."""
    if lobby and lobby.state != "closed" and user_id in lobby.players:
        return [(None, lobby)]
    if lobby is None or lobby.state != "open":
        return _refused(lobby)
    if user_id in lobby.removed:
        return [("RemovedFromLobby", lobby)]
    if len(lobby.players) >= lobby.seats:
        return [("LobbyFull", lobby)]
    return [(None, lobby.changed(players=(*lobby.players, user_id)))]


def leave(lobby: Lobby | None, user_id: int) -> Outcomes:
    """A host who leaves hands the lobby over; it closes where no player is left.

    A repeated call of the host who left last finds it so.
    """
    if lobby and lobby.state == "closed" and lobby.closed_by is None and user_id == lobby.host:
        return [(None, lobby)]
    if lobby is None or lobby.state != "open":
        return _refused(lobby)
    others = _without(lobby, user_id)
    if user_id not in lobby.players and not (user_id == lobby.host and others):
        return [("NotSeated", lobby)]
    after = lobby.changed(players=others)
    if user_id == lobby.host and others:
        after = after._replace(host=others[0], former_host=user_id)
    elif user_id == lobby.host:
        after = after._replace(state="closed")
    return [(None, after)]


def remove(lobby: Lobby | None, user_id: int, by: int, *, manages: bool) -> Outcomes:
    """Who was removed by another can't join again."""
    if lobby is None or lobby.state != "open":
        return _refused(lobby)
    if by not in {user_id, lobby.host} and not manages:
        return [("NotTheHost", lobby)]
    if user_id not in lobby.players:
        return [("NoSeat", lobby)]
    removed = lobby.removed | ({user_id} - {by})
    return [(None, lobby.changed(players=_without(lobby, user_id), removed=removed))]


def touch(lobby: Lobby | None, user_id: int) -> Outcomes:
    if lobby is None or lobby.state != "open":
        return _refused(lobby)
    if user_id not in lobby.players:
        return [("NotSeated", lobby)]
    return [(None, lobby.changed())]


def close(lobby: Lobby | None, by: int, *, manages: bool) -> Outcomes:
    """A repeated call finds the lobby closed."""
    if lobby and lobby.state == "closed" and lobby.closed_by == by:
        return [(None, lobby)]
    if lobby is None or lobby.state != "open":
        return _refused(lobby)
    if by != lobby.host and not manages:
        return [("NotTheHost", lobby)]
    return [(None, lobby.changed(state="closed", closed_by=by))]


def start(
    lobby: Lobby | None, by: int, token: str, party: Party | None, *, manages: bool
) -> Outcomes:
    """`party` is that of the session; None where the start was refused."""
    if lobby is None:
        return _refused(lobby)
    forbidden: Outcomes = [] if by == lobby.host or manages else [("NotTheHost", lobby)]
    if lobby.state == "started" and lobby.token == token:
        return [(lobby.party, lobby), *forbidden]
    if lobby.state != "open":
        return [*_refused(lobby), *forbidden]
    if forbidden or not lobby.players:
        return forbidden or [("NobodySeated", lobby)]
    if party is None or tuple(user_id for user_id, _, _ in party) != lobby.players:
        return []
    return [(party, lobby.changed(state="started", token=token, party=party))]


def remove_forgotten(lobby: Lobby | None, user_id: int) -> Outcomes:
    """After `forget_seat`: a lobby that is over is removed; it must be if it names the user."""
    if lobby is None or lobby.state == "open":
        return [(None, lobby)]
    return [(None, None)] if _names(lobby, user_id) else [(None, None), (None, lobby)]


def forget_seat(lobby: Lobby | None, user_id: int) -> Outcomes:
    """A lobby that is open does not name the user any more; it closes where nobody is left."""
    if lobby is None or lobby.state != "open" or not _names(lobby, user_id):
        return [(None, lobby)]
    players = _without(lobby, user_id)
    if lobby.host == user_id and not players:
        removed = lobby.removed - {user_id}
        return [(None, lobby.changed(players=players, removed=removed, state="closed"))]
    former = None if lobby.former_host == user_id else lobby.former_host
    after = lobby._replace(removed=lobby.removed - {user_id}, former_host=former)
    if user_id in lobby.players or user_id == lobby.host:
        host = players[0] if lobby.host == user_id else lobby.host
        after = after.changed(players=players, host=host)
    return [(None, after)]


def plays(user: User, user_id: int, party: Party) -> bool:
    """Whether the user may have the character that the party names."""
    return any(
        each == user_id and char_id in user.may_be_active and user.roster[char_id] == content
        for each, char_id, content in party
    )


def _names(lobby: Lobby, user_id: int) -> bool:
    others = {lobby.host, lobby.former_host, lobby.closed_by}
    return user_id in {*others, *lobby.players, *lobby.removed}


def _without(lobby: Lobby, user_id: int) -> tuple[int, ...]:
    return tuple(each for each in lobby.players if each != user_id)


def _refused(lobby: Lobby | None) -> Outcomes:
    return [(_REFUSALS[lobby.state] if lobby else "LobbyGone", lobby)]

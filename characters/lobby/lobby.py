"""A lobby as it was at one moment, and the session that it becomes."""

import json
import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, NoReturn, cast

from characters.errors import (
    CharacterError,
    LobbyClosed,
    LobbyFull,
    LobbyGone,
    LobbyStarted,
    NoSeat,
    NotSeated,
    NotTheHost,
)
from characters.model import Character

FEWEST_SEATS, MOST_SEATS = 2, 25

_SEAT = re.compile(rb"seat:(\d+)")
_REFUSALS: dict[bytes, type[CharacterError]] = {
    b"gone": LobbyGone,
    b"closed": LobbyClosed,
    b"started": LobbyStarted,
    b"full": LobbyFull,
    b"absent": NoSeat,
    b"forbidden": NotTheHost,
}


class Player(NamedTuple):
    """Who has a seat; the name is the one they had when they took it."""

    user_id: int
    name: str


class Lobby(NamedTuple):
    """A lobby as it was at one moment; `version` grows with every change.

    `lobby_id` is the id of its message. The players are in the order in which they came. A host who left is
    the `former_host_id`; nobody closed a lobby that the last one left. The party is empty until the session
    starts, at `started_at` (seconds since the epoch) by the call with this `token`; whether the main bot has
    heard of it, `announced` says.
    """

    lobby_id: int
    channel_id: int
    host_id: int
    title: str
    seats: int
    state: Literal["open", "closed", "started"] = "open"
    version: int = 0
    players: tuple[Player, ...] = ()
    former_host_id: int | None = None
    closed_by: int | None = None
    party: tuple[Character, ...] = ()
    started_at: float = 0
    token: str = ""
    announced: bool = False

    @classmethod
    def read(cls, lobby_id: int, fields: Mapping[bytes, bytes]) -> "Lobby":
        """A lobby as the store holds it. Raises KeyError, ValueError where that is none."""
        seats = [
            (match[1], value.split(b":", 1))
            for field, value in fields.items()
            if (match := _SEAT.fullmatch(field))
        ]
        former, closed_by = (fields.get(field) for field in (b"former_host", b"closed_by"))
        return cls(
            lobby_id=lobby_id,
            channel_id=int(fields[b"channel"]),
            host_id=int(fields[b"host"]),
            title=fields[b"title"].decode(),
            seats=int(fields[b"seats"]),
            state=cast("Literal['open', 'closed', 'started']", fields[b"state"].decode()),
            version=int(fields[b"version"]),
            players=tuple(
                Player(int(user_id), name.decode())
                for user_id, (_, name) in sorted(seats, key=lambda seat: int(seat[1][0]))
            ),
            former_host_id=int(former) if former else None,
            closed_by=int(closed_by) if closed_by else None,
            party=tuple(
                Character(each["char_id"], each) for each in json.loads(fields.get(b"party", b"[]"))
            ),
            started_at=float(fields.get(b"started_at", 0)),
            token=fields.get(b"token", b"").decode(),
            announced=b"announced" in fields,
        )

    @property
    def user_ids(self) -> list[int]:
        return [player.user_id for player in self.players]

    def check_open(self) -> None:
        """Raises LobbyClosed, LobbyStarted."""
        if self.state != "open":
            refuse(self.state.encode())

    def check_player(self, user_id: int) -> None:
        """Whether that user has a seat. Raises LobbyClosed, LobbyStarted, NotSeated."""
        self.check_open()
        if user_id not in self.user_ids:
            raise NotSeated

    def check_seat(self, user_id: int) -> None:
        """Whether that user has a seat, or could take one. Raises LobbyClosed, LobbyStarted, LobbyFull."""
        self.check_open()
        if user_id not in self.user_ids and len(self.players) >= self.seats:
            raise LobbyFull


class GameSession(NamedTuple):
    """A session that has started. Ids are Discord's; `session_id` is that of the lobby's message.

    The characters are dicts as `game_characters` returns them, with the `user_id` of who plays them, in the
    order in which the players took their seats.
    """

    session_id: int
    channel_id: int
    host_id: int
    title: str
    characters: list[dict[str, Any]]

    @classmethod
    def of(cls, lobby: Lobby) -> "GameSession":
        """The session that the lobby became."""
        characters = [each.to_dict() for each in lobby.party]
        return cls(lobby.lobby_id, lobby.channel_id, lobby.host_id, lobby.title, characters)


def refuse(answer: bytes) -> NoReturn:
    """Raises what a script's answer stands for."""
    raise _REFUSALS[answer]

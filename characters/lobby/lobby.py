"""A lobby as it was at one moment."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, NoReturn, Self, cast

from characters.errors import (
    CharacterError,
    LobbyClosed,
    LobbyFull,
    LobbyGone,
    LobbyStarted,
    NoSeat,
    NotSeated,
    NotTheHost,
    RemovedFromLobby,
)
from characters.model import Character

FEWEST_SEATS, MOST_SEATS = 2, 25

State = Literal["open", "closed", "started"]

_SEAT = re.compile(rb"seat:(\d+)")
_REFUSALS: dict[bytes, type[CharacterError]] = {
    b"gone": LobbyGone,
    b"closed": LobbyClosed,
    b"started": LobbyStarted,
    b"full": LobbyFull,
    b"absent": NoSeat,
    b"forbidden": NotTheHost,
    b"removed": RemovedFromLobby,
}


class Player(NamedTuple):
    """A player with a seat; the name is the one they had when they took it."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Lobby:
    """A lobby as it was at one moment; `version` grows with every change.

    `lobby_id` is the id of its message, and `locale` the language of its server, as Discord names
    it. The players are in the order in which they took their
    seats; whom the host removed is in `removed_ids` and can't join again. A host who left is the
    `former_host_id`; `closed_by` is None where the last player left. The party is empty until the
    session starts, at `started_at` (seconds since the epoch), by the call with this `token`;
    `announced` says whether the main bot was informed of it.
    """

    lobby_id: int
    channel_id: int
    host_id: int
    title: str
    seats: int
    locale: str = "en-US"
    state: State = "open"
    version: int = 0
    players: tuple[Player, ...] = ()
    removed_ids: frozenset[int] = frozenset()
    former_host_id: int | None = None
    closed_by: int | None = None
    party: tuple[Character, ...] = ()
    started_at: float = 0
    token: str = ""
    announced: bool = False

    @classmethod
    def read(cls, lobby_id: int, fields: Mapping[bytes, bytes]) -> Self:
        """A lobby as the store holds it. Raises KeyError, ValueError where that is none."""
        former, closed_by = (fields.get(field) for field in (b"former_host", b"closed_by"))
        party: list[dict[str, str]] = json.loads(fields.get(b"party", b"[]"))
        return cls(
            lobby_id=lobby_id,
            channel_id=int(fields[b"channel"]),
            host_id=int(fields[b"host"]),
            title=fields[b"title"].decode(),
            seats=int(fields[b"seats"]),
            locale=fields.get(b"locale", b"en-US").decode(),
            state=cast("State", fields[b"state"].decode()),
            version=int(fields[b"version"]),
            players=_players(fields),
            removed_ids=_removed(fields),
            former_host_id=int(former) if former else None,
            closed_by=int(closed_by) if closed_by else None,
            party=tuple(Character(each["char_id"], each) for each in party),
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
        """Raises LobbyClosed, LobbyStarted; NotSeated where the user has no seat."""
        self.check_open()
        if user_id not in self.user_ids:
            raise NotSeated

    def check_host(self, user_id: int, *, manages: bool) -> None:
        """Raises NotTheHost; who `manages` messages may do what the host may."""
        if user_id != self.host_id and not manages:
            raise NotTheHost

    def check_seat(self, user_id: int) -> None:
        """Raises LobbyClosed, LobbyStarted; RemovedFromLobby where the host removed the user.

        Raises LobbyFull where no seat is left for the user.
        """
        self.check_open()
        if user_id in self.removed_ids:
            raise RemovedFromLobby
        if user_id not in self.user_ids and len(self.players) >= self.seats:
            raise LobbyFull


def refuse(answer: bytes) -> NoReturn:
    """Raises the error that a script's answer means."""
    raise _REFUSALS[answer]


def _players(fields: Mapping[bytes, bytes]) -> tuple[Player, ...]:
    """The players by the number of their seat, as the script `lobby_join` writes it."""
    seats: list[tuple[int, Player]] = []
    for field, value in fields.items():
        if match := _SEAT.fullmatch(field):
            number, _, name = value.partition(b":")
            seats.append((int(number), Player(int(match[1]), name.decode())))
    return tuple(player for _, player in sorted(seats))


def _removed(fields: Mapping[bytes, bytes]) -> frozenset[int]:
    """Whom the host removed."""
    found = (field.removeprefix(b"removed:") for field in fields if field.startswith(b"removed:"))
    return frozenset(int(each) for each in found)

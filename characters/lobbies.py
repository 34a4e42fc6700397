"""Lobbies: who has a seat in a session to come, kept in the store so that any process can serve them."""

import contextlib
import json
import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, NoReturn, cast

from characters import lua
from characters.errors import (
    CharacterError,
    LobbyBusy,
    LobbyClosed,
    LobbyFull,
    LobbyGone,
    LobbyStarted,
    NobodySeated,
    NoSeat,
    NotSeated,
    NotTheHost,
    WithoutCharacter,
)
from characters.model import Character
from characters.store import CharacterStore

KEPT_SECONDS = 24 * 60 * 60  # after the last change
FEWEST_SEATS, MOST_SEATS = 2, 25
_ATTEMPTS = 8  # to start while others come and go
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
    the `former_host_id`. The party is empty until the session starts.
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

    @property
    def user_ids(self) -> list[int]:
        return [player.user_id for player in self.players]

    def check_open(self) -> None:
        """Raises LobbyClosed, LobbyStarted."""
        if self.state != "open":
            _refuse(self.state.encode())

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


class Lobbies:
    """Opens, changes and reads lobbies. Each change is one atomic script.

    Where `manages` is said, that member may do what only the host may. Every method raises
    StorageUnavailable; those that change a lobby raise LobbyGone, LobbyClosed, LobbyStarted.
    """

    def __init__(self, store: CharacterStore) -> None:
        self._store = store
        self._server = store.server

    async def open(self, lobby: Lobby) -> None:
        """Keeps a new lobby, in the place of any earlier one with the same id."""
        fields = {
            "channel": lobby.channel_id,
            "host": lobby.host_id,
            "title": lobby.title,
            "seats": lobby.seats,
            "state": "open",
            "version": 0,
            "taken": 0,
        }
        await self._run(lua.LOBBY_OPEN, lobby.lobby_id, *(each for pair in fields.items() for each in pair))

    async def get(self, lobby_id: int) -> Lobby:
        """Raises LobbyGone."""
        if fields := await self._server.execute("HGETALL", _key(lobby_id)):
            return _read(lobby_id, fields)
        raise LobbyGone

    async def version(self, lobby_id: int) -> int | None:
        """None where the lobby is gone."""
        version = await self._server.execute("HGET", _key(lobby_id), "version")
        return None if version is None else int(version)

    async def join(self, lobby_id: int, player: Player) -> None:
        """Seats the player; one who has a seat keeps it. Raises LobbyFull."""
        await self._change(lua.LOBBY_JOIN, lobby_id, player.user_id, player.name)

    async def leave(self, lobby_id: int, user_id: int) -> None:
        """Frees the user's seat. A host hands the lobby on, to who was seated first, or closes it.

        Raises NotSeated.
        """
        try:
            await self.remove(lobby_id, user_id, user_id)
        except NoSeat:
            raise NotSeated from None

    async def remove(self, lobby_id: int, user_id: int, by: int, *, manages: bool = False) -> None:
        """Frees another user's seat. Raises NoSeat, NotTheHost."""
        await self._change(lua.LOBBY_LEAVE, lobby_id, user_id, by, int(manages))

    async def touch(self, lobby_id: int, user_id: int) -> None:
        """Says that the player of a seat plays another character now. Raises NotSeated."""
        try:
            await self._change(lua.LOBBY_TOUCH, lobby_id, user_id)
        except NoSeat:
            raise NotSeated from None

    async def close(self, lobby_id: int, by: int, *, manages: bool = False) -> None:
        """Raises NotTheHost."""
        await self._change(lua.LOBBY_CLOSE, lobby_id, by, int(manages))

    async def start(self, lobby_id: int, by: int, *, manages: bool = False, token: str) -> GameSession:
        """Starts the session with the players' active characters. The same token again gets the same session.

        Raises NotTheHost, NobodySeated, WithoutCharacter, LobbyBusy.
        """
        for _ in range(_ATTEMPTS):
            lobby = await self.get(lobby_id)
            characters = await self._party(lobby, by, manages=manages)
            given = (by, int(manages), lobby.version, token, json.dumps(characters))
            if (answer := await self._run(lua.LOBBY_START, lobby_id, *given)) == b"done":
                return GameSession(lobby_id, lobby.channel_id, lobby.host_id, lobby.title, characters)
            if answer != b"changed":
                _refuse(answer)
        raise LobbyBusy

    async def forget(self, lobby_id: int) -> None:
        """Removes a lobby whose message is gone."""
        await self._server.execute("DEL", _key(lobby_id))

    async def forget_user(self, user_id: int) -> None:
        """Frees the user's seats, and forgets what is over. Looks at every lobby there is."""
        async for key in self._server.keys(_key("*")):
            lobby_id = int(key.rpartition(":")[2])
            with contextlib.suppress(LobbyGone, NotSeated):
                lobby = await self.get(lobby_id)
                if lobby.state == "open":
                    await self.leave(lobby_id, user_id)
                elif user_id in lobby.user_ids:
                    await self.forget(lobby_id)

    async def _party(self, lobby: Lobby, by: int, *, manages: bool) -> list[dict[str, Any]]:
        lobby.check_open()
        if by != lobby.host_id and not manages:
            raise NotTheHost
        if not lobby.players:
            raise NobodySeated
        found = await self._store.party(lobby.user_ids)
        seats = list(zip(lobby.players, found, strict=True))
        if missing := [player.name for player, character in seats if character is None]:
            raise WithoutCharacter(missing)
        return [{**character.to_dict(), "user_id": player.user_id} for player, character in seats if character]

    async def _change(self, script: lua.Script, lobby_id: int, *arguments: Any) -> None:
        if (answer := await self._run(script, lobby_id, *arguments)) != b"done":
            _refuse(answer)

    async def _run(self, script: lua.Script, lobby_id: int, *arguments: Any) -> bytes:
        return await self._server.run(script, [_key(lobby_id)], KEPT_SECONDS, *arguments)


def _key(lobby_id: int | str) -> str:
    return f"game:lobby:{lobby_id}"


def _refuse(answer: bytes) -> NoReturn:
    raise _REFUSALS[answer]


def _read(lobby_id: int, fields: Mapping[bytes, bytes]) -> Lobby:
    seats = [(match[1], value.split(b":", 1)) for field, value in fields.items() if (match := _SEAT.fullmatch(field))]
    former, closed_by = (fields.get(field) for field in (b"former_host", b"closed_by"))
    return Lobby(
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
        party=tuple(Character(each["char_id"], each) for each in json.loads(fields.get(b"party", b"[]"))),
    )

"""Lobbies: who has a seat in a session to come, kept in the store so that any process can serve them."""

import contextlib
import json
import time
from typing import Any

from characters.errors import (
    LobbyBusy,
    LobbyClosed,
    LobbyGone,
    LobbyStarted,
    NobodySeated,
    NoSeat,
    NotSeated,
    NotTheHost,
    StorageUnavailable,
    WithoutCharacter,
)
from characters.lobby.lobby import GameSession, Lobby, Player, refuse
from characters.store import scripts as lua
from characters.store.characters import CharacterStore

KEPT_SECONDS = 24 * 60 * 60  # after the last change
ANNOUNCED_SECONDS = 10.0  # the main bot has long heard of a session by then
_ATTEMPTS = 8  # to start while others come and go


class Lobbies:
    """Opens, changes and reads lobbies. Each change is one atomic script.

    Where `manages` is said, that member may do what only the host may. Every method raises
    StorageUnavailable; those that change a lobby raise LobbyGone, LobbyClosed, LobbyStarted.
    """

    def __init__(self, store: CharacterStore) -> None:
        self._store = store
        self._client = store.client

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
        await self._run(
            lua.LOBBY_OPEN, lobby.lobby_id, *(each for pair in fields.items() for each in pair)
        )

    async def get(self, lobby_id: int) -> Lobby:
        """Raises LobbyGone."""
        if fields := await self._client.execute("HGETALL", _key(lobby_id)):
            return Lobby.read(lobby_id, fields)
        raise LobbyGone

    async def version(self, lobby_id: int) -> int | None:
        """None where the lobby is gone."""
        version = await self._client.execute("HGET", _key(lobby_id), "version")
        return None if version is None else int(version)

    async def join(self, lobby_id: int, player: Player) -> None:
        """Seats the player; one who has a seat keeps it. Raises LobbyFull."""
        await self._change(lua.LOBBY_JOIN, lobby_id, player.user_id, player.name)

    async def leave(self, lobby_id: int, user_id: int) -> None:
        """Frees the user's seat. A host hands the lobby to who came first, and it closes with the last one.

        Raises NotSeated.
        """
        try:
            await self._change(lua.LOBBY_LEAVE, lobby_id, user_id, user_id, 0, 1)
        except NoSeat:
            raise NotSeated from None

    async def remove(self, lobby_id: int, user_id: int, by: int, *, manages: bool = False) -> None:
        """Frees a seat, and nothing but that. Raises NoSeat, NotTheHost."""
        await self._change(lua.LOBBY_LEAVE, lobby_id, user_id, by, int(manages), 0)

    async def touch(self, lobby_id: int, user_id: int) -> None:
        """Says that the player of a seat plays another character now. Raises NotSeated."""
        try:
            await self._change(lua.LOBBY_TOUCH, lobby_id, user_id)
        except NoSeat:
            raise NotSeated from None

    async def close(self, lobby_id: int, by: int, *, manages: bool = False) -> None:
        """Raises NotTheHost."""
        await self._change(lua.LOBBY_CLOSE, lobby_id, by, int(manages))

    async def start(
        self, lobby_id: int, by: int, *, manages: bool = False, token: str
    ) -> GameSession:
        """Starts the session with the players' active characters. The same token again gets the same session.

        So does any token, where the main bot has not heard of the session for some seconds (`announced`):
        whoever started it must have fallen in between.

        Raises NotTheHost, NobodySeated, WithoutCharacter, LobbyBusy.
        """
        for _ in range(_ATTEMPTS):
            lobby = await self.get(lobby_id)
            if by != lobby.host_id and not manages:
                raise NotTheHost
            forgotten = not lobby.announced and lobby.started_at < time.time() - ANNOUNCED_SECONDS
            if lobby.state == "started" and (lobby.token == token or forgotten):
                return GameSession.of(lobby)
            characters = await self._party(lobby)
            given = (by, int(manages), lobby.version, token, json.dumps(characters), time.time())
            try:
                answer = await self._run(lua.LOBBY_START, lobby_id, *given)
            except StorageUnavailable:  # it may have started all the same: that must not be lost
                answer = await self._run(lua.LOBBY_START, lobby_id, *given)
            if answer == b"done":
                return GameSession.of(await self.get(lobby_id))
            if answer != b"changed":
                refuse(answer)
        raise LobbyBusy

    async def announced(self, lobby_id: int) -> None:
        """Notes that the main bot has heard of the session."""
        await self._run(lua.LOBBY_ANNOUNCED, lobby_id)

    async def forget(self, lobby_id: int) -> None:
        """Removes a lobby whose message is gone."""
        await self._client.execute("DEL", _key(lobby_id))

    async def forget_user(self, user_id: int) -> list[Lobby]:
        """Frees the user's seats, and forgets what is over. Looks at every lobby there is; returns who lost one."""
        changed: list[Lobby] = []
        async for key in self._client.keys(_key("*"), "hash"):
            with contextlib.suppress(LobbyGone, LobbyClosed, LobbyStarted, NoSeat):
                lobby = await self._kept(key)
                if lobby and user_id in {
                    *lobby.user_ids,
                    lobby.host_id,
                    lobby.former_host_id,
                    lobby.closed_by,
                }:
                    changed.append(lobby)
                    if lobby.state == "open":
                        await self._change(lua.LOBBY_LEAVE, lobby.lobby_id, user_id, "", 0, 1)
                    if (await self.get(lobby.lobby_id)).state != "open":
                        await self.forget(lobby.lobby_id)
        return changed

    async def _kept(self, key: str) -> Lobby | None:
        """The lobby with this key; None where another program uses one like it."""
        try:
            return await self.get(int(key.removeprefix(_key(""))))
        except (ValueError, KeyError):
            return None

    async def _party(self, lobby: Lobby) -> list[dict[str, Any]]:
        lobby.check_open()
        if not lobby.players:
            raise NobodySeated
        found = await self._store.party(lobby.user_ids)
        seats = list(zip(lobby.players, found, strict=True))
        if missing := [player.user_id for player, character in seats if character is None]:
            raise WithoutCharacter(missing)
        return [
            {**character.to_dict(), "user_id": player.user_id}
            for player, character in seats
            if character
        ]

    async def _change(self, script: lua.Script, lobby_id: int, *arguments: Any) -> None:
        if (answer := await self._run(script, lobby_id, *arguments)) != b"done":
            refuse(answer)

    async def _run(self, script: lua.Script, lobby_id: int, *arguments: Any) -> bytes:
        return await self._client.run(script, [_key(lobby_id)], KEPT_SECONDS, *arguments)


def _key(lobby_id: int | str) -> str:
    return f"game:lobby:{lobby_id}"

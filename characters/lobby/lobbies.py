"""Lobbies: opened, changed and read, each change by one atomic script."""

import contextlib
import json
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Protocol

from characters.errors import (
    LobbyBusy,
    LobbyClosed,
    LobbyGone,
    LobbyStarted,
    NobodySeated,
    NoSeat,
    NotSeated,
    StorageUnavailable,
    WithoutCharacter,
)
from characters.lobby.lobby import Lobby, Player, refuse
from characters.lobby.session import GameSession
from characters.model import Character

ANNOUNCED_SECONDS = 10.0  # until the main bot must have noted that it was informed of a session
_ATTEMPTS = 8  # to start while players come and go


class Store(Protocol):
    """What lobbies need of the store (`characters.store.lobby_store.LobbyStore`)."""

    async def run(self, script: str, lobby_id: int, *arguments: Any) -> bytes: ...
    async def fields(self, lobby_id: int) -> Mapping[bytes, bytes]: ...
    async def version(self, lobby_id: int) -> int | None: ...
    async def remove(self, lobby_id: int) -> None: ...
    async def party(self, user_ids: Sequence[int]) -> list[Character | None]: ...
    async def note(self, user_id: int, lobby_id: int) -> None: ...
    async def noted(self, user_id: int) -> dict[int, bytes]: ...
    async def naming(self, user_id: int, lobby_ids: Sequence[int]) -> list[int]: ...
    async def drop_notes(self, user_id: int, noted: Mapping[int, bytes]) -> None: ...


class Lobbies:
    """Lobbies that any process can serve.

    A member who `manages` messages may do what only the host may. Every method raises
    StorageUnavailable; those that change a lobby raise LobbyGone, LobbyClosed, LobbyStarted.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def open(self, lobby: Lobby) -> None:
        """Keeps a new lobby; it replaces an earlier one with the same id."""
        fields = {
            "channel": lobby.channel_id,
            "host": lobby.host_id,
            "title": lobby.title,
            "seats": lobby.seats,
            "locale": lobby.locale,
            "state": "open",
            "version": 0,
            "taken": 0,
        }
        arguments = [each for pair in fields.items() for each in pair]
        async with self._noted(lobby.host_id, lobby.lobby_id):
            await self._store.run("open", lobby.lobby_id, *arguments)

    async def get(self, lobby_id: int, channel_id: int | None = None) -> Lobby:
        """Raises LobbyGone, also where the lobby is not in the given channel."""
        if fields := await self._store.fields(lobby_id):
            lobby = Lobby.read(lobby_id, fields)
            if channel_id in {None, lobby.channel_id}:
                return lobby
        raise LobbyGone

    async def version(self, lobby_id: int) -> int | None:
        """None where there is no lobby."""
        return await self._store.version(lobby_id)

    async def delete(self, lobby_id: int) -> None:
        """Removes a lobby whose message is gone."""
        await self._store.remove(lobby_id)

    async def join(self, lobby_id: int, player: Player) -> None:
        """Gives the player a seat; a player who has one keeps it.

        Raises LobbyFull, RemovedFromLobby.
        """
        async with self._noted(player.user_id, lobby_id):
            await self._change("join", lobby_id, player.user_id, player.name)

    async def leave(self, lobby_id: int, user_id: int) -> None:
        """Frees the user's seat. Raises NotSeated.

        A host who leaves hands the lobby to the player who has been seated longest; the lobby
        closes where there is none.
        """
        try:
            await self._change("leave", lobby_id, user_id, user_id, 0, 1)
        except NoSeat:
            raise NotSeated from None

    async def remove(self, lobby_id: int, user_id: int, by: int, *, manages: bool = False) -> None:
        """Frees another player's seat. Raises NoSeat, NotTheHost."""
        await self._change("leave", lobby_id, user_id, by, int(manages), 0)

    async def touch(self, lobby_id: int, user_id: int) -> None:
        """Notes that a seated player plays another character now. Raises NotSeated."""
        try:
            await self._change("touch", lobby_id, user_id)
        except NoSeat:
            raise NotSeated from None

    async def touch_seats(self, user_id: int) -> list[Lobby]:
        """Notes that the user plays another character now; returns the lobbies with their seats."""
        touched: list[Lobby] = []
        for lobby_id in await self._store.naming(user_id, [*await self._store.noted(user_id)]):
            with contextlib.suppress(LobbyGone, LobbyClosed, LobbyStarted, NotSeated):
                lobby = await self.get(lobby_id)
                lobby.check_player(user_id)  # first, as a touch keeps a lobby for another day
                await self.touch(lobby_id, user_id)
                touched.append(lobby)
        return touched

    async def close(self, lobby_id: int, by: int, *, manages: bool = False) -> None:
        """Raises NotTheHost."""
        async with self._noted(by, lobby_id):
            await self._change("close", lobby_id, by, int(manages))

    async def start(
        self, lobby_id: int, by: int, *, manages: bool = False, token: str
    ) -> GameSession:
        """Starts the session with the active characters of the players.

        The same token again returns the same session. So does any other token where the main bot
        has not noted within ten seconds that it was informed (`announced`): then the process that
        started the session must have stopped before.

        Raises NotTheHost, NobodySeated, WithoutCharacter, LobbyBusy.
        """
        for _ in range(_ATTEMPTS):
            lobby = await self.get(lobby_id)
            lobby.check_host(by, manages=manages)
            overdue = not lobby.announced and lobby.started_at < time.time() - ANNOUNCED_SECONDS
            if lobby.state == "started" and (lobby.token == token or overdue):
                return GameSession.of(lobby)
            party = json.dumps(await self._party(lobby))
            arguments = (by, int(manages), lobby.version, token, party, time.time())
            try:
                answer = await self._store.run("start", lobby_id, *arguments)
            except StorageUnavailable:  # it may have started: the same token finds out
                answer = await self._store.run("start", lobby_id, *arguments)
            if answer == b"done":
                return GameSession.of(await self.get(lobby_id))
            if answer != b"changed":
                refuse(answer)
        raise LobbyBusy

    async def announced(self, lobby_id: int) -> None:
        """Notes that the main bot was informed of the session."""
        await self._store.run("announced", lobby_id)

    async def count_naming(self, user_id: int) -> int:
        """How many lobbies name the user."""
        return len(await self._store.naming(user_id, [*await self._store.noted(user_id)]))

    async def forget_user(self, user_id: int, changed: list[Lobby]) -> None:
        """Frees the user's seats and removes lobbies that are over.

        Those that named the user are added to `changed`. It can be repeated after any failure. A
        lobby is found by the note that is kept for the user before the lobby names them.
        """
        noted = await self._store.noted(user_id)
        for lobby_id in await self._store.naming(user_id, [*noted]):
            with contextlib.suppress(LobbyGone):
                changed.append(await self.get(lobby_id))
                with contextlib.suppress(LobbyClosed, LobbyStarted, NoSeat):
                    await self._change("leave", lobby_id, user_id, "", 0, 1)
                if (await self.get(lobby_id)).state != "open":
                    await self._store.remove(lobby_id)
        await self._store.drop_notes(user_id, noted)

    @contextlib.asynccontextmanager
    async def _noted(self, user_id: int, lobby_id: int) -> AsyncGenerator[None, None]:
        """Notes, before and after it, a change that makes a lobby name the user.

        Before, as the process may stop any time; after, as the user may be forgotten meanwhile.
        """
        await self._store.note(user_id, lobby_id)
        yield
        await self._store.note(user_id, lobby_id)

    async def _party(self, lobby: Lobby) -> list[dict[str, Any]]:
        """The active character of each player, with its `user_id`."""
        lobby.check_open()
        if not lobby.players:
            raise NobodySeated
        party: list[dict[str, Any]] = []
        missing: list[int] = []
        characters = await self._store.party(lobby.user_ids)
        for user_id, character in zip(lobby.user_ids, characters, strict=True):
            if character:
                party.append({**character.to_dict(), "user_id": user_id})
            else:
                missing.append(user_id)
        if missing:
            raise WithoutCharacter(missing)
        return party

    async def _change(self, script: str, lobby_id: int, *arguments: Any) -> None:
        answer = await self._store.run(script, lobby_id, *arguments)
        if answer != b"done":
            refuse(answer)

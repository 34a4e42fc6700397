"""The game session that a lobby becomes when its host starts it."""

from dataclasses import dataclass
from typing import Any, Self

from characters.lobby.lobby import Lobby


@dataclass(frozen=True, slots=True)
class GameSession:
    """A session that has started. Ids are Discord's; `session_id` is that of the lobby's message.

    The characters are dicts as `game_characters` returns them, each with the `user_id` of its
    player, in the order in which the players took their seats.
    """

    session_id: int
    channel_id: int
    host_id: int
    title: str
    characters: list[dict[str, Any]]

    @classmethod
    def of(cls, lobby: Lobby) -> Self:
        """The session that the lobby became."""
        characters = [each.to_dict() for each in lobby.party]
        return cls(lobby.lobby_id, lobby.channel_id, lobby.host_id, lobby.title, characters)

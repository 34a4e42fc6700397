"""Who plays whom in a lobby, or in the session that it became."""

from collections.abc import Sequence

from characters.lobby.lobby import Lobby
from characters.model import Character
from characters.registry import Registry

Party = Sequence[Character | None]


async def party_of(registry: Registry, lobby: Lobby) -> Party:
    """The character of each player, in the order of the seats.

    In an open lobby it is the one they play now, in a session the one that they started with.
    """
    if lobby.state == "started":
        return lobby.party
    found = await registry.party(lobby.user_ids)
    return [found.get(user_id) for user_id in lobby.user_ids]

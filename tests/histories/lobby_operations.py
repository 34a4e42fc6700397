"""Operations of a lobby."""

from characters.errors import WithoutCharacter
from characters.lobby.lobby import Lobby, Player
from characters.lobby.session import GameSession
from tests.histories import lobby_model
from tests.histories.client import USERS, Client, content_of, content_of_dict
from tests.histories.lobby_model import Party
from tests.histories.steps import of_lobby, party_read, seated_without, started_and_removed

LOBBY, CHANNEL, SEATS = 500, 600, 2


async def open_lobby(client: Client) -> None:
    """Called once in a history."""
    host = client.chance.choice(USERS)
    lobby = Lobby(LOBBY, CHANNEL, host, "A game", SEATS)
    await client.ask(f"open lobby, host {host}", client.registry.lobbies.open(lobby))
    new = lobby_model.Lobby(host, SEATS)
    client.note([of_lobby(None, lobby_model.open_lobby, new)])


async def get(client: Client) -> None:
    answer = await client.ask("lobby", client.registry.lobbies.get(LOBBY), lobby_of)
    client.note([of_lobby(answer, lobby_model.get)])


async def join(client: Client) -> None:
    user_id = client.chance.choice(USERS)
    request = client.registry.lobbies.join(LOBBY, Player(user_id, "Ana"))
    answer = await client.ask(f"join {user_id}", request)
    client.note([of_lobby(answer, lobby_model.join, user_id)])


async def leave(client: Client) -> None:
    user_id = client.chance.choice(USERS)
    answer = await client.ask(f"leave {user_id}", client.registry.lobbies.leave(LOBBY, user_id))
    client.note([of_lobby(answer, lobby_model.leave, user_id)])


async def remove(client: Client) -> None:
    user_id, (by, manages) = client.chance.choice(USERS), _who(client)
    request = client.registry.lobbies.remove(LOBBY, user_id, by, manages=manages)
    answer = await client.ask(f"remove {user_id} {by=} {manages=}", request)
    client.note([of_lobby(answer, lobby_model.remove, user_id, by, manages=manages)])


async def touch(client: Client) -> None:
    user_id = client.chance.choice(USERS)
    answer = await client.ask(f"touch {user_id}", client.registry.lobbies.touch(LOBBY, user_id))
    client.note([of_lobby(answer, lobby_model.touch, user_id)])


async def close(client: Client) -> None:
    by, manages = _who(client)
    request = client.registry.lobbies.close(LOBBY, by, manages=manages)
    answer = await client.ask(f"close {by=} {manages=}", request)
    client.note([of_lobby(answer, lobby_model.close, by, manages=manages)])


async def start(client: Client) -> None:
    """The party is read first, then the lobby starts if it has not changed since."""
    by, manages = _who(client)
    token = f"of {by}"
    missing: list[int] = []

    async def session() -> GameSession:
        try:
            return await client.registry.lobbies.start(LOBBY, by, manages=manages, token=token)
        except WithoutCharacter as error:
            missing.extend(error.user_ids)
            raise

    def read(started: GameSession) -> Party:
        return tuple(
            (each["user_id"], each["char_id"], content_of_dict(each)) for each in started.characters
        )

    answer = await client.ask(f"start {by=} {manages=}", session(), read)
    if missing:
        client.note(seated_without(missing))
        return
    if answer == "LobbyGone":
        client.note(started_and_removed(by, token, manages=manages))
        return
    party: Party | None = answer if isinstance(answer, tuple) else None
    starts = of_lobby(answer, lobby_model.start, by, token, party, manages=manages)
    client.note([starts] if party is None else [party_read(party), starts])


def lobby_of(lobby: Lobby) -> lobby_model.Lobby:
    """A lobby of the registry as the model has it."""
    party = tuple((each.record["user_id"], each.char_id, content_of(each)) for each in lobby.party)
    return lobby_model.Lobby(
        lobby.host_id,
        lobby.seats,
        lobby.state,
        lobby.version,
        tuple(lobby.user_ids),
        lobby.removed_ids,
        lobby.former_host_id,
        lobby.closed_by,
        party,
        lobby.token,
    )


def _who(client: Client) -> tuple[int, bool]:
    """Who asks, and whether they manage messages."""
    return client.chance.choice(USERS), client.chance.random() < 0.3

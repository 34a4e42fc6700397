"""What can go wrong with lobbies."""

from characters.errors.base_errors import CharacterError


class LobbyGone(CharacterError):
    message = "There is no such lobby any more."


class LobbyClosed(CharacterError):
    message = "The lobby is closed."


class LobbyStarted(CharacterError):
    message = "The session of the lobby has started."


class LobbyFull(CharacterError):
    message = "Every seat of the lobby is taken."


class RemovedFromLobby(CharacterError):
    message = "The host removed the user from the lobby."


class NoSeat(CharacterError):
    message = "That user has no seat in the lobby."


class NotSeated(CharacterError):
    message = "The user who asks has no seat in the lobby."


class NotTheHost(CharacterError):
    message = "Only the host of the lobby may do that."


class NobodySeated(CharacterError):
    message = "The lobby has no players."


class WithoutCharacter(CharacterError):
    def __init__(self, user_ids: list[int]) -> None:
        super().__init__(f"{len(user_ids)} players of the lobby have no character.")
        self.user_ids = user_ids


class LobbyBusy(CharacterError):
    message = "The lobby changed again and again."

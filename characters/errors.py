"""What can go wrong, each with the sentence that the person concerned reads.

`str(error)` is that sentence: it says what happened and what to do about it, names no internals,
and holds nothing secret.
"""

from math import isqrt


class CharacterError(Exception):
    """A player's request could not be fulfilled; `str(error)` tells the player why and what to do."""


class InvalidName(CharacterError):
    """The name breaks a rule of `characters.model.clean_name`."""


class InvalidDescription(CharacterError):
    """The description breaks a rule of `characters.model.clean_description`."""


class RosterFull(CharacterError):
    def __init__(self, limit: int) -> None:
        super().__init__(
            f"You have {limit} characters, and that is the most. Delete one to make room."
        )


class UnknownCharacter(CharacterError):
    def __init__(self) -> None:
        super().__init__(
            "That character is not among yours. `/character list` shows them, `/character restore` the deleted ones."
        )


class AmbiguousName(CharacterError):
    def __init__(self, count: int, text: str) -> None:
        super().__init__(
            f"{count} of your characters match “{text.strip()[:80]}”. "
            "Please pick one from the list that opens as you type."
        )


class CharacterChanged(CharacterError):
    def __init__(self) -> None:
        super().__init__(
            "This character is being changed somewhere else right now. Please try again."
        )


class TooFast(CharacterError):
    def __init__(self, seconds: int) -> None:
        super().__init__(f"That was a lot in a short time. Please try again in {seconds} seconds.")


class DraftGone(CharacterError):
    def __init__(self) -> None:
        super().__init__(
            "What you typed was kept for fifteen minutes and is gone now. Please start again."
        )


class PortraitRefused(CharacterError):
    """The image cannot become a portrait. The character itself is not affected."""


class NotAnImage(PortraitRefused):
    def __init__(self) -> None:
        super().__init__(
            "That file is not an image I can read. Please use a PNG, JPEG, WebP or GIF."
        )


class ImageTooLarge(PortraitRefused):
    def __init__(self, limit: int) -> None:
        super().__init__(
            f"That image is too large. Please use one of at most {limit // 2**20} MiB."
        )


class TooManyPixels(PortraitRefused):
    def __init__(self, width: int, height: int, limit: int) -> None:
        side = isqrt(limit)
        super().__init__(
            f"That image is too big ({width} × {height}). Please scale it down to {side} × {side}."
        )


class DamagedImage(PortraitRefused):
    def __init__(self) -> None:
        super().__init__(
            "That image is damaged or incomplete. Please save it again, or use another one."
        )


class UnusableLink(PortraitRefused):
    """The image behind a URL cannot be had; the sentence says why."""


class PortraitUnsaved(PortraitRefused):
    def __init__(self) -> None:
        super().__init__(
            "The portrait could not be stored just now. Please add it again in a moment."
        )


class UnreadableFile(CharacterError):
    """A file to import holds no characters that can be read; the sentence says what was expected."""


class StorageUnavailable(CharacterError):
    def __init__(self) -> None:
        super().__init__(
            "My storage is not answering just now. Nothing was lost; please try again in a moment."
        )


class LobbyGone(CharacterError):
    def __init__(self) -> None:
        super().__init__("This lobby is over. `/lobby open` opens a new one.")


class LobbyClosed(CharacterError):
    def __init__(self) -> None:
        super().__init__("This lobby is closed. `/lobby open` opens a new one.")


class LobbyStarted(CharacterError):
    def __init__(self) -> None:
        super().__init__("This session has started already.")


class LobbyFull(CharacterError):
    def __init__(self) -> None:
        super().__init__("Every seat is taken. You can join as soon as somebody leaves.")


class NoSeat(CharacterError):
    def __init__(self) -> None:
        super().__init__("That player has left this lobby already.")


class NotSeated(CharacterError):
    def __init__(self) -> None:
        super().__init__(
            "You have no seat in this lobby. Press Join, and your active character comes with you."
        )


class NotTheHost(CharacterError):
    def __init__(self) -> None:
        super().__init__("Only the host can do that, or somebody who may manage messages here.")


class NobodySeated(CharacterError):
    def __init__(self) -> None:
        super().__init__("Nobody has a seat yet, so there is nothing to start.")


class WithoutCharacter(CharacterError):
    def __init__(self, user_ids: list[int]) -> None:
        names = " and ".join(f"<@{user_id}>" for user_id in user_ids)
        super().__init__(
            f"Not started yet: {names} {'has' if len(user_ids) == 1 else 'have'} no character. "
            "Wait until there is one (the lobby asks for it), or remove them, and start again."
        )


class LobbyBusy(CharacterError):
    def __init__(self) -> None:
        super().__init__("People are joining and leaving just now. Please press Start again.")


class OperatorError(Exception):
    """The program cannot run as it was started; `str(error)` tells the operator why and what to do."""

"""What can go wrong with characters, drafts, the store, and the set-up of the program."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any


class CharacterError(Exception):
    """A request could not be fulfilled; nothing that was typed or kept before is lost by it."""

    message = "The request could not be fulfilled."

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.message)


class NameProblem(StrEnum):
    TOO_LONG = "it is too long"
    INVISIBLE = "it can't be seen"


class InvalidName(CharacterError):
    """The name breaks a rule of `characters.names.clean_name`.

    `count` is how many letters it has, and `limit` the most allowed.
    """

    def __init__(self, problem: NameProblem, *, count: int = 0, limit: int = 0) -> None:
        super().__init__(f"The name is not allowed: {problem}.")
        self.problem = problem
        self.count = count
        self.limit = limit


class DescriptionTooLong(CharacterError):
    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"The description has {length} letters; at most {limit} are allowed.")
        self.length = length
        self.limit = limit


class DescriptionNotText(CharacterError):
    """The description can't be written as UTF-8; `position` is that of the bad letter, from 1."""

    def __init__(self, position: int) -> None:
        super().__init__(f"Letter {position} of the description is half a symbol.")
        self.position = position


class TextFileProblem(StrEnum):
    """Why a file can't become a description."""

    NOT_RECEIVED = "Discord did not give it"
    TOO_LARGE = "it is too large"
    NOT_TEXT = "it is no text"


class DescriptionFileRefused(CharacterError):
    """`limit` is in bytes, or 0."""

    def __init__(self, problem: TextFileProblem, limit: int = 0) -> None:
        super().__init__(f"The file can't become a description: {problem}.")
        self.problem = problem
        self.limit = limit


class RosterFull(CharacterError):
    def __init__(self, limit: int) -> None:
        super().__init__(f"The roster has {limit} characters, which is the limit.")
        self.limit = limit


class UnknownCharacter(CharacterError):
    message = "The user has no such character."


class CharacterTrashed(CharacterError):
    message = "The character was deleted and is in the trash."


class EditedSince(CharacterError):
    message = "The character was edited again after the change that was to be undone."


class AmbiguousName(CharacterError):
    def __init__(self, count: int, text: str) -> None:
        super().__init__(f"{count} characters of the user match the text.")
        self.count = count
        self.text = text


class CharacterChanged(CharacterError):
    message = "Another writer changed the character again and again."


class TooFast(CharacterError):
    """`seconds` are those until the action is allowed again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"There were too many actions in a minute; wait {seconds} seconds.")
        self.seconds = seconds


class StillBusy(CharacterError):
    message = "Other actions of the user still run, and as many as may wait do."


class SavingFailed(CharacterError):
    message = "An unexpected error stopped the saving; the log has it."


class TooBusy(CharacterError):
    message = "As many actions of all users run and wait as may."


class DraftGone(CharacterError):
    message = "There is no such draft of the last fifteen minutes."


class StorageUnavailable(CharacterError):
    message = "The store does not answer."


class StorageRefused(StorageUnavailable):
    message = "The store refuses requests until an operator mends it; the log says how."


class NotForgotten(StorageUnavailable):
    """Something of a user may be left; `lobbies` (`characters.lobby.lobby.Lobby`) have changed."""

    message = "Something of the user may be left, so forgetting has to be repeated."

    def __init__(self, lobbies: Sequence[Any] = ()) -> None:
        super().__init__()
        self.lobbies = lobbies


class ScanInterrupted(StorageUnavailable):
    message = "The servers of the store changed again and again while all of its keys were read."


class OperatorError(Exception):
    """The program can't run as it is set up; `str(error)` tells the operator what to do."""

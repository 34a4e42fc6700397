"""What can go wrong, as classes with fields.

`str(error)` is plain English for logs and developers, without secrets. What a player reads is made
of the class and its fields in `cogs.characters.error_texts`.
"""

from enum import StrEnum


class CharacterError(Exception):
    """A request could not be fulfilled; nothing that was typed or kept before is lost by it."""

    message = "The request could not be fulfilled."

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.message)


class NameProblem(StrEnum):
    TOO_LONG = "it is too long"
    INVISIBLE = "it can't be seen"
    CONTROL_CODE = "it has a control code"
    INVISIBLE_SYMBOL = "it has an invisible symbol"
    HALF_SYMBOL = "it has half a symbol"
    PRIVATE_SYMBOL = "it has a symbol of no standard"
    TOO_MANY_MARKS = "a letter has too many accents"


class InvalidName(CharacterError):
    """The name breaks a rule of `characters.names.clean_name`.

    `count` is how many letters or accents it has and `limit` the most allowed; `symbol` is the
    refused one, and `before` what stands before it.
    """

    def __init__(
        self,
        problem: NameProblem,
        *,
        count: int = 0,
        limit: int = 0,
        symbol: str = "",
        before: str = "",
    ) -> None:
        super().__init__(f"The name is not allowed: {problem}.")
        self.problem = problem
        self.count = count
        self.limit = limit
        self.symbol = symbol
        self.before = before


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


class RosterFull(CharacterError):
    def __init__(self, limit: int) -> None:
        super().__init__(f"The roster has {limit} characters, which is the limit.")
        self.limit = limit


class UnknownCharacter(CharacterError):
    message = "The user has no such character."


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


class DraftGone(CharacterError):
    message = "There is no such draft of the last fifteen minutes."


class PortraitRefused(CharacterError):
    """The image can't become a portrait. The character itself is not affected."""


class NotAnImage(PortraitRefused):
    message = "The file is no PNG, JPEG, WebP or GIF."


class ImageTooLarge(PortraitRefused):
    """`limit` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The image has more than {limit} bytes.")
        self.limit = limit


class TooManyPixels(PortraitRefused):
    """`limit` in pixels."""

    def __init__(self, width: int, height: int, limit: int) -> None:
        super().__init__(f"The image has {width} × {height} pixels; at most {limit} are allowed.")
        self.width = width
        self.height = height
        self.limit = limit


class DamagedImage(PortraitRefused):
    message = "The image can't be decoded."


class LinkProblem(StrEnum):
    MALFORMED = "it is no https URL"
    DECORATED = "it has a user name or a port"
    UNREACHABLE = "no public web server answered"
    SLOW = "the server took too long"
    REDIRECTED = "it is redirected too often"
    ENCODED = "the server sent a compressed answer"
    REFUSED = "the server answered with an error"


class UnusableLink(PortraitRefused):
    """The image behind a URL can't be had; `status` is that of the HTTP answer, or 0."""

    def __init__(self, problem: LinkProblem, status: int = 0) -> None:
        super().__init__(f"The link can't be used: {problem}{f' ({status})' if status else ''}.")
        self.problem = problem
        self.status = status


class PortraitUnsaved(PortraitRefused):
    message = "The portrait could not be stored."


class FileProblem(StrEnum):
    """Why a file, or one character in it, can't be imported."""

    UNKNOWN = "it holds no characters of a known format"
    NOT_RECEIVED = "Discord did not give it"
    TOO_LARGE = "it is too large"
    TOO_MUCH = "it holds too many values"
    NOT_JSON = "it is no JSON"
    TOO_DEEP = "it is nested too deeply"
    NO_CARD = "the picture has no character card inside"
    DAMAGED_CARD = "the character card in the picture is damaged"
    CARD_TOO_LARGE = "the text in the picture is too large"
    NOT_A_CARD = "it is no character card"
    CARD_WITHOUT_NAME = "the card has no name"
    TOO_MANY_FILES = "the archive has too many files"
    DAMAGED_ARCHIVE = "the archive is damaged"
    SAME_FILE_NAME = "the archive has two files of one name"
    UNPACKED_TOO_LARGE = "the archive unpacks to too many bytes"
    OUTSIDE = "the archive has files that would lie outside of it"
    LINKS = "the archive has links"
    NESTED_ARCHIVE = "the archive has an archive inside"
    ENCRYPTED = "the archive is encrypted"
    UNKNOWN_COMPRESSION = "the archive is compressed in an unknown way"
    NEWER_ARCHIVE = "the archive is of a newer version"
    MISSING_FILE = "the archive lacks this file"
    NO_LIST = "it has no list of characters"
    TOO_MANY_CHARACTERS = "it has too many characters"
    NOT_A_CHARACTER = "it is no character"
    WITHOUT_NAME = "it has no name"
    TEXT_TOO_LONG = "its name or description is too long to be read"


class UnreadableFile(CharacterError):
    """A file can't be imported; `limit` is the one that was passed (bytes, files, characters)."""

    def __init__(self, problem: FileProblem, limit: int = 0) -> None:
        super().__init__(f"The file can't be read: {problem}.")
        self.problem = problem
        self.limit = limit


class ImportRunning(CharacterError):
    message = "An import of the user is still running."


class ImportFailed(CharacterError):
    message = "An unexpected error stopped the import of this character; the log has it."


class StorageUnavailable(CharacterError):
    message = "The store does not answer."


class LobbyGone(CharacterError):
    message = "There is no such lobby any more."


class LobbyClosed(CharacterError):
    message = "The lobby is closed."


class LobbyStarted(CharacterError):
    message = "The session of the lobby has started."


class LobbyFull(CharacterError):
    message = "Every seat of the lobby is taken."


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


class OperatorError(Exception):
    """The program can't run as it is set up; `str(error)` tells the operator what to do."""

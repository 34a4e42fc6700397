"""What can go wrong with imports and exports."""

from enum import StrEnum

from characters.errors.base_errors import CharacterError
from characters.errors.portrait_errors import LinkProblem


class FileProblem(StrEnum):
    """Why a file, or one character in it, can't be imported."""

    UNKNOWN = "it holds no characters of a known format"
    NOT_RECEIVED = "Discord did not give it"
    TOO_LARGE = "it is too large"
    TOO_MUCH = "it holds too many values"
    NOT_JSON = "it is no JSON"
    TOO_DEEP = "it is nested too deeply"
    NOT_YAML = "it is no YAML, or has aliases"
    LOREBOOK = "it is a lorebook"
    PRESET = "it is a preset"
    CHAT = "it is a chat log"
    LOCKED = "RisuAI has encrypted the card"
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


class UnusableFileLink(CharacterError):
    """The file behind a URL can't be had; `status` is that of the HTTP answer, or 0."""

    def __init__(self, problem: LinkProblem, status: int = 0) -> None:
        super().__init__(f"The link to a file can't be used: {problem}.")
        self.problem = problem
        self.status = status


class ImportRunning(CharacterError):
    message = "An import of the user is still running."


class ImportFailed(CharacterError):
    message = "An unexpected error stopped the import of this character; the log has it."

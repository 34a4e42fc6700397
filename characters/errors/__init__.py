"""What can go wrong, as classes with fields.

`str(error)` is plain English for logs and developers, without secrets. What a player reads is made
of the class and its fields in `cogs.characters.error_texts`.
"""

from characters.errors.base_errors import (
    AmbiguousName,
    CharacterChanged,
    CharacterError,
    DescriptionNotText,
    DescriptionTooLong,
    DraftGone,
    InvalidName,
    NameProblem,
    OperatorError,
    RosterFull,
    StorageUnavailable,
    TooFast,
    UnknownCharacter,
)
from characters.errors.lobby_errors import (
    LobbyBusy,
    LobbyClosed,
    LobbyFull,
    LobbyGone,
    LobbyStarted,
    NobodySeated,
    NoSeat,
    NotSeated,
    NotTheHost,
    WithoutCharacter,
)
from characters.errors.portrait_errors import (
    DamagedImage,
    ImageTooLarge,
    LinkProblem,
    NotAnImage,
    PortraitRefused,
    PortraitUnsaved,
    TooManyPixels,
    TooManyScans,
    UnusableLink,
)
from characters.errors.transfer_errors import (
    FileProblem,
    ImportFailed,
    ImportRunning,
    UnreadableFile,
)

__all__ = [
    "AmbiguousName",
    "CharacterChanged",
    "CharacterError",
    "DamagedImage",
    "DescriptionNotText",
    "DescriptionTooLong",
    "DraftGone",
    "FileProblem",
    "ImageTooLarge",
    "ImportFailed",
    "ImportRunning",
    "InvalidName",
    "LinkProblem",
    "LobbyBusy",
    "LobbyClosed",
    "LobbyFull",
    "LobbyGone",
    "LobbyStarted",
    "NameProblem",
    "NoSeat",
    "NobodySeated",
    "NotAnImage",
    "NotSeated",
    "NotTheHost",
    "OperatorError",
    "PortraitRefused",
    "PortraitUnsaved",
    "RosterFull",
    "StorageUnavailable",
    "TooFast",
    "TooManyPixels",
    "TooManyScans",
    "UnknownCharacter",
    "UnreadableFile",
    "UnusableLink",
    "WithoutCharacter",
]

"""What players read about errors of the core, from the class of an error and its fields."""

from math import isqrt

from characters.errors import (
    AmbiguousName,
    CharacterChanged,
    CharacterError,
    CharacterTrashed,
    DamagedImage,
    DescriptionFileRefused,
    DescriptionNotText,
    DescriptionTooLong,
    DraftGone,
    EditedSince,
    HeicImage,
    ImageTooComplex,
    ImageTooLarge,
    ImportFailed,
    ImportRunning,
    InvalidName,
    LobbyBusy,
    LobbyClosed,
    LobbyFull,
    LobbyGone,
    LobbyStarted,
    NobodySeated,
    NoSeat,
    NotAnImage,
    NotForgotten,
    NotSeated,
    NotTheHost,
    PortraitRefused,
    PortraitUnsaved,
    RemovedFromLobby,
    RosterFull,
    SavingFailed,
    StillBusy,
    StorageRefused,
    StorageUnavailable,
    TooBusy,
    TooFast,
    TooManyPixels,
    TooManyScans,
    UnknownCharacter,
    UnreadableFile,
    UnusableFileLink,
    UnusableLink,
    WithoutCharacter,
)
from cogs.characters.problem_texts import (
    FILE_LINKS,
    FILES,
    LINKS,
    NAMES,
    NAMES_IN_FILES,
    TEXT_FILES,
)
from cogs.characters.ui.formatting import plural

_MIB = 2**20

SENTENCES: dict[type[CharacterError], str] = {
    CharacterError: "That was not possible. Please try again.",
    DescriptionTooLong: (
        "Not saved yet: that description has {length:,} letters, and {limit:,} is the most."
    ),
    DescriptionNotText: (
        "Not saved yet: letter {position:,} of that description is half a symbol. "
        "Please type it without."
    ),
    RosterFull: "You have {limit} characters, and that is the most. Delete one to make room.",
    UnknownCharacter: (
        "That character is not among yours. `/character list` shows your characters, "
        "`/character restore` the deleted ones."
    ),
    CharacterTrashed: (
        "This character was saved before, and you have deleted it since. `/character restore` "
        "brings it back."
    ),
    AmbiguousName: "{count} of your characters have that name: it is not clear which it is.",
    CharacterChanged: "This character is being changed somewhere else right now. Please try again.",
    EditedSince: (
        "This character was changed again since then. "
        "`/character restore` has its earlier versions."
    ),
    DraftGone: "What you typed was kept for fifteen minutes and is gone now. Please start again.",
    PortraitRefused: "That image can't be used. Please use another one.",
    NotAnImage: (
        "That file is not an image I can read. Please use a PNG, JPEG, WebP, GIF or AVIF."
    ),
    HeicImage: (
        "That is a HEIC picture, as iPhones take them, and I can't read those. Please save or "
        "share it as a JPEG, or send a screenshot of it."
    ),
    ImageTooLarge: "That image is too large. Please use one of at most {mib} MiB.",
    TooManyPixels: (
        "That image is too big ({width} × {height}). Please scale it down to {side} × {side}."
    ),
    TooManyScans: (
        "That JPEG is built up in more than {limit} steps. Please save it again as a PNG or JPEG."
    ),
    DamagedImage: "That image is damaged or incomplete. Please save it again, or use another one.",
    ImageTooComplex: (
        "That image takes more time or memory than I have for one. It may be fine: please scale it "
        "down, or save it again as a plain PNG or JPEG."
    ),
    PortraitUnsaved: "The portrait could not be stored just now. Please add it again in a moment.",
    SavingFailed: (
        "Not saved yet: something went wrong on my side. The error is in my log, and what you "
        "typed is kept. Please open the form again."
    ),
    StillBusy: (
        "Several things of yours are still running. Please wait until they are done, and try again."
    ),
    TooBusy: "Too many players need me at once just now. Please try again in a minute.",
    ImportRunning: "An import of yours is still running. Please wait until it is done.",
    ImportFailed: (
        "Something went wrong on my side with this character. The error is in my log. "
        "Please import it again."
    ),
    StorageUnavailable: (
        "My storage is not answering just now. Nothing was lost; please try again in a moment."
    ),
    StorageRefused: (
        "My storage refuses that, and only whoever runs this bot can mend it; its log says how. "
        "Nothing was lost."
    ),
    NotForgotten: (
        "Not everything of yours is removed yet, as my storage did not answer. "
        "Please use `/character forget` again in a moment: it goes on where it stopped."
    ),
    LobbyGone: "This lobby is over. `/lobby open` opens a new one.",
    LobbyClosed: "This lobby is closed. `/lobby open` opens a new one.",
    LobbyStarted: "This session has already started.",
    LobbyFull: "Every seat is taken. You can join as soon as somebody leaves.",
    RemovedFromLobby: "The host has removed you from this lobby, so you can't join it again.",
    NoSeat: "That player has already left this lobby.",
    NotSeated: (
        "You have no seat in this lobby now. Press Join, and the character you play comes with you."
    ),
    NotTheHost: "Only the host can do that, or somebody who may manage messages here.",
    NobodySeated: "Nobody has a seat yet, so there is nothing to start.",
    LobbyBusy: "People are joining and leaving just now. Please press **Host: start** again.",
}
ONE_SECOND = "That was a lot in a short time. Please try again in {count} second."
SECONDS = "That was a lot in a short time. Please try again in {count} seconds."
ONE_WITHOUT_CHARACTER = (
    "Not started yet: {players} has no character. Wait until they have one (the lobby asks them), "
    "or remove them, and press **Host: start** again."
)
WITHOUT_CHARACTER = (
    "Not started yet: {players} have no character. Wait until each has one (the lobby asks them), "
    "or remove them, and press **Host: start** again."
)
# About a character in an imported file.
IN_FILES: dict[type[CharacterError], str] = {
    DescriptionTooLong: "Its description has {length:,} letters, and {limit:,} is the most.",
    DescriptionNotText: "Letter {position:,} of its description is half a symbol.",
}


def error_text(error: CharacterError, *, in_file: bool = False) -> str:
    """The player's sentence; `in_file` if the error is about a character in an imported file."""
    kind = next(each for each in type(error).__mro__ if each in SENTENCES)
    sentence = SENTENCES[kind]
    fields = dict(vars(error))
    match error:
        case InvalidName():
            sentences = NAMES_IN_FILES if in_file else NAMES
            sentence = sentences[error.problem]
        case DescriptionFileRefused():
            sentence = TEXT_FILES[error.problem]
            fields["kib"] = error.limit // 1024
        case DescriptionTooLong() | DescriptionNotText() if in_file:
            sentence = IN_FILES[type(error)]
        case TooFast():
            return plural(error.seconds, ONE_SECOND, SECONDS)
        case ImageTooLarge():
            fields["mib"] = error.limit // _MIB
        case TooManyPixels():
            fields["side"] = isqrt(error.limit)
        case UnusableLink() | UnusableFileLink():
            sentences = LINKS if isinstance(error, UnusableLink) else FILE_LINKS
            sentence = sentences[error.problem]
        case UnreadableFile():
            sentence = FILES[error.problem]
            fields["mib"] = error.limit // _MIB
        case WithoutCharacter():
            players = ", ".join(f"<@{user_id}>" for user_id in error.user_ids)
            count = len(error.user_ids)
            return plural(count, ONE_WITHOUT_CHARACTER, WITHOUT_CHARACTER, players=players)
        case _:
            pass
    return sentence.format(**fields)

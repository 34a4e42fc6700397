"""What players read about errors of the core, from the class of an error and its fields."""

from math import isqrt
from typing import Any

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
from cogs.characters.ui.formatting import mention
from cogs.characters.ui.language import N_, NN_, Plural, _, listed, ngettext

_MIB = 2**20

SENTENCES: dict[type[CharacterError], str | Plural] = {
    CharacterError: N_("That was not possible. Please try again."),
    DescriptionTooLong: NN_(
        "Not saved yet: that description has {count} letter, and {limit} is the most.",
        "Not saved yet: that description has {count} letters, and {limit} is the most.",
    ),
    DescriptionNotText: N_(
        "Not saved yet: letter {position} of that description is half a symbol. "
        "Please type it without."
    ),
    RosterFull: NN_(
        "You have {count} character, and that is the most. Delete one to make room.",
        "You have {count} characters, and that is the most. Delete one to make room.",
    ),
    UnknownCharacter: N_(
        "That character is not among yours. `/character list` shows your characters, "
        "`/character restore` the deleted ones."
    ),
    CharacterTrashed: N_(
        "This character was saved before, and you have deleted it since. `/character restore` "
        "brings it back."
    ),
    AmbiguousName: NN_(
        "{count} of your characters has that name: it is not clear which it is.",
        "{count} of your characters have that name: it is not clear which it is.",
    ),
    CharacterChanged: N_(
        "This character is being changed somewhere else right now. Please try again."
    ),
    EditedSince: N_(
        "This character was changed again since then. "
        "`/character restore` has its earlier versions."
    ),
    DraftGone: N_(
        "What you typed was kept for fifteen minutes and is gone now. Please start again."
    ),
    PortraitRefused: N_("That image can't be used. Please use another one."),
    NotAnImage: N_(
        "That file is not an image I can read. Please use a PNG, JPEG, WebP, GIF or AVIF."
    ),
    HeicImage: N_(
        "That is a HEIC picture, as iPhones take them, and I can't read those. Please save or "
        "share it as a JPEG, or send a screenshot of it."
    ),
    ImageTooLarge: N_("That image is too large. Please use one of at most {mib} MiB."),
    TooManyPixels: N_(
        "That image is too big ({width} × {height}). Please scale it down to {side} × {side}."
    ),
    TooManyScans: N_(
        "That JPEG is built up in more than {limit} steps. Please save it again as a PNG or JPEG."
    ),
    DamagedImage: N_(
        "That image is damaged or incomplete. Please save it again, or use another one."
    ),
    ImageTooComplex: N_(
        "That image takes more time or memory than I have for one. It may be fine: please scale it "
        "down, or save it again as a plain PNG or JPEG."
    ),
    PortraitUnsaved: N_(
        "The portrait could not be stored just now. Please add it again in a moment."
    ),
    SavingFailed: N_(
        "Not saved yet: something went wrong on my side. The error is in my log, and what you "
        "typed is kept. Please open the form again."
    ),
    StillBusy: N_(
        "Several things of yours are still running. Please wait until they are done, and try again."
    ),
    TooBusy: N_("Too many players need me at once just now. Please try again in a minute."),
    ImportRunning: N_("An import of yours is still running. Please wait until it is done."),
    ImportFailed: N_(
        "Something went wrong on my side with this character. The error is in my log. "
        "Please import it again."
    ),
    StorageUnavailable: N_(
        "My storage is not answering just now. Nothing was lost; please try again in a moment."
    ),
    StorageRefused: N_(
        "My storage refuses that, and only whoever runs this bot can mend it; its log says how. "
        "Nothing was lost."
    ),
    NotForgotten: N_(
        "Not everything of yours is removed yet, as my storage did not answer. "
        "Please use `/character forget` again in a moment: it goes on where it stopped."
    ),
    LobbyGone: N_("This lobby is over. `/lobby open` opens a new one."),
    LobbyClosed: N_("This lobby is closed. `/lobby open` opens a new one."),
    LobbyStarted: N_("This session has already started."),
    LobbyFull: N_("Every seat is taken. You can join as soon as somebody leaves."),
    RemovedFromLobby: N_("The host has removed you from this lobby, so you can't join it again."),
    NoSeat: N_("That player has already left this lobby."),
    NotSeated: N_(
        "You have no seat in this lobby now. Press Join, and the character you play comes with you."
    ),
    NotTheHost: N_("Only the host can do that, or somebody who may manage messages here."),
    NobodySeated: N_("Nobody has a seat yet, so there is nothing to start."),
    TooFast: NN_(
        "That was a lot in a short time. Please try again in {count} second.",
        "That was a lot in a short time. Please try again in {count} seconds.",
    ),
    WithoutCharacter: NN_(
        "Not started yet: {players} has no character. Wait until they have one (the lobby asks "
        "them), or remove them, and press **Host: start** again.",
        "Not started yet: {players} have no character. Wait until each has one (the lobby asks "
        "them), or remove them, and press **Host: start** again.",
    ),
    LobbyBusy: N_("People are joining and leaving just now. Please press **Host: start** again."),
}
# About a character in an imported file.
IN_FILES: dict[type[CharacterError], str | Plural] = {
    DescriptionTooLong: NN_(
        "Its description has {count} letter, and {limit} is the most.",
        "Its description has {count} letters, and {limit} is the most.",
    ),
    DescriptionNotText: N_("Letter {position} of its description is half a symbol."),
}


def error_text(error: CharacterError, *, in_file: bool = False) -> str:
    """The player's sentence; `in_file` if the error is about a character in an imported file."""
    kind = next(each for each in type(error).__mro__ if each in SENTENCES)
    sentence: str | Plural = SENTENCES[kind]
    match error:
        case InvalidName():
            sentence = (NAMES_IN_FILES if in_file else NAMES)[error.problem]
        case DescriptionFileRefused():
            sentence = TEXT_FILES[error.problem]
        case DescriptionTooLong() | DescriptionNotText() if in_file:
            sentence = IN_FILES[type(error)]
        case UnusableLink():
            sentence = LINKS[error.problem]
        case UnusableFileLink():
            sentence = FILE_LINKS[error.problem]
        case UnreadableFile():
            sentence = FILES[error.problem]
        case _:
            pass
    fields = {**vars(error), **_derived(error)}
    if isinstance(sentence, Plural):
        count = fields.pop("count")
        return ngettext(*sentence, count, **fields)
    return _(sentence, **fields)


def _derived(error: CharacterError) -> dict[str, Any]:
    """Fields of sentences that the error has in another form; `count` decides on the plural."""
    fields: dict[str, Any] = {}
    match error:
        case DescriptionFileRefused():
            fields["kib"] = error.limit // 1024
        case ImageTooLarge() | UnreadableFile():
            fields["mib"] = error.limit // _MIB
        case TooManyPixels():
            fields["side"] = isqrt(error.limit)
        case DescriptionTooLong():
            fields["count"] = error.length
        case RosterFull():
            fields["count"] = error.limit
        case TooFast():
            fields["count"] = error.seconds
        case WithoutCharacter():
            fields["count"] = len(error.user_ids)
            fields["players"] = listed(map(mention, error.user_ids))
        case _:
            pass
    return fields

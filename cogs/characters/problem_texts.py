"""Why a name, a link or a file is refused, in sentences for players."""

from characters.errors import FileProblem, LinkProblem, NameProblem, TextFileProblem
from cogs.characters.ui.language import N_, NN_

# Of a name that the player typed.
NAMES = {
    NameProblem.TOO_LONG: NN_(
        "Not saved yet: that name has {count} letter. Please use at most {limit}.",
        "Not saved yet: that name has {count} letters. Please use at most {limit}.",
    ),
    NameProblem.INVISIBLE: N_(
        "Not saved yet: that name can't be seen. Please use letters that can be seen."
    ),
}
# Of a name in a file.
NAMES_IN_FILES = {
    NameProblem.TOO_LONG: NN_(
        "That name has {count} letter, and {limit} is the most.",
        "That name has {count} letters, and {limit} is the most.",
    ),
    NameProblem.INVISIBLE: N_("That name can't be seen."),
}
# Of a text file that is to be the description.
TEXT_FILES = {
    TextFileProblem.NOT_RECEIVED: N_(
        "Not saved yet: I could not get the text file from Discord. Please send the file once more."
    ),
    TextFileProblem.TOO_LARGE: N_(
        "Not saved yet: that text file is too large. Please send one of at most {kib} KB."
    ),
    TextFileProblem.NOT_TEXT: N_(
        "Not saved yet: that file is not plain text. "
        "Please save the description as a .txt file in UTF-8, and send that."
    ),
}
LINKS = {
    LinkProblem.MALFORMED: N_(
        "That is not a link to an image on the web. Please give one that begins with https://."
    ),
    LinkProblem.DECORATED: N_(
        "A link with a user name or a port number can't be used. Please give a plain https:// link."
    ),
    LinkProblem.UNREACHABLE: N_(
        "No public web server answered behind that link. "
        "Please check it, or upload the image instead."
    ),
    LinkProblem.SLOW: N_(
        "The server behind that link took too long. Please try again, or upload the image instead."
    ),
    LinkProblem.REDIRECTED: N_(
        "That link is redirected too often. Please link to the image itself, or upload it."
    ),
    LinkProblem.ENCODED: N_(
        "The server behind that link sent the image in a form that can't be read. "
        "Please upload the image instead."
    ),
    LinkProblem.TOO_LONG: N_("That link is too long. Please upload the image instead."),
    LinkProblem.OUT_OF_TIME: N_(
        "The other links in the file took too long, so there was no time left for this one. "
        "Please import the file again, or upload the image."
    ),
    LinkProblem.BUSY: N_(
        "Too many links are being looked at just now. "
        "Please try again in a minute, or upload the image instead."
    ),
    LinkProblem.REFUSED: N_(
        "The server behind that link answered with an error ({status}). "
        "Please check the link, or upload the image instead."
    ),
}
# Of a link to a file that is to be imported.
FILE_LINKS = {
    LinkProblem.MALFORMED: N_(
        "That is not a link to a file on the web. Please give one that begins with https://."
    ),
    LinkProblem.DECORATED: LINKS[LinkProblem.DECORATED],
    LinkProblem.UNREACHABLE: N_(
        "No public web server answered behind that link. "
        "Please check it, or attach the file instead."
    ),
    LinkProblem.SLOW: N_(
        "The server behind that link took too long. Please try again, or attach the file instead."
    ),
    LinkProblem.REDIRECTED: N_(
        "That link is redirected too often. Please link to the file itself, or attach it."
    ),
    LinkProblem.ENCODED: N_(
        "The server behind that link sent the file in a form that can't be read. "
        "Please attach the file instead."
    ),
    LinkProblem.TOO_LONG: N_("That link is too long. Please attach the file instead."),
    LinkProblem.BUSY: N_(
        "Too many links are being looked at just now. "
        "Please try again in a minute, or attach the file instead."
    ),
    LinkProblem.REFUSED: N_(
        "The server behind that link answered with an error ({status}). Links to files at Discord "
        "work for a day. Please check the link, or attach the file instead."
    ),
}

FILES = {
    FileProblem.UNKNOWN: N_(
        "That file has no characters that I can read. Please send a character card "
        "(PNG, JSON or CHARX), an export of a program such as Tupperbox or PluralKit, or an "
        "archive of mine."
    ),
    FileProblem.NOT_RECEIVED: N_(
        "I could not get that file from Discord. Please send the file once more."
    ),
    FileProblem.TOO_LARGE: N_("That file is too large. Please send one of at most {mib} MiB."),
    FileProblem.TOO_MUCH: N_(
        "That file holds more than I can take at once. Please split it into smaller ones."
    ),
    FileProblem.NOT_JSON: N_(
        "That file can't be read as JSON: it is cut off, damaged, or of another kind. "
        "Please export it again."
    ),
    FileProblem.TOO_DEEP: N_(
        "That file is nested too deeply for characters. Please export it again."
    ),
    FileProblem.NOT_YAML: N_(
        "That file can't be read as YAML: it is damaged, or refers from one place to another. "
        "Please export the character as JSON."
    ),
    FileProblem.LOREBOOK: N_(
        "That is a lorebook, not a character. Please send the character that it belongs to."
    ),
    FileProblem.PRESET: N_(
        "That is a preset, the settings of a program, and not a character. "
        "Please export the character."
    ),
    FileProblem.CHAT: N_("That is a chat log, not a character. Please export the character."),
    FileProblem.LOCKED: N_(
        "That card is locked by RisuAI, and only RisuAI can open it. "
        "Please export it there again, without the lock."
    ),
    FileProblem.NO_CARD: N_(
        "That picture has no character card inside. Please send the card's original file: "
        "screenshots, and copies that a chat or website made, have lost theirs."
    ),
    FileProblem.DAMAGED_CARD: N_(
        "The character card in that picture is damaged. Please download it again."
    ),
    FileProblem.CARD_TOO_LARGE: N_(
        "The text inside that picture is larger than {mib} MiB, and no character card is."
    ),
    FileProblem.NOT_A_CARD: N_("That is no character card: a card has a name and a description."),
    FileProblem.CARD_WITHOUT_NAME: N_(
        "The card has no name. Please give it one, and send it again."
    ),
    FileProblem.TOO_MANY_FILES: N_("That archive has more than {limit} files. Please split it."),
    FileProblem.DAMAGED_ARCHIVE: N_(
        "That archive is damaged or incomplete. Please export or download it again."
    ),
    FileProblem.SAME_FILE_NAME: N_(
        "That archive has two files of the same name. Please export it again."
    ),
    FileProblem.UNPACKED_TOO_LARGE: N_(
        "That archive unpacks to more than {mib} MiB. Please split it."
    ),
    FileProblem.OUTSIDE: N_(
        "That archive has files that would be unpacked outside of its folder. "
        "Please send an ordinary ZIP."
    ),
    FileProblem.LINKS: N_("That archive has links instead of files. Please send an ordinary ZIP."),
    FileProblem.NESTED_ARCHIVE: N_(
        "That archive has another archive inside. Please send the inner one by itself."
    ),
    FileProblem.ENCRYPTED: N_(
        "That archive is locked with a password. Please send it without one."
    ),
    FileProblem.UNKNOWN_COMPRESSION: N_(
        "That archive is packed in a way that I can't read. Please make an ordinary ZIP of it."
    ),
    FileProblem.NEWER_ARCHIVE: N_(
        "That archive was made by a newer version of me, and I can't read it."
    ),
    FileProblem.MISSING_FILE: N_("This file is missing in the archive."),
    FileProblem.NO_LIST: N_("That file has no list of characters. Please export it again."),
    FileProblem.TOO_MANY_CHARACTERS: N_(
        "That file has more than {limit} characters. Please split it."
    ),
    FileProblem.NOT_A_CHARACTER: N_("This is no character."),
    FileProblem.WITHOUT_NAME: N_("This character has no name."),
    FileProblem.TEXT_TOO_LONG: N_(
        "Its name or description has more than {limit} letters. Please shorten it."
    ),
}

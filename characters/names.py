"""The rules for names and descriptions that players type."""

import re
import unicodedata

from characters.errors import DescriptionNotText, DescriptionTooLong, InvalidName, NameProblem

NAME_LIMIT = 80  # characters
DESCRIPTION_LIMIT = 20_000  # characters
MARKS_LIMIT = 2  # combining marks on one letter
# Characters that are looked at. Normalising a name takes quadratic time (gh-149079).
RAW_NAME_LIMIT = 1000
RAW_DESCRIPTION_LIMIT = 100_000

_REMOVED = {"Cc", "Cf", "Cs", "Co"}  # control, format, half and private symbols
# Unicode calls them letters and symbols, but they look blank.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_JOINERS = {"\u200c", "\u200d"}
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")  # UTS #51: an emoji tag sequence
_EMOJI_MODIFIERS = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


def clean_name(text: str) -> str:
    """The name as it is kept: Unicode NFC, white space tidied, without invisible symbols.

    Control, format, surrogate and private-use characters go, and so does what exceeds two combining
    marks on a letter. Joiners stay within an emoji and where Arabic and Indic scripts need them
    (RFC 5892, A.1), and so do the tags of a flag.

    Raises InvalidName where more than 80 characters are left, or none that can be seen.
    """
    if len(text) > RAW_NAME_LIMIT:
        raise InvalidName(NameProblem.TOO_LONG, count=len(text), limit=NAME_LIMIT)
    name = _readable(text)
    if len(name) > NAME_LIMIT:
        raise InvalidName(NameProblem.TOO_LONG, count=len(name), limit=NAME_LIMIT)
    if all(char in _BLANK or unicodedata.category(char)[0] in "ZMC" for char in name):
        raise InvalidName(NameProblem.INVISIBLE)
    return name


def clean_description(text: str) -> str:
    """The description as it is kept: without outer white space, line ends unified.

    Raises:
        DescriptionTooLong: it has more than 20,000 characters.
        DescriptionNotText: it can't be written as UTF-8.
    """
    if len(text) > RAW_DESCRIPTION_LIMIT:
        raise DescriptionTooLong(len(text), DESCRIPTION_LIMIT)
    description = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(description) > DESCRIPTION_LIMIT:
        raise DescriptionTooLong(len(description), DESCRIPTION_LIMIT)
    try:
        description.encode()
    except UnicodeEncodeError as error:
        raise DescriptionNotText(error.start + 1) from None
    return description


def mended_name(text: str) -> str:
    """The name as `clean_name` keeps it, shortened to its limit.

    Raises InvalidName where nothing visible is left.
    """
    return clean_name(_readable(text[:RAW_NAME_LIMIT])[:NAME_LIMIT])


def mended_description(text: str) -> str:
    """The description as `clean_description` keeps it, shortened to its limit.

    Halves of symbols, which can't be written as UTF-8, become question marks.
    """
    text = text[:RAW_DESCRIPTION_LIMIT].encode(errors="replace").decode()
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return text[:DESCRIPTION_LIMIT].strip()


def folded(text: str) -> str:
    """The text as names are compared: in one case, without outer white space.

    Other programs may record names of any length; of those the beginning is compared.
    """
    return text[:RAW_NAME_LIMIT].strip().casefold()


def tidied(text: str) -> str:
    """Unicode NFC with single spaces; of a text of any length the beginning."""
    return unicodedata.normalize("NFC", " ".join(text[:RAW_NAME_LIMIT].split()))


def _readable(text: str) -> str:
    flags = {at for flag in _FLAG.finditer(text) for at in range(*flag.span())}
    seen = ""
    for position, char in enumerate(text):
        if (
            unicodedata.category(char) not in _REMOVED
            or char.isspace()
            or position in flags
            or _joins(text, position)
        ):
            seen += char
    kept, marks = "", 0
    for char in tidied(seen):
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if marks <= MARKS_LIMIT:
            kept += char
    return kept


def _joins(name: str, position: int) -> bool:
    """Whether the zero-width joiner or non-joiner at this position is needed there."""
    before = name[:position].rstrip(_EMOJI_MODIFIERS)[-1:]
    after = name[position + 1 : position + 2]
    if name[position] not in _JOINERS or not before or not after:
        return False
    categories = unicodedata.category(before), unicodedata.category(after)
    if "\u0600" <= before <= "\u0dff" and "\u0600" <= after <= "\u0dff":  # Arabic to Sinhala
        return all(category[0] in "LM" for category in categories)
    return all(category in {"So", "Sm"} for category in categories)  # ↔ in an emoji is Sm

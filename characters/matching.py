"""How the text that a player types finds a name."""

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache

COMPARED = 200  # letters of a name: normalising takes quadratic time (gh-149079)

# Unicode has no decomposition of these, and their names do not say what they look like.
_LATIN = str.maketrans(
    {"æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "\u0131": "i", "ŋ": "n", "ə": "e", "ß": "ss"}
)
# "LATIN SMALL LETTER L WITH STROKE", "NEGATIVE CIRCLED LATIN CAPITAL LETTER L"
_LETTER = re.compile(
    r"(?:.* )?LATIN (?:(?:SMALL|CAPITAL) LETTER|LETTER SMALL CAPITAL) ([A-Z])(?: WITH .*)?"
)
_IGNORED = {"Mn", "Me", "Cf", "Cc", "Cs"}  # marks, and what can't be seen


class Match(IntEnum):
    """How a text fits a name; the smaller, the better."""

    WHOLE = 0
    BEGINNING = 1
    WORD = 2
    WITHIN = 3


def plain(text: str) -> str:
    """The text as one types it in a hurry: without accents, case, width, style and extra spaces.

    Letters of other scripts stay in their script.
    """
    text = text[:COMPARED]
    if not text.isascii():
        letters = unicodedata.normalize("NFKD", text)[: 2 * COMPARED]  # one may become eighteen
        text = "".join(map(_plain_letter, letters))
    return " ".join(text.casefold().translate(_LATIN).split())


def match(wanted: str, name: str) -> Match | None:
    """How a text fits a name, both made by `plain`; None where it is not in it."""
    if wanted == name:
        return Match.WHOLE
    if name.startswith(wanted):
        return Match.BEGINNING
    if wanted not in name:
        return None
    if re.search(rf"(?<!\w){re.escape(wanted)}", name):
        return Match.WORD
    return Match.WITHIN


@lru_cache(maxsize=4096)  # asked for every letter of a roster
def _plain_letter(char: str) -> str:
    """Empty for a mark and for what can't be seen."""
    if char.isascii() or char.isspace():
        return char
    if unicodedata.category(char) in _IGNORED:
        return ""
    found = _LETTER.fullmatch(unicodedata.name(char, ""))
    return found[1] if found else char

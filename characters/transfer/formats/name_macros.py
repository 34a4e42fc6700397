"""The places in a text where programs write a name: of the character, and of their user."""

import re

from characters.errors import InvalidName
from characters.names import DESCRIPTION_LIMIT, NAME_LIMIT, mended_name
from characters.transfer.formats.portable import TEXT_LIMIT

CHARACTER = re.compile(
    r"\{\{\s*char\s*\}\}|<bot>|(?<!\{)\{character\}(?!\})",  # the last one is Backyard's
    re.IGNORECASE,
)
USER = re.compile(r"\{\{\s*user\s*\}\}|<user>|(?<!\{)\{user\}(?!\})", re.IGNORECASE)


def with_name(macro: re.Pattern[str], name: str, text: str) -> str:
    """The text with the name, as it is kept, in these places.

    A text that is too long to be read stays as it is, and so do places far beyond the end of what
    is kept of a text.
    """
    if len(text) > TEXT_LIMIT:
        return text
    try:
        name = mended_name(name)
    except InvalidName:
        name = name[:NAME_LIMIT]
    return macro.sub(lambda _: name, text, count=2 * DESCRIPTION_LIMIT // len(name))

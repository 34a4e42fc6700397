"""The places in a text where programs write a name: of the character, and of their user."""

import re

from characters.names import NAME_LIMIT
from characters.transfer.formats.portable import TEXT_LIMIT

CHARACTER = re.compile(
    r"\{\{\s*char\s*\}\}|<bot>|(?<!\{)\{character\}(?!\})",  # the last one is Backyard's
    re.IGNORECASE,
)
USER = re.compile(r"\{\{\s*user\s*\}\}|<user>|(?<!\{)\{user\}(?!\})", re.IGNORECASE)


def with_name(macro: re.Pattern[str], name: str, text: str) -> str:
    """The text with the name in these places; one that is too long to be read stays as it is."""
    if len(text) > TEXT_LIMIT:
        return text
    return macro.sub(lambda _: name[:NAME_LIMIT], text)

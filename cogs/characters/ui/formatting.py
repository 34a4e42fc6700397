"""Texts of players and other programs, in a form that fits Discord's messages."""

import re
import unicodedata

_HARMFUL = re.compile(r"[\\#<>\[\]]")
_ISOLATE, _END = "\u2068", "\u2069"  # UAX #9: what is between has a direction of its own
_RIGHT_TO_LEFT = {"R", "AL"}
_DIRECTIONS = re.compile(r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def line(text: str, limit: int) -> str:
    """The first line of a text, at most `limit` characters long; “ …” says that there is more."""
    lines = sendable(text.strip()[: 10 * limit]).splitlines() or [""]
    if len(lines[0]) > limit or len(lines) > 1:
        return f"{lines[0][: limit - 2]} …"
    return lines[0]


def shown_name(name: str, limit: int) -> str:
    """A name in a message: as `plain_name`, escaped."""
    return safe(plain_name(name, limit))


def plain_name(name: str, limit: int) -> str:
    """The first line of a name, for a menu; written from right to left, it is isolated.

    Without that, what stands around it would change places.
    """
    shown = _DIRECTIONS.sub("", line(name, limit))
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in shown):
        return f"{_ISOLATE}{shown}{_END}"
    return shown


def sendable(text: str) -> str:
    """The text without lone surrogates, which other programs may record and Discord refuses."""
    return text.encode(errors="replace").decode()


def safe(text: str) -> str:
    """Escapes the text: Discord shows any punctuation after a backslash as it is."""
    return _PUNCTUATION.sub(r"\\\g<0>", text)


def harmless(text: str) -> str:
    """The text with emphasis, but without headings, small lines, quotes, mentions and links.

    Those look like lines of ours, or lead elsewhere than they say.
    """
    return _HARMFUL.sub(r"\\\g<0>", text)


def mention(user_id: int | None) -> str:
    """Shows a user's name. It notifies nobody: our messages allow no mentions."""
    return f"<@{user_id}>"

"""Texts of players and other programs, in a form that fits Discord's messages."""

import re

_HARMFUL = re.compile(r"[\\#<>\[\]]")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def line(text: str, limit: int) -> str:
    """The first line of a text, at most `limit` characters long; “ …” says that there is more."""
    lines = sendable(text.strip()[: 10 * limit]).splitlines() or [""]
    if len(lines[0]) > limit or len(lines) > 1:
        return f"{lines[0][: limit - 2]} …"
    return lines[0]


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


def plural(count: int, one: str, many: str, **fields: object) -> str:
    """Fills in one of two whole sentences; `{count}` in them is the number."""
    sentence = one if count == 1 else many
    return sentence.format(count=f"{count:,}", **fields)

"""Two languages for tests: each sentence in brackets, in other letters, 40 % longer.

They are removed again before the simulated Discord gets a message, so that a test reads English. On
the way it is checked that no English is left outside of what players typed, that a channel reads
its server's language and a player their own, and that nothing passes Discord's limits.
"""

import math
import re
from collections.abc import Iterator
from functools import cache
from gettext import NullTranslations
from typing import Any

from docs import locales

PLAYER, SERVER = "th", "hi"  # locales of Discord's that have no catalogue
BRACKETS = {PLAYER: "⟦⟧", SERVER: "⟪⟫"}
PADDING = "¬"
LONGER = 1.4

_KEPT = re.compile(r"(\{\w+\}|`[^`]*`)")  # placeholders and commands
_MARKUP = re.compile(r"#{2,3} |-# |- ")  # at the beginning of a line
_ASCII = "".join(map(chr, (*range(65, 91), *range(97, 123))))
_LETTERS = str.maketrans({each: chr(ord(each) + 0xFEE0) for each in _ASCII})  # full width
_PLAIN = str.maketrans(
    {
        **{chr(ord(each) + 0xFEE0): each for each in _ASCII},
        **dict.fromkeys([*"".join(BRACKETS.values()), PADDING], ""),
    }
)


class PseudoLanguage(NullTranslations):
    """Raises LookupError for a sentence that is not in the template."""

    def __init__(self, locale: str) -> None:
        super().__init__()
        self._brackets = BRACKETS[locale]

    def gettext(self, message: str) -> str:
        if message not in sentences():
            raise LookupError(f"not in the template: {message!r}")
        return self._changed(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        if (msgid1, msgid2) not in sentences():
            raise LookupError(f"not in the template: {msgid1!r}")
        return self._changed(msgid1 if n == 1 else msgid2)

    def _changed(self, sentence: str) -> str:
        if not any(map(str.isalpha, _KEPT.sub("", sentence))):
            return sentence
        markup = _MARKUP.match(sentence)
        start = markup.end() if markup else 0
        parts = _KEPT.split(sentence[start:])
        parts[::2] = [part.translate(_LETTERS) for part in parts[::2]]
        padding = PADDING * (math.ceil(LONGER * len(sentence)) - len(sentence) - 2)
        first, last = self._brackets
        return f"{sentence[:start]}{first}{''.join(parts)}{padding}{last}"


def plain(value: Any) -> Any:
    """JSON with English again in place of these languages."""
    match value:
        case str():
            return value.translate(_PLAIN)
        case list():
            return [plain(each) for each in value]
        case dict():
            return {key: plain(each) for key, each in value.items()}
        case _:
            return value


@cache
def sentences() -> frozenset[Any]:
    """The ids of the template; those with a plural are tuples."""
    return frozenset(each.id for each in locales.template() if each.id)


@cache
def english() -> list[str]:
    """What of the sentences stands between fields and commands, where it has two words."""
    whole = [text for each in sentences() for text in (each if isinstance(each, tuple) else [each])]
    parts = {part.strip() for text in whole for part in re.split(r"\{\w+\}|`[^`]*`", text)}
    return sorted(part for part in parts if re.search(r"[A-Za-z]{2,}\W+[A-Za-z]{2,}", part))


def texts_of(value: Any) -> Iterator[str]:
    """The texts in a message or form that are read; what players typed is among them."""
    shown = {"content", "label", "placeholder", "description", "title"}
    if isinstance(value, list):
        for each in value:
            yield from texts_of(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key in shown and isinstance(each, str):
                yield each
            yield from texts_of(each)


def left_in_english(text: str) -> str:
    """What of the text is one of our sentences, or a part of one, untranslated."""
    for part in english():
        if part in text:
            return part
    return text if text in sentences() else ""

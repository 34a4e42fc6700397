"""The language of whoever reads: English sentences are the ids in the catalogues of `locales`."""

import gettext
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import discord

DOMAIN = "game_characters"
FOLDER = Path(__file__).parents[1] / "locales"

Locale = discord.Locale | str | None  # as Discord names it: de, es-419; None and unknown: English

_locale: ContextVar[str] = ContextVar("game_characters.locale", default="en-US")


class Plural(NamedTuple):
    """A sentence for one and one for many; `{count}` in them is the number."""

    one: str
    many: str


def N_(sentence: str) -> str:  # noqa: N802 - gettext's usual name
    """Marks a sentence for the catalogues. It is looked up when somebody is to read it."""
    return sentence


def NN_(one: str, many: str) -> Plural:  # noqa: N802 - as N_
    """Marks a sentence with a plural for the catalogues."""
    return Plural(one, many)


def _(sentence: str, /, **fields: object) -> str:
    """The sentence in the reader's language, with these fields filled in.

    Integers are written as that language writes numbers.
    """
    return _filled(catalogue(_locale.get()).gettext(sentence), fields)


def ngettext(one: str, many: str, count: int, /, **fields: object) -> str:
    """One of two or more sentences, by the number; `{count}` in it is the number."""
    sentence = catalogue(_locale.get()).ngettext(one, many, count)
    return _filled(sentence, {"count": count, **fields})


@contextmanager
def in_language(locale: Locale) -> Generator[None, None, None]:
    """Inside, whoever reads has this locale of Discord's."""
    token = _locale.set(_named(locale))
    try:
        yield
    finally:
        _locale.reset(token)


def server_locale(interaction: discord.Interaction) -> str:
    """The locale for what a whole channel reads; outside of servers the user's own."""
    return _named(interaction.guild_locale or interaction.locale)


def translated(sentence: str, locale: Locale) -> str | None:
    """The sentence in a language; None where its catalogue has none."""
    found = catalogue(_named(locale)).gettext(sentence)
    return None if found == sentence else found


def listed(items: Iterable[str]) -> str:
    # Translators: what stands between the names of a list.
    return _(", ").join(items)


def number(value: int) -> str:
    # Translators: how the language writes this number. Only its separator counts.
    five = _("12,345")
    # Translators: how the language writes this number: some have no separator in it.
    four = _("1,234")
    separator = five.removeprefix("12").removesuffix("345")
    grouped = f"{value:,}"
    if abs(value) < 10_000 and four == "1234":  # noqa: PLR2004 - more than four digits
        separator = ""
    return grouped.replace(",", separator)


@lru_cache(maxsize=100)
def catalogue(locale: str) -> gettext.NullTranslations:
    """The catalogue for a locale of Discord's; an empty one without a translation.

    `es-419` has the catalogue `es` where there is no `es_419`.
    """
    names = [locale.replace("-", "_"), locale.partition("-")[0]]
    return gettext.translation(DOMAIN, FOLDER, names, fallback=True)


def _filled(sentence: str, fields: dict[str, object]) -> str:
    written = {
        name: number(value) if isinstance(value, int) else value for name, value in fields.items()
    }
    return sentence.format_map(written)


def _named(locale: Locale) -> str:
    if isinstance(locale, discord.Locale):
        return locale.value
    return locale or "en-US"

"""Each catalogue: complete, with the same placeholders and markup, within Discord's limits."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural

from docs import locales

LANGUAGES = locales.catalogues()
IDS = re.compile(r"\{(\w+)\}")
CODE = re.compile(r"`[^`]*`")  # commands
STARTS = re.compile(r"^(?:#{2,3} |-# |- )?", re.MULTILINE)  # of headings, small lines, lists
SYMBOLS = re.compile(r"\*\*|[🎭⭐⚠→·×]")
BOLD = re.compile(r"\*\*([^*{}]+)\*\*")
LIMIT = re.compile(r"at most (\d+) letters")
OPTION_NAME = re.compile(r"[-_\w]{1,32}")
UNCHANGED = {"Character"}  # the name of a command

each_language = pytest.mark.parametrize("language", LANGUAGES)


def catalog(language: str) -> Catalog:
    return locales.read(language, LANGUAGES[language])


def entries(language: str) -> Iterator[tuple[Message, str, str]]:
    """Each entry with an English sentence and its translation, every plural form by itself."""
    for message in catalog(language):
        if not message.id:
            continue
        translations = locales.strings(message)
        one, many = message.id if isinstance(message.id, tuple) else (message.id, message.id)
        for number, translation in enumerate(translations):
            is_first_of_several = number == 0 and len(translations) > 1
            yield message, one if is_first_of_several else many, translation


def complaints(language: str, says: str, *, of: Iterator[bool]) -> list[str]:
    found = zip(entries(language), of, strict=True)
    return [f"{says}: {english!r}: {text!r}" for (_, english, text), holds in found if not holds]


def test_the_template_has_each_sentence_as_the_code_has_it() -> None:
    wanted = locales.written(locales.template())
    assert locales.TEMPLATE.read_bytes() == wanted, "run `make locales`"


@each_language
def test_every_sentence_is_translated(language: str) -> None:
    wanted = {each.id for each in locales.template() if each.id}
    found = catalog(language)
    assert {each.id for each in found if each.id} == wanted, "run `make locales`"
    assert not found.obsolete
    assert [each.id for each in found if each.id and not all(locales.strings(each))] == []
    assert [each.id for each in found if each.id and each.fuzzy] == []


@each_language
def test_it_has_the_plural_forms_of_its_language(language: str) -> None:
    assert catalog(language).num_plurals == get_plural(language).num_plurals


@each_language
def test_it_has_the_same_placeholders(language: str) -> None:
    holds = (
        set(IDS.findall(english)) == set(IDS.findall(text)) and _fills(english, text)
        for _, english, text in entries(language)
    )
    assert not complaints(language, "other placeholders", of=holds)


@each_language
def test_it_has_the_same_commands_and_markup(language: str) -> None:
    for find in (CODE, STARTS, SYMBOLS):
        holds = (
            Counter(find.findall(english)) == Counter(find.findall(text))
            for _, english, text in entries(language)
        )
        assert not complaints(language, "other commands or markup", of=holds)


@each_language
def test_no_sentence_begins_or_ends_with_white_space_of_its_own(language: str) -> None:
    holds = (
        (text != text.strip()) <= (english != english.strip())
        for _, english, text in entries(language)
    )
    assert not complaints(language, "white space", of=holds)


@each_language
def test_it_fits_where_discord_shows_it(language: str) -> None:
    word = catalog(language)["forget"].string
    holds = (
        len(text.replace("{word}", word)) <= limit(message)
        for message, _, text in entries(language)
    )
    assert not complaints(language, "too long", of=holds)


@each_language
def test_a_sentence_calls_a_button_what_the_button_says(language: str) -> None:
    known = catalog(language)
    for _, english, text in entries(language):
        for name in BOLD.findall(english):
            button = known.get(name)
            if button and name not in UNCHANGED:
                assert f"**{button.string}**" in text, (english, text)
            elif f"**{name}**" in known and english != f"**{name}**":
                assert known[f"**{name}**"].string in text, (english, text)
            elif name in UNCHANGED:
                assert f"**{name}**" in text, (english, text)


@each_language
def test_names_of_options_are_such_as_discord_takes(language: str) -> None:
    names = [
        text
        for message, _, text in entries(language)
        if any("name of an option" in comment for comment in message.auto_comments)
    ]
    assert len(names) == len(set(names)) > 10
    for name in names:
        assert OPTION_NAME.fullmatch(name), name
        assert name == name.lower()


@each_language
def test_its_numbers_are_numbers(language: str) -> None:
    known = catalog(language)
    assert re.fullmatch(r"12\D345", known["12,345"].string)
    assert re.fullmatch(r"1\D?234", known["1,234"].string)


@each_language
def test_the_word_to_type_is_one_word(language: str) -> None:
    word = catalog(language)["forget"].string
    assert word == word.strip().lower()
    assert len(word.split()) == 1


@each_language
def test_what_gettext_reads_is_compiled_from_it(language: str) -> None:
    compiled = LANGUAGES[language].with_suffix(".mo").read_bytes()
    assert compiled == locales.compiled(catalog(language)), "run `make locales`"


def limit(message: Message) -> int:
    """The most letters that Discord takes where the sentence stands."""
    comments = " ".join(message.auto_comments)
    return min([4000, *map(int, LIMIT.findall(comments))])


def _fills(english: str, text: str) -> bool:
    """Whether both can be filled in with the same fields."""
    fields = dict.fromkeys(IDS.findall(english), "")
    try:
        text.format_map(fields)
    except (KeyError, ValueError, IndexError):
        return False
    return True

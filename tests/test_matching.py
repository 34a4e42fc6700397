"""Which names a typed text finds."""

import unicodedata

import pytest

from characters.matching import COMPARED, Match, match, plain


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Zoë", "zoe"),
        (unicodedata.normalize("NFD", "Zoë"), "ZOE"),
        ("Łukasz", "lukasz"),
        ("Øystein Đorđević", "oystein dordevic"),
        ("Æthelred Œuvre", "aethelred oeuvre"),
        ("Þór Ísleifsson", "thor isleifsson"),
        ("Straße", "strasse"),
        ("İstanbul Işık", "istanbul isik"),
        ("𝓛𝓾𝓷𝓪", "luna"),
        ("ʟᴜɴᴀ", "luna"),
        ("🅛🅤🅝🅐", "luna"),
        ("🅻🆄🅽🅰", "luna"),
        ("Ｌｕｎａ", "luna"),
        ("Anna\u00a0 \u3000Bold", "anna bold"),
        ("Ana\u200bBold", "anabold"),
        ("A\ufe0fna\ud800", "ana"),
        ("Ёлка", "елка"),
        ("Ολγά", "ολγα"),
        ("山田", "山田"),
    ],
)
def test_accents_case_width_style_and_spaces_make_no_difference(name: str, typed: str) -> None:
    assert plain(name) == plain(typed) == typed.casefold()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("luna van damme", Match.WHOLE),
        ("lu", Match.BEGINNING),
        ("", Match.BEGINNING),
        ("van d", Match.WORD),
        ("damme", Match.WORD),
        ("amm", Match.WITHIN),
        ("z", None),
    ],
)
def test_the_beginning_is_a_better_match_than_a_word_and_that_than_the_rest(
    wanted: str, found: Match | None
) -> None:
    assert match(wanted, "luna van damme") is found


def test_of_a_name_of_any_length_only_the_beginning_is_compared() -> None:
    assert plain("é" * 10**6) == "e" * COMPARED
    assert len(plain("\ufdfa" * 10**6)) <= 2 * COMPARED

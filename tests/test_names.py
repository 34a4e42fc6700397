"""The rules for names and descriptions."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.errors import DescriptionNotText, DescriptionTooLong, InvalidName, NameProblem
from characters.names import (
    DESCRIPTION_LIMIT,
    RAW_NAME_LIMIT,
    clean_description,
    clean_name,
    folded,
    mended_name,
)
from tests.player_input import Untouched


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana", "Ana"),
        ("  Ana  the\tBold\n", "Ana the Bold"),
        ("Ana\u2028Bold", "Ana Bold"),
        ("A\u0301na", "Ána"),
        ("x" * 80, "x" * 80),
        ("山田 太郎", "山田 太郎"),
        ("عائشة", "عائشة"),
        ("👩\u200d🚀 Ana", "👩\u200d🚀 Ana"),
        ("🏴\u200d☠\ufe0f", "🏴\u200d☠\ufe0f"),
        ("👩🏽\u200d⚕\ufe0f", "👩🏽\u200d⚕\ufe0f"),
        ("क्षिति", "क्षिति"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("शर्\u200dमा", "शर्\u200dमा"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("🙂\u200d↔\ufe0f", "🙂\u200d↔\ufe0f"),
        ("@everyone <@&1> **x**", "@everyone <@&1> **x**"),
        ("\u200bAna\u200bBold\ufeff", "AnaBold"),
        ("\u200b Ana \u2060 Bold", "Ana Bold"),
        ("e\u200b\u0301", "é"),
        ("a\u200db\u200cc", "abc"),
        ("علی\u200c", "علی"),
        ("\u200cعلی", "علی"),
        ("\u200dAna\u200d", "Ana"),
        ("a\u202eb", "ab"),
        ("a\x00b\x1bc\x7fd", "abcd"),
        ("\ud800a", "a"),
        ("a\ue000", "a"),
        ("a\U000e0041", "a"),
        ("\u200b" * 900 + "x" * 80, "x" * 80),
        ("z\u0300\u0301\u0302\u0303algo", "z\u0300\u0301algo"),
    ],
)
def test_a_name_is_kept_tidied(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept == unicodedata.normalize("NFC", kept)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " \n\t ",
        "\u3164",
        "\u2800\u2800",
        "\u115f\u1160",
        "\u0301",
        "\u200b",
        "x" * 81,
    ],
)
def test_a_name_that_can_not_be_seen_or_is_too_long_is_refused(typed: str) -> None:
    with pytest.raises(InvalidName):
        clean_name(typed)


@given(st.text(st.characters(), max_size=100))
def test_a_name_that_is_kept_is_kept_as_it_is(typed: str) -> None:
    try:
        kept = mended_name(typed)
    except InvalidName:
        return
    assert clean_name(kept) == mended_name(kept) == kept


def test_a_description_is_kept_as_typed_without_outer_white_space() -> None:
    assert (
        clean_description("\r\n  One\r\n\r\n\tTwo \u202e **bold**\n\n")
        == "One\n\n\tTwo \u202e **bold**"
    )


@pytest.mark.parametrize("typed", ["x" * (DESCRIPTION_LIMIT + 1), "half \ud83d"])
def test_a_description_that_can_not_be_kept_is_refused(typed: str) -> None:
    with pytest.raises((DescriptionTooLong, DescriptionNotText)):
        clean_description(typed)


@pytest.mark.parametrize("typed", ["\r\n" * 10**7, " " * 10**7, "x" * 10**7])
def test_a_description_of_any_length_is_refused_before_any_work(typed: str) -> None:
    with pytest.raises(DescriptionTooLong) as caught:
        clean_description(Untouched(typed))
    assert caught.value.length == len(typed)


def test_a_name_of_any_length_is_refused_before_any_work() -> None:
    with pytest.raises(InvalidName) as caught:
        clean_name(Untouched("a" + "\u0301\u0327" * 10**6))
    assert caught.value.problem is NameProblem.TOO_LONG


def test_of_a_name_of_any_length_only_the_beginning_is_compared() -> None:
    assert folded(" ANA " + "x" * 10**7) == "ana " + "x" * (RAW_NAME_LIMIT - 5)

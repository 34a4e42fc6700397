"""What an update would change of a character."""

import pytest

from characters.model import Character
from characters.transfer.changes import Differences, differences
from characters.transfer.formats.portable import Portable


def of(before: str, after: str) -> int:
    existing = Character("ana", {"name": "Ana", "description": before})
    return differences(existing, Portable("Ana", after)).description_lines


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a\nb\nc", "a\nb\nc", 0),
        ("a\nb\nc", "a\nB\nC", 2),
        ("a\nb\nc", "a", 2),
        ("", "a\nb", 2),
        ("a\na", "a\na\na", 1),
        ("a\nb", "b\na", 1),
        ("a", "a\n", 1),
    ],
)
def test_lines_of_the_description_that_differ_are_counted(
    before: str, after: str, lines: int
) -> None:
    assert of(before, after) == lines


def test_a_description_of_20_000_lines_is_compared_at_once() -> None:
    assert of("a\n" * 10_000, "b\n" * 10_000) == 10_000


def test_an_empty_description_of_another_program_changes_none() -> None:
    assert of("a", "") == 0


def test_what_else_differs_is_told_apart_from_name_and_description() -> None:
    existing = Character("ana", {"name": "Ana", "description": ""}, {"card": {"x": 1}})
    assert differences(existing, Portable("Ana")) == Differences()
    assert differences(existing, Portable("ana")) == Differences(name=True)
    for changed in (
        Portable("Ana", fields={"theirs": 1}),
        Portable("Ana", foreign={"card": {"x": 2}}),
    ):
        assert differences(existing, changed) == Differences(other=True)

"""Every error of the core has a sentence for players, which fits into a message."""

from collections.abc import Iterator

import pytest

from characters import errors
from characters.errors import CharacterError, FileProblem, InvalidName, LinkProblem, NameProblem
from cogs.characters.error_texts import SENTENCES, error_text
from cogs.characters.problem_texts import FILE_LINKS

MESSAGE_LIMIT = 4000
ID = 2**64 - 1
EXAMPLES: dict[type[CharacterError], list[CharacterError]] = {
    InvalidName: [InvalidName(problem, count=93, limit=80) for problem in NameProblem],
    errors.DescriptionFileRefused: [
        errors.DescriptionFileRefused(problem, 100 * 1024) for problem in errors.TextFileProblem
    ],
    errors.DescriptionTooLong: [errors.DescriptionTooLong(20_001, 20_000)],
    errors.DescriptionNotText: [errors.DescriptionNotText(7)],
    errors.RosterFull: [errors.RosterFull(100)],
    errors.AmbiguousName: [errors.AmbiguousName(2, "*" * 10_000)],
    errors.TooFast: [errors.TooFast(1), errors.TooFast(60)],
    errors.ImageTooLarge: [errors.ImageTooLarge(10 * 2**20)],
    errors.TooManyScans: [errors.TooManyScans(50)],
    errors.TooManyPixels: [errors.TooManyPixels(5000, 4000, 4096 * 4096)],
    errors.UnusableLink: [errors.UnusableLink(problem, 404) for problem in LinkProblem],
    errors.UnusableFileLink: [errors.UnusableFileLink(each, 404) for each in FILE_LINKS],
    errors.UnreadableFile: [errors.UnreadableFile(each, 10 * 2**20) for each in FileProblem],
    errors.WithoutCharacter: [
        errors.WithoutCharacter([ID]),
        errors.WithoutCharacter([ID] * 25),
    ],
}


def kinds(base: type[CharacterError] = CharacterError) -> Iterator[type[CharacterError]]:
    """All classes of characters.errors."""
    if base.__module__.startswith(errors.__name__):
        yield base
    for each in base.__subclasses__():
        yield from kinds(each)


@pytest.mark.parametrize("kind", dict.fromkeys(kinds()), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("in_file", [False, True])
def test_every_error_has_a_sentence_of_its_own(
    kind: type[CharacterError], *, in_file: bool
) -> None:
    general = {SENTENCES[errors.PortraitRefused], SENTENCES[CharacterError]}
    for error in EXAMPLES.get(kind) or [kind()]:
        sentence = error_text(error, in_file=in_file)
        assert sentence[0] == sentence[0].upper()
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert len(sentence) <= MESSAGE_LIMIT
        if kind not in {CharacterError, errors.PortraitRefused}:
            assert sentence not in general


@pytest.mark.parametrize(
    "kind", [errors.UnusableLink, errors.UnusableFileLink, errors.UnreadableFile]
)
def test_no_two_problems_share_a_sentence(kind: type[CharacterError]) -> None:
    sentences = [error_text(each) for each in EXAMPLES[kind]]
    assert len(set(sentences)) == len(sentences)


def test_a_typed_name_is_not_saved_yet_and_a_name_in_a_file_is_only_described() -> None:
    error = InvalidName(NameProblem.TOO_LONG, count=93, limit=80)
    assert error_text(error) == "Not saved yet: that name has 93 letters. Please use at most 80."
    assert error_text(error, in_file=True) == "That name has 93 letters, and 80 is the most."


def test_an_error_that_is_not_known_here_is_answered_like_its_base() -> None:
    class Unheard(errors.DamagedImage):
        pass

    assert error_text(Unheard()) == SENTENCES[errors.DamagedImage]

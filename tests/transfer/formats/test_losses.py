"""The limits on what is kept of a character."""

import json

from characters.transfer.formats.losses import (
    FOREIGN_LIMIT,
    Loss,
    LossKind,
    bounded_foreign,
)
from tests.transfer.formats.samples import as_json, card, only


def test_a_part_that_is_too_large_is_named_and_the_rest_is_kept() -> None:
    portable = only(
        as_json(
            card(
                character_book={"x": "y" * FOREIGN_LIMIT},
                tags=["kept"],
                extensions={"z": "q" * 1000},
            )
        )
    )
    assert portable.losses == (Loss(LossKind.TOO_LARGE, "Ana", what="character_book"),)
    assert portable.foreign["card"]["data"] == {
        "tags": ["kept"],
        "extensions": {"z": "q" * 1000},
    }


def test_of_many_parts_that_are_too_large_five_are_named_and_the_others_counted() -> None:
    portable = only(as_json(card(**{f"x{number}": "y" * 10_000 for number in range(100)})))
    *named, others = portable.losses
    assert [loss.kind for loss in named] == [LossKind.TOO_LARGE] * 5
    assert (others.kind, others.count > 60) == (LossKind.MORE_TOO_LARGE, True)
    assert len(json.dumps(portable.foreign)) <= FOREIGN_LIMIT


def test_foreign_data_of_an_unknown_family_is_kept_or_left_out_as_a_whole() -> None:
    for value, kept in (([1], {"other": [1]}), (["y" * FOREIGN_LIMIT], {})):
        assert bounded_foreign("Ana", {"other": value})[0] == kept

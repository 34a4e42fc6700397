"""The limits on what is kept of a character."""

import json

from characters.transfer.formats.losses import (
    FIELDS_LIMIT,
    FOREIGN_LIMIT,
    Loss,
    LossKind,
    bounded_fields,
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
    assert portable.losses == (
        Loss(LossKind.UNSEEN, "Ana", what="lorebook"),
        Loss(LossKind.TOO_LARGE, "Ana", what="character_book"),
    )
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


def test_what_the_record_gets_has_a_smaller_limit_since_it_is_read_for_every_message() -> None:
    fields, losses = bounded_fields("Ana", {"theirs": "x" * FIELDS_LIMIT, "small": 1}, beside={})
    assert fields == {"small": 1}
    assert losses == (Loss(LossKind.TOO_LARGE, "Ana", what="theirs"),)


def test_what_the_record_has_already_counts() -> None:
    beside = {"present": "x" * (FIELDS_LIMIT - 1000)}
    fields, losses = bounded_fields("Ana", {"large": "y" * 1000, "small": 1}, beside)
    assert fields == {"small": 1}
    assert losses == (Loss(LossKind.TOO_LARGE, "Ana", what="large"),)


def test_a_field_of_the_record_is_never_cut_into_parts() -> None:
    """Only foreign data is, whose form we know."""
    fields = {"card": {"data": {"large": "x" * FIELDS_LIMIT, "small": 1}}}
    assert bounded_fields("Ana", fields, beside={})[0] == {}

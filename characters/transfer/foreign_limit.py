"""Which foreign data of a file has room in the store, beside what a user has already."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from characters.model import Character, foreign_json
from characters.store import limits
from characters.store.foreign_store import read_foreign
from characters.transfer.changes import changed_fields, differences
from characters.transfer.formats.losses import LossKind
from characters.transfer.plan import Fate, Step


async def within_limit(
    user_id: int, steps: Sequence[Step], kept: Mapping[str, bytes]
) -> list[Step]:
    """The steps; foreign data that has no room is left out of them, as a loss.

    `kept` is what the store has, by char_id. New characters come first, since a player may import
    only those.
    """
    room = limits.FOREIGN_BYTES - sum(map(len, kept.values()))
    fitting = list(steps)
    for fate in (Fate.NEW, Fate.CHANGED):
        for index, step in enumerate(steps):
            if step.fate is not fate or not step.portable.foreign:
                continue
            growth = _growth(user_id, step, kept.get(step.char_id, b""))
            if growth > room:
                fitting[index] = _without_foreign(step)
            else:
                room -= max(growth, 0)
            await asyncio.sleep(0)  # each takes some milliseconds, and other players are waiting
    return fitting


def _growth(user_id: int, step: Step, present: bytes) -> int:
    """The bytes that the foreign data of the step adds to what the store has."""
    foreign = step.portable.foreign
    if step.existing:
        existing = step.existing.with_foreign(read_foreign(user_id, step.char_id, present))
        foreign = changed_fields(step.portable, existing).foreign
    new = foreign_json(Character(step.char_id, {}, foreign)).encode()
    if step.existing and new != present:
        return len(new)  # what is replaced stays, in the trash
    return len(new) - len(present)


def _without_foreign(step: Step) -> Step:
    losses = tuple(loss for loss in step.portable.losses if loss.kind is not LossKind.UNSEEN)
    portable = replace(step.portable, foreign={}, losses=losses).with_loss(LossKind.NO_ROOM)
    if step.existing is None:
        return replace(step, portable=portable)
    different = differences(step.existing, portable)
    fate = Fate.CHANGED if different.any else Fate.SAME
    return replace(step, portable=portable, fate=fate, differences=different)

"""A bot that is killed in any step of any operation loses nothing, and leaves nothing behind."""

import itertools
import random

import pytest

from tests.crashes.children import Children
from tests.crashes.operations import OPERATIONS
from tests.crashes.recovery import Crashes
from tests.soak import trials

FEW = ("save-new", "edit-remove-portrait", "undo-edit", "delete-beyond-limit", "drop-in-delete")
LONGEST = 0.002  # seconds from a step to the end of the process; most steps take less


@pytest.mark.soak
@pytest.mark.parametrize("name", trials(FEW, tuple(OPERATIONS)))
async def test_killed_in_any_step(children: Children, name: str) -> None:
    """Before each step once, and in `make soak` 49 times at some moment in it."""
    steps = await _killed_before_each_step(children, name)
    assert steps > 0
    chance = random.Random(name)
    for _ in range(trials(0, 49)):
        await _killed_within_each_step(children, name, steps, chance)


async def _killed_before_each_step(children: Children, name: str) -> int:
    """Returns the number of steps."""
    crashes = Crashes(children, OPERATIONS[name])
    for step in itertools.count(1):
        user_id = await crashes.prepare()
        if not children.is_killed(name, user_id, step):
            await crashes.recover()
            return step - 1
    raise AssertionError


async def _killed_within_each_step(
    children: Children, name: str, steps: int, chance: random.Random
) -> None:
    crashes = Crashes(children, OPERATIONS[name])
    for step in range(1, steps + 1):
        user_id = await crashes.prepare()
        children.is_killed(name, user_id, step, chance.uniform(0, LONGEST))
    await crashes.recover()

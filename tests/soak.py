"""How long the races are: short in `make test`, long in `make soak`."""

import os
from typing import TypeVar

T = TypeVar("T")


def trials(few: T, many: T) -> T:
    """`many` where SOAK is set; for tests with the mark `soak`, which `make soak` runs."""
    return many if os.environ.get("SOAK") else few

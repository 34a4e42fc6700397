"""How long the races are: short in `make test`, long in `make soak` and `make scale`."""

import os
from typing import TypeVar

T = TypeVar("T")


def trials(few: T, many: T) -> T:
    """`many` where SOAK or SCALE is set; for tests with the mark `soak` or `scale`."""
    return many if os.environ.get("SOAK") or os.environ.get("SCALE") else few

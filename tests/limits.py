"""A fixture that changes limits of the store, which are part of its scripts, for one test."""

from collections.abc import Callable, Iterator

import pytest

from characters.store import limits
from characters.store.scripts import load_script

SetLimit = Callable[[str, int], None]


@pytest.fixture
def set_limit() -> Iterator[SetLimit]:
    with pytest.MonkeyPatch.context() as patch:

        def change(name: str, value: int) -> None:
            patch.setattr(limits, name, value)
            load_script.cache_clear()

        yield change
    load_script.cache_clear()

"""Limits of the store for a test: they are part of its scripts, which are loaded anew."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import pytest

from characters.store import limits
from characters.store.scripts import load_script

SetLimit = Callable[[str, int], None]


@contextmanager
def limit(name: str, value: int) -> Generator[None]:
    load_script.cache_clear()
    try:
        with patch.object(limits, name, value):
            yield
    finally:
        load_script.cache_clear()


@pytest.fixture
def set_limit() -> Iterator[SetLimit]:
    with ExitStack() as stack:
        yield lambda name, value: stack.enter_context(limit(name, value))

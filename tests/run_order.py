"""In which order several processes run the tests, each a file at a time."""

from zlib import crc32

import pytest

FIRST = ("test_playground.py", "test_panel_in_browser.py", "test_wheel.py")  # they take long


def mix(items: list[pytest.Item]) -> None:
    """Files that compute and files that wait at the same time: in an order like chance."""
    items.sort(key=_place)  # keeps the order within a file


def _place(item: pytest.Item) -> tuple[bool, int]:
    return item.path.name not in FIRST, crc32(item.nodeid.partition("::")[0].encode())

"""The time that all links of an import have together."""

import time
from collections.abc import Generator
from contextlib import contextmanager


class LinkTime:
    """Runs only while a link is fetched: what else an import waits for costs its links nothing."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._fetching = 0
        self._since = 0.0

    @contextmanager
    def running(self) -> Generator[float, None, None]:
        """Runs while the block does, and returns the seconds that are left for it."""
        now = time.monotonic()
        if not self._fetching:
            self._since = now
        self._fetching += 1
        try:
            yield self._left - (now - self._since)
        finally:
            self._fetching -= 1
            if not self._fetching:
                self._left -= time.monotonic() - self._since

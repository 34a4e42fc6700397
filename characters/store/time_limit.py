"""How long the store may keep somebody waiting who has asked for something.

Each request may take the whole time, as the store answers and the work goes on. After a request
without an answer the next ones have little time, so that not each of them waits in vain.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

AFTER_FAILURE = 0.25  # seconds


class TimeLimit:
    """`left` are the seconds that the next request may take."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.left = seconds

    def answered(self) -> None:
        self.left = self._seconds

    def failed(self) -> None:
        self.left = AFTER_FAILURE


_limit: ContextVar[TimeLimit | None] = ContextVar("game_characters_time_limit", default=None)


@contextmanager
def time_limit(seconds: float) -> Generator[None, None, None]:
    """Limits the requests to the store that are made inside, also by tasks that are begun there."""
    token = _limit.set(TimeLimit(seconds))
    try:
        yield
    finally:
        _limit.reset(token)


present_limit = _limit.get
"""The limit that holds now, or None."""

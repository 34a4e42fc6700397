"""Lines of the log, as text or as JSON, with the id of the interaction that caused them.

The id goes with the context (`contextvars`): into tasks, timers and threads that are begun inside.
A worker process logs nothing itself; who waits for it does.
"""

import json
import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_interaction: ContextVar[int | None] = ContextVar("game_characters_interaction", default=None)


@contextmanager
def caused_by(interaction_id: int) -> Generator[None, None, None]:
    """The lines that are logged inside have this id."""
    token = _interaction.set(interaction_id)
    try:
        yield
    finally:
        _interaction.reset(token)


class InteractionFilter(logging.Filter):
    """Gives each record the attribute `interaction`: an id, or None. Lets all of them pass.

    It belongs to a handler that runs where the line is logged, so not behind a queue.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.interaction = _interaction.get()
        return True


class TextFormatter(logging.Formatter):
    """Another formatter's text, with the id at the end of its first line."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        text = self._inner.format(record)
        interaction_id = getattr(record, "interaction", None)
        if interaction_id is None:
            return text
        line, end, rest = text.partition("\n")
        return f"{line} [interaction {interaction_id}]{end}{rest}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line, in ASCII.

    It has `time` (UTC, ISO 8601), `level`, `logger` and `message`; `interaction` (an id, as a
    string) and `exception` (a traceback) where there is one.
    """

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        interaction_id = getattr(record, "interaction", None)
        if interaction_id is not None:
            line["interaction"] = str(interaction_id)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)

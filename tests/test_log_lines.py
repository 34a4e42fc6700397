"""Lines of the log, as text and as JSON."""

import asyncio
import contextvars
import io
import json
import logging
from datetime import UTC, datetime
from functools import partial

import pytest

from characters.log_lines import InteractionFilter, JsonFormatter, TextFormatter, caused_by

ID = 2**60 + 1  # more than a JSON number holds exactly in other programs

Output = tuple[logging.Logger, io.StringIO]


def output(request: pytest.FixtureRequest, formatter: logging.Formatter) -> Output:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.addFilter(InteractionFilter())
    logger = logging.getLogger("game_characters.tests")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    request.addfinalizer(partial(logger.removeHandler, handler))
    return logger, stream


@pytest.fixture
def as_json(request: pytest.FixtureRequest) -> Output:
    return output(request, JsonFormatter())


@pytest.fixture
def as_text(request: pytest.FixtureRequest) -> Output:
    return output(request, TextFormatter(logging.Formatter("%(levelname)s %(message)s")))


def test_a_line_of_json_says_when_how_bad_who_and_what() -> None:
    """Not by a logger: pytest could not send half a symbol from process to process."""
    before = datetime.now(UTC)
    message = "The store of %s says\n“no”\u2028\ud83d"
    name, level = "game_characters.tests", logging.WARNING
    record = logging.LogRecord(name, level, __file__, 1, message, ("Ana",), None)
    text = JsonFormatter().format(record)
    line = json.loads(text)
    assert text.isascii()
    time = datetime.fromisoformat(line.pop("time"))
    assert abs((time - before).total_seconds()) < 60
    assert time.tzinfo == UTC
    assert line == {
        "level": "WARNING",
        "logger": "game_characters.tests",
        "message": "The store of Ana says\n“no”\u2028\ud83d",
    }


def test_an_exception_is_in_the_line(as_json: Output) -> None:
    log, stream = as_json
    try:
        int("x")
    except ValueError:
        log.exception("It failed")
    (text,) = stream.getvalue().splitlines()
    line = json.loads(text)
    assert line["message"] == "It failed"
    assert line["exception"].startswith("Traceback (most recent call last)")
    assert line["exception"].endswith("ValueError: invalid literal for int() with base 10: 'x'")


def test_the_id_is_in_lines_of_its_interaction_alone(as_json: Output, as_text: Output) -> None:
    log, _ = as_json
    log.info("before")
    with caused_by(1):
        with caused_by(ID):
            log.info("inside")
        log.info("outside")
    lines = [json.loads(each) for each in as_json[1].getvalue().splitlines()]
    assert [each.get("interaction") for each in lines] == [None, str(ID), "1"]
    assert as_text[1].getvalue().splitlines() == [
        "INFO before",
        f"INFO inside [interaction {ID}]",
        "INFO outside [interaction 1]",
    ]


def test_in_text_it_stands_at_the_end_of_the_first_line(as_text: Output) -> None:
    log, stream = as_text
    with caused_by(ID):
        log.error("It failed", exc_info=ValueError("x"))
    first, *rest = stream.getvalue().splitlines()
    assert first == f"ERROR It failed [interaction {ID}]"
    assert rest == ["ValueError: x"]


async def test_it_goes_with_tasks_timers_and_threads(as_json: Output) -> None:
    log, stream = as_json

    async def task() -> None:
        await asyncio.sleep(0)
        log.info("task")
        await asyncio.to_thread(log.info, "thread")

    with caused_by(ID):
        started = asyncio.create_task(task())
        asyncio.get_running_loop().call_later(0, log.info, "timer")
        contextvars.Context().run(log.info, "of its own")
    with caused_by(1):
        await started
    lines = [json.loads(each) for each in stream.getvalue().splitlines()]
    ids = {each["message"]: each.get("interaction") for each in lines}
    assert ids == {"of its own": None, **dict.fromkeys(("task", "thread", "timer"), str(ID))}

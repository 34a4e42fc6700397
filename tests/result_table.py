"""The tables of `make soak` and `make scale`: what was tried, and what was reached.

Each row names the tests that show it; with SOAK or SCALE set they all run, at their full counts.
A row without a test is printed as not shown, and makes the exit status 1. What a test measured and
gave to pytest's `record_property` stands below its row.
"""

import os
from importlib import import_module
from typing import Any, NamedTuple

import pytest

TABLES = {"SOAK": "tests.soak_rows", "SCALE": "tests.scale_rows"}


class Row(NamedTuple):
    """`tests` are beginnings of the ids of tests."""

    attack: str
    reach: str
    tests: tuple[str, ...] = ()


def mark_shown(items: list[pytest.Item]) -> None:
    """Marks the tests that the tables name, before pytest looks for the marks it was asked for."""
    for table in _asked():
        shown = tuple(test for row in _rows(table) for test in row.tests)
        for item in items:
            if item.nodeid.startswith(shown):
                item.add_marker(table.lower())


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for table in _asked():
        terminalreporter.section("what was reached")
        for row in _rows(table):
            _write(terminalreporter, row)


def pytest_sessionfinish(session: pytest.Session) -> None:
    missing = any(not row.tests for table in _asked() for row in _rows(table))
    if missing and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _asked() -> list[str]:
    return [table for table in TABLES if table in os.environ]


def _rows(table: str) -> tuple[Row, ...]:
    return import_module(TABLES[table]).ROWS


def _write(reporter: Any, row: Row) -> None:
    passed = _reports(reporter, "passed", row)
    failed = len(_reports(reporter, "failed", row)) + len(_reports(reporter, "error", row))
    if failed:
        reached = f"FAILED: {failed} of {failed + len(passed)} tests"
    elif passed:
        reached = f"reached: {len(passed)} tests"
    else:
        reached = "NOT SHOWN: there is no test yet"
    reporter.write_line(f"{row.attack:<52} {row.reach:<46} {reached}")
    for report in passed:
        for name, value in report.user_properties:
            reporter.write_line(f"    {name:<70} {value}")


def _reports(reporter: Any, outcome: str, row: Row) -> list[Any]:
    reports = reporter.stats.get(outcome, [])
    return [each for each in reports if row.tests and each.nodeid.startswith(row.tests)]

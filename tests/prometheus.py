"""What Prometheus reads of the bot, and its own checks where it is installed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def series(text: str) -> Series:
    """The values by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(text: str, name: str, **labels: str) -> float:
    """0 where there is no such series."""
    return series(text).get((name, frozenset(labels.items())), 0.0)


def promtool(*arguments: str | Path, text: str = "") -> str:
    """What promtool says; fails where something is wrong."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("there is no Prometheus")
    done = subprocess.run(
        [program, *arguments], input=text, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_RANGE = re.compile(r"\[[^\]]*\]")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\s*\{([^}]*)\}")
_NAME = re.compile(r"\b([a-zA-Z_:][\w:]*)\b(?!\s*\()")
_WORDS = {"and", "or", "unless", "bool", "offset"}


def names_in_query(query: str) -> tuple[dict[str, set[str]], set[str]]:
    """The series of a query with the labels that select them, and the labels that group."""
    left = _RANGE.sub("", _TEXT.sub("", query))
    groups = {name.strip() for found in _GROUPING.findall(left) for name in found.split(",")}
    left = _GROUPING.sub("", left)
    selected: dict[str, set[str]] = {}
    for name, matchers in _SELECTOR.findall(left):
        labels = {re.split(r"[=!]", each)[0].strip() for each in matchers.split(",") if each}
        selected.setdefault(name, set()).update(labels)
    for name in _NAME.findall(_SELECTOR.sub("", left)):
        if name not in _WORDS:
            selected.setdefault(name, set())
    return selected, groups - {""}

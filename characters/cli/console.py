"""What the operator sees: tables for people, one JSON document for machines, progress on a terminal."""

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from characters.errors import OperatorError, StorageUnavailable
from characters.maintenance.scan import ProgressCallback as Reporter
from characters.maintenance.workspace import Workspace, open_workspace
from characters.settings import Settings, read_settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document, and no progress.")]


_WIDE = (
    100_000  # columns where no terminal says how many: what goes into a file or a pipe is not cut
)


class Terminal:
    """Results go to standard output; progress, and what is said about the work, to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        width = None if sys.stdout.isatty() else _WIDE
        self._out = Console(highlight=False, soft_wrap=True, width=width)
        self._err = Console(stderr=True, highlight=False)

    def result(self, document: Mapping[str, Any], *lines: str) -> None:
        """The document where JSON is wanted, and else the lines."""
        if self._as_json:
            json.dump(document, sys.stdout, indent=2)
            sys.stdout.write("\n")
            return
        for line in lines:
            self._out.print(escape(line))

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """For people only."""
        if self._as_json or not rows:
            return
        table = Table(*(Column(each, overflow="fold") for each in headings))
        for row in rows:
            table.add_row(*map(escape, row))
        self._out.print(table)

    def bars(self, title: str, values: Mapping[str, int]) -> None:
        """A histogram, for people only."""
        if self._as_json:
            return
        most = max(values.values(), default=0) or 1
        width = max(len(label) for label in values)
        self._out.print(f"\n{title}")
        for label, value in values.items():
            self._out.print(f"{label:>{width}} {'█' * -(-40 * value // most):<40} {value:,}")

    def note(self, sentence: str) -> None:
        """Something worth knowing, beside the result."""
        if not self._as_json:
            self._err.print(escape(sentence), soft_wrap=True)

    @contextmanager
    def progress(self, what: str) -> Generator[Reporter, None, None]:
        """Shows a bar on a terminal, and nothing where the output goes elsewhere."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        shown = self._err.is_terminal and not self._as_json
        with Progress(*columns, console=self._err, transient=True, disable=not shown) as bars:
            task = bars.add_task(what, total=None)
            yield lambda done, total: bars.update(task, completed=done, total=total or None)


def run(
    work: Callable[[Workspace, Terminal], Awaitable[int]], *, as_json: bool, create: bool = False
) -> int:
    """Does the work at a workspace, opened from the settings, and returns the exit status."""
    terminal = Terminal(as_json=as_json)

    async def in_workspace() -> int:
        async with open_workspace(read_settings(Settings), create=create) as workspace:
            if workspace.beside:
                terminal.note("Working beside the bot, on the Valkey that it runs.")
            return await work(workspace, terminal)

    return asyncio.run(in_workspace())


def answered(command: Callable[[], Any], *, as_json: bool) -> int:
    """The exit status of a command; what it raises is told in a sentence, 2 where the command line was misspelt.

    Where JSON is wanted, a document with the sentence is on standard output too.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        return command() or 0
    except typer.TyperException as error:
        complaint = error.format_message()
        stop = "" if complaint.endswith((".", "?")) else "."
        sentence, status = f"{complaint}{stop} `python -m characters --help` shows how.", 2
    except OperatorError as error:
        sentence, status = str(error), 1
    except StorageUnavailable:
        sentence, status = (
            "The store stopped answering: see that it runs, and run this command again to go on.",
            1,
        )
    except OSError as error:
        sentence, status = (
            f"The assets can't be used ({error}): mend that, and run this command again to go on.",
            1,
        )
    sys.stderr.write(f"{sentence}\n")
    if as_json:
        sys.stdout.write(f"{json.dumps({'error': sentence})}\n")
    return status


def amount(size: int) -> str:
    """Bytes, for people."""
    value = float(size)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if value < 1024:  # noqa: PLR2004 - a KiB
            return f"{value:,.0f} {unit}" if unit == "bytes" else f"{value:,.1f} {unit}"
        value /= 1024
    return f"{value:,.1f} TiB"


def counted(number: int, what: str) -> str:
    """So many of something that takes an s in the plural, for people."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def counts(outcomes: dict[str, int]) -> str:
    """How often each thing happened, for people."""
    return ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.items()) + "."

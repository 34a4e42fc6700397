"""What the operator sees: tables for people, one JSON document for programs, a progress bar."""

import asyncio
import json
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from characters.errors import OperatorError, ScanInterrupted, StorageUnavailable
from characters.maintenance.scan import ProgressCallback
from characters.maintenance.workspace import Workspace
from characters.opening import open_workspace
from characters.settings import Settings, read_settings

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document instead of tables and progress.")
]

T = TypeVar("T")


class Terminal:
    """Results go to standard output; progress and notes go to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        width = None if sys.stdout.isatty() else 100_000  # in a file or a pipe, nothing is cut
        self._out = Console(highlight=False, soft_wrap=True, width=width)
        self._err = Console(stderr=True, highlight=False)

    def run(
        self, title: str, work: Callable[[Workspace], Awaitable[T]], *, create: bool = False
    ) -> T:
        """What the work returns for the workspace of the settings; shows its progress meanwhile.

        `create` allows a new, empty store.
        """

        async def run() -> T:
            async with open_workspace(read_settings(Settings), create=create) as workspace:
                if workspace.beside_bot:
                    self.note("The bot is running: using its Valkey.")
                with self._progress(title) as progress:
                    return await work(replace(workspace, progress=progress))

        return self.wait(run)

    def wait(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What the work returns; a signal cancels it, and raises KeyboardInterrupt."""

        async def run_until_signal() -> T:
            task = asyncio.create_task(work())
            _cancel_at_signals(task)
            return await task

        try:
            return asyncio.run(run_until_signal())
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    def result(self, document: Mapping[str, Any], *lines: str) -> None:
        """Prints the document if JSON was asked for, else the lines."""
        if self._as_json:
            json.dump(document, sys.stdout, indent=2)
            sys.stdout.write("\n")
            return
        for line in lines:
            self._out.print(_plain(line))

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """For people only."""
        if self._as_json or not rows:
            return
        table = Table(*(Column(each, overflow="fold") for each in headings))
        for row in rows:
            table.add_row(*map(_plain, row))
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
        """For people only, beside the result."""
        if not self._as_json:
            self._err.print(_plain(sentence), soft_wrap=True)

    @contextmanager
    def _progress(self, title: str) -> Generator[ProgressCallback, None, None]:
        """Shows a bar on a terminal, and nothing elsewhere."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        shown = self._err.is_terminal and not self._as_json
        with Progress(*columns, console=self._err, transient=True, disable=not shown) as bars:
            task = bars.add_task(title, total=None)
            yield lambda done, total: bars.update(task, completed=done, total=total or None)


def exit_status(command: Callable[[], Any], *, as_json: bool) -> int:
    """Runs a command; an error becomes a sentence on standard error, and JSON if asked for.

    2 for an error in the command line, 1 for any other error, else what the command returns.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        return command() or 0
    except typer.TyperException as error:
        complaint = error.format_message()
        stop = "" if complaint.endswith((".", "?")) else "."
        sentence, status = f"{complaint}{stop} See `python -m characters --help`.", 2
    except OperatorError as error:
        sentence, status = str(error), 1
    except ScanInterrupted:
        sentence = (
            "The servers of the store were restarted or replaced again and again while the users "
            "were read: wait until they run steadily, and run the same command again."
        )
        status = 1
    except StorageUnavailable:
        sentence = "The store stopped answering: start it again, and run the same command again."
        status = 1
    except OSError as error:
        sentence = f"The assets can't be used ({error}): correct that, and run the command again."
        status = 1
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
    """A number and a noun that takes an s in the plural, for people."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _plain(text: str) -> str:
    """The text for rich, with escapes for what would steer a terminal, or has no UTF-8.

    Names of files and texts of records may be from other programs.
    """
    shown = (
        each if each.isprintable() or each == "\n" else each.encode("unicode_escape").decode()
        for each in text
    )
    return escape("".join(shown))


def _cancel_at_signals(task: asyncio.Task[Any]) -> None:
    """Ctrl-C and SIGTERM cancel a task between two steps of the event loop.

    asyncio's own handler cancels it in the middle of one, where a future may just be answered.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)

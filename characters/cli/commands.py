"""The commands of `python -m characters`: each asks one room of `characters.maintenance`, and says what came of it."""

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer

from characters import __version__
from characters.cli import transfers
from characters.cli.console import Json, Terminal, amount, answered, counted, run
from characters.maintenance import (
    check as inspection,
)
from characters.maintenance import (
    retag as retagging,
)
from characters.maintenance import (
    stats as figures,
)
from characters.maintenance import (
    sweep as sweeping,
)
from characters.maintenance.workspace import Workspace

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""Looks after the characters of a whole bot: checks, backups, moves.

    Run it where the bot runs: it reads the same environment and `.env`. Every command may run beside living bots,
    and may be stopped with Ctrl-C at any moment and run again.

    Exit status: **0** all is well; **1** something was found, left undone or can't be done; **2** the command line
    was misspelt; **130** stopped by Ctrl-C.
    """,
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer passes the option's value
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    del version  # its callback has printed it


@app.command()
def check(*, as_json: Json = False) -> int:
    """Looks at every record and file, says what is amiss and what to do about it; changes nothing.

    Exit status 1 where it finds anything: `python -m characters check --json || notify-me`
    """

    async def work(workspace: Workspace, terminal: Terminal) -> int:
        with terminal.progress("Checking users") as progress:
            found = [
                each
                async for each in inspection.inspect(workspace.client, workspace.assets, progress)
            ]
        rows = [
            (each.kind.value, str(each.user_id or ""), each.char_id or "", each.what)
            for each in found
        ]
        columns = ("kind", "user", "character", "what")
        terminal.table(columns, rows)
        kinds = Counter(each.kind for each in found)
        advice = [f"{count} × {kind.value}. {kind.advice}" for kind, count in kinds.items()]
        terminal.result(
            {"findings": [dict(zip(columns, row, strict=True)) for row in rows]},
            *advice or ["All is well."],
        )
        return 1 if found else 0

    return run(work, as_json=as_json)


@app.command()
def sweep(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be removed.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Even where most of all files would go.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Removes trash older than seven days, and files that no character, trash or draft names for an hour.

    The bot does so once a day by itself. First see what would go: `python -m characters sweep --dry-run`
    """

    async def work(workspace: Workspace, terminal: Terminal) -> int:
        with terminal.progress("Looking at users") as progress:
            swept = await sweeping.sweep(
                workspace.client, workspace.assets, dry_run=dry_run, force=force, progress=progress
            )
        if dry_run:
            terminal.table(
                ("file", "bytes"), [(file.path, f"{file.size:,}") for file in swept.files]
            )
        terminal.result(
            {
                "dry_run": dry_run,
                "trash": swept.trash,
                "bytes": swept.size,
                "files": [file.path for file in swept.files],
            },
            f"{'To be removed' if dry_run else 'Removed'}: {counted(swept.trash, 'deleted character')} of more than "
            f"seven days ago, {counted(len(swept.files), 'file')} ({amount(swept.size)}).",
        )
        return 0

    return run(work, as_json=as_json)


app.command()(transfers.export)
app.command(name="import")(transfers.import_)


@app.command()
def stats(*, as_json: Json = False) -> int:
    """Counts users, characters and bytes, with a histogram of characters per user."""

    async def work(workspace: Workspace, terminal: Terminal) -> int:
        with terminal.progress("Counting users") as progress:
            found = await figures.figures(workspace.client, workspace.assets, progress)
        terminal.table(
            ("what", "how many", "size"),
            [
                ("users", f"{found.users:,}", ""),
                ("characters", f"{found.characters:,}", amount(found.record_bytes)),
                ("in the trash", f"{found.trash:,}", ""),
                ("portraits", f"{found.portraits:,}", amount(found.portrait_bytes)),
                ("thumbnails", f"{found.thumbnails:,}", amount(found.thumbnail_bytes)),
            ],
        )
        terminal.bars("Users by how many characters they have", found.histogram)
        terminal.result(found._asdict())
        return 0

    return run(work, as_json=as_json)


app.command()(transfers.move_assets)


@app.command()
def retag(
    *,
    braces: Annotated[
        bool | None,
        typer.Option(
            "--braces/--no-braces",
            help="Names for a cluster, or for one server.",
            show_default="the server's",
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Renames the keys of users to what this server wants: `game:characters:{42}` on a cluster, without braces else.

    Before you migrate the data of one server to a cluster, stop the bot and run `retag --braces` there: from then on
    a bot on the old server sees no characters. A name that is taken is never overwritten, but named (exit status 1).
    """

    async def work(workspace: Workspace, terminal: Terminal) -> int:
        wanted = workspace.client.is_cluster if braces is None else braces
        with terminal.progress("Renaming keys") as progress:
            done = await retagging.retag(workspace.client, braces=wanted, progress=progress)
        terminal.table(("key", "is not renamed, for there is"), done.taken)
        terminal.result(done._asdict(), f"{counted(done.renamed, 'key')} renamed.")
        return 1 if done.taken else 0

    return run(work, as_json=as_json)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns the exit status."""
    as_json = "--json" in (sys.argv[1:] if arguments is None else arguments)
    return answered(lambda: app(arguments, standalone_mode=False), as_json=as_json)

"""`python -m characters`: each command calls one function of `characters.maintenance`."""

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer

from characters import __version__
from characters.cli import backup_commands, block_commands, doctor_command
from characters.cli.console import Json, Terminal, amount, counted, exit_status
from characters.maintenance.check import check
from characters.maintenance.ownership import Ownership, adopt, short
from characters.maintenance.retag import RetagResult, retag
from characters.maintenance.stats import stats
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.opening import open_assets

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""Checks, cleans, backs up and moves the characters of a bot.

    Run it where the bot runs: it reads the same environment and `.env`. Every command may run
    beside the bot, and may be stopped with Ctrl-C and run again.

    Exit status: **0** all is well; **1** something was found or could not be done; **2** an error
    in the command line; **130** stopped by Ctrl-C.
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


@app.command("check")
def check_command(*, as_json: Json = False) -> int:
    """Checks every record and file, and says what to do about what is wrong; changes nothing.

    Exit status 1 where it finds anything: `python -m characters check --json || notify-me`
    """
    terminal = Terminal(as_json=as_json)
    found = terminal.run("Checking users", check)
    columns = ("kind", "user", "character", "what")
    rows = [
        (each.kind.value, str(each.user_id or ""), each.char_id or "", each.what) for each in found
    ]
    terminal.table(columns, rows)
    counts = Counter((each.kind.value, each.advice) for each in found)
    lines = [f"{count} × {kind}. {advice}" for (kind, advice), count in counts.items()]
    findings = [
        {**dict(zip(columns, row, strict=True)), "advice": each.advice}
        for row, each in zip(rows, found, strict=True)
    ]
    terminal.result({"findings": findings}, *lines or ["All is well."])
    return 1 if found else 0


@app.command("stats")
def stats_command(*, as_json: Json = False) -> int:
    """Counts users, characters, files and bytes, with a histogram of characters per user."""
    terminal = Terminal(as_json=as_json)
    found = terminal.run("Counting users", stats)
    rows = [
        ("users", f"{found.users:,}", ""),
        ("characters", f"{found.characters:,}", amount(found.record_bytes)),
        ("in the trash", f"{found.trash:,}", ""),
        ("portraits", f"{found.portraits:,}", amount(found.portrait_bytes)),
        ("thumbnails", f"{found.thumbnails:,}", amount(found.thumbnail_bytes)),
        ("portraits of other programs", f"{found.foreign_portraits:,}", ""),
    ]
    terminal.table(("what", "number", "size"), rows)
    terminal.bars("Users by number of characters", found.histogram)
    terminal.result(found._asdict())
    return 0


@app.command("sweep")
def sweep_command(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what would be removed.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Remove files even if they are most of all files.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Removes trash older than seven days, and portraits older than an hour that no record names.

    The bot does the same once a day. To see what would be removed:
    `python -m characters sweep --dry-run`
    """
    terminal = Terminal(as_json=as_json)
    result = terminal.run("Reading users", lambda each: sweep(each, dry_run=dry_run, force=force))
    if dry_run:
        terminal.table(("file", "bytes"), [(each.path, f"{each.size:,}") for each in result.files])
    document = {
        "dry_run": dry_run,
        "trash": result.trash,
        "bytes": result.size,
        "files": [file.path for file in result.files],
    }
    terminal.result(
        document,
        f"{'To be removed' if dry_run else 'Removed'}: "
        f"{counted(result.trash, 'character')} deleted more than seven days ago, "
        f"{counted(len(result.files), 'file')} ({amount(result.size)}).",
    )
    return 0


@app.command("adopt")
def adopt_command(*, as_json: Json = False) -> int:
    """Makes the assets belong to the store of this bot, whichever store they belonged to.

    A sweep removes no files where another store keeps portraits. Run this where that store is gone,
    as after a restore into a new one; not where another bot still uses it.
    """
    terminal = Terminal(as_json=as_json)

    async def work(workspace: Workspace) -> Ownership:
        open_assets(workspace.assets.location, must_exist=True)
        return await adopt(workspace)

    before = terminal.run("Adopting", work)
    others = [short(each) for each in before.stores if each != before.store]
    lines = [f"{before.location} belongs to this store, {short(before.store)}, alone."]
    if others:
        lines.append(f"Before, these stores were noted there: {', '.join(others)}.")
    document = {"location": before.location, "store": before.store, "before": before.stores}
    terminal.result(document, *lines)
    return 0


app.command("doctor")(doctor_command.doctor_command)
app.command("backup")(backup_commands.backup_command)
app.command("restore")(backup_commands.restore_command)
app.command("move-assets")(backup_commands.move_command)
app.command("block")(block_commands.block_command)
app.command("unblock")(block_commands.unblock_command)
app.command("blocked")(block_commands.blocked_command)


@app.command("retag")
def retag_command(
    *,
    braces: Annotated[
        bool | None,
        typer.Option(
            "--braces/--no-braces",
            help="Names for a cluster, or for one server.",
            show_default="as the server needs",
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Renames the keys of users: `game:characters:{42}` on a cluster, without braces on one server.

    Before you copy the data of one server to a cluster, stop the bot and run `retag --braces`:
    after that, a bot on the old server sees no characters. A name that is taken is reported and
    not overwritten (exit status 1).
    """
    terminal = Terminal(as_json=as_json)

    async def work(workspace: Workspace) -> RetagResult:
        chosen = workspace.client.is_cluster if braces is None else braces
        return await retag(workspace, braces=chosen)

    result = terminal.run("Renaming keys", work)
    terminal.table(("key", "not renamed, as this key exists"), result.taken)
    terminal.result(result._asdict(), f"{counted(result.renamed, 'key')} renamed.")
    return 1 if result.taken else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command, or shows the help where there is none; returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    return exit_status(lambda: app(given, standalone_mode=False), as_json="--json" in given)

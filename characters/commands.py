"""The commands of `python -m characters`: each asks one room of `characters.upkeep`, and says what came of it."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from characters.console import Terminal, amount, answered, counts, run
from characters.upkeep import exporting, figures, importing, inspection, moving, retagging, sweeping
from characters.upkeep.archive import open_backup
from characters.upkeep.desk import Desk, open_assets

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

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document, and no progress.")]
User = Annotated[int | None, typer.Option("--user", min=1, help="Only this Discord user, by id.")]


@app.command()
def check(*, as_json: Json = False) -> int:
    """Looks at every record and file, says what is amiss and what to do about it; changes nothing.

    Exit status 1 where it finds anything: `python -m characters check --json || notify-me`
    """

    async def work(desk: Desk, terminal: Terminal) -> int:
        with terminal.progress("Checking users") as progress:
            found = [each async for each in inspection.inspect(desk.server, desk.assets, progress)]
        rows = [(each.kind.value, str(each.user_id or ""), each.char_id or "", each.what) for each in found]
        columns = ("kind", "user", "character", "what")
        terminal.table(columns, rows)
        kinds = Counter(each.kind for each in found)
        advice = [f"{count} × {kind.value}. {kind.advice}" for kind, count in kinds.items()]
        terminal.result(
            {"findings": [dict(zip(columns, row, strict=True)) for row in rows]}, *advice or ["All is well."]
        )
        return 1 if found else 0

    return run(work, as_json=as_json)


@app.command()
def sweep(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    empty_store: Annotated[
        bool, typer.Option("--empty-store", help="The store is empty and should be: all portraits may go.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Removes trash older than seven days, and files that no character, trash or draft names for an hour.

    The bot does so once a day by itself. First see what would go: `python -m characters sweep --dry-run`
    """

    async def work(desk: Desk, terminal: Terminal) -> int:
        with terminal.progress("Looking at users") as progress:
            swept = await sweeping.sweep(
                desk.server, desk.assets, dry_run=dry_run, empty_store=empty_store, progress=progress
            )
        if dry_run:
            terminal.table(("file", "bytes"), [(file.path, f"{file.size:,}") for file in swept.files])
        terminal.result(
            {
                "dry_run": dry_run,
                "trash": swept.trash,
                "bytes": swept.size,
                "files": [file.path for file in swept.files],
            },
            f"{'To be removed' if dry_run else 'Removed'}: {swept.trash:,} deleted characters of more than seven days "
            f"ago, {len(swept.files):,} files ({amount(swept.size)}).",
        )
        return 0

    return run(work, as_json=as_json)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The backup to write, a tar archive.", dir_okay=False)],
    *,
    user: User = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace FILE where it exists.")] = False,
    as_json: Json = False,
) -> int:
    """Writes a backup of all characters, or of one user's: records and portraits, byte for byte.

    FILE appears when it is whole, and holds the private words of players: keep it safe.

    `python -m characters export backup.tar` and later `python -m characters import backup.tar`
    """

    async def work(desk: Desk, terminal: Terminal) -> int:
        with terminal.progress("Exporting users") as progress:
            done = await exporting.export(
                *(desk.server, desk.assets, file), url=desk.url, user_id=user, replace=replace, progress=progress
            )
        terminal.table(("missing portrait",), [(path,) for path in done.missing])
        terminal.result(
            done._asdict(), f"{file}: {done.users:,} users, {done.records:,} characters, {done.files:,} files."
        )
        if done.missing:
            terminal.note("The records of missing portraits are in the backup. `check` says what to do about them.")
        return 1 if done.missing else 0

    return run(work, as_json=as_json)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="A backup that `export` has written.")],
    *,
    user: User = None,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite what is there and differs.")] = False,
    as_json: Json = False,
) -> int:
    """Restores a backup, or one user of it, into the store and the assets of this bot.

    What is there and differs is left alone and named (exit status 1), unless you add `--replace`. Where ASSETS_DIR
    or ASSETS_URL is another one than at the export, the records say so. After an interruption, run it again.
    """

    async def work(desk: Desk, terminal: Terminal) -> int:
        await desk.assets.check_writable()
        with terminal.progress("Importing users") as progress:
            done = await importing.import_backup(
                *(desk.server, desk.assets, backup), url=desk.url, user_id=user, replace=replace, progress=progress
            )
        skipped = [(str(each.user_id), each.what) for each in done.skipped]
        terminal.table(("user", "left as it is"), skipped)
        lines = [f"{what}: {counts(each)}" for what, each in (("Records", done.records), ("Files", done.files))]
        terminal.result(
            done._asdict() | {"skipped": [dict(zip(("user", "what"), row, strict=True)) for row in skipped]}, *lines
        )
        if skipped:
            terminal.note("What differs was left as it is. To overwrite it with the backup, add --replace.")
        return 1 if skipped else 0

    backup = open_backup(file)
    return run(work, as_json=as_json, create=True)


@app.command()
def stats(*, as_json: Json = False) -> int:
    """Counts users, characters and bytes, with a histogram of characters per user."""

    async def work(desk: Desk, terminal: Terminal) -> int:
        with terminal.progress("Counting users") as progress:
            found = await figures.figures(desk.server, desk.assets, progress)
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


@app.command()
def move_assets(
    target: Annotated[str, typer.Argument(help="The new folder, or the URL of an object store.")],
    *,
    source: Annotated[
        str | None, typer.Option("--from", help="Where the portraits are now.", show_default="ASSETS_DIR")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Where the new place is seen from outside.", show_default="ASSETS_URL")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the old files where they are.")] = False,
    as_json: Json = False,
) -> int:
    """Moves all portraits: copies and compares them, then changes the records, and only then removes the old files.

    Beside a living bot: 1. `move-assets NEW --keep`; 2. set ASSETS_DIR (and ASSETS_URL) and restart the bot;
    3. `move-assets NEW --from OLD` for what was made meanwhile. Where only the URL is new, name the same folder:
    `python -m characters move-assets data/assets --url https://cdn.example.org/portraits`
    """

    async def work(desk: Desk, terminal: Terminal) -> int:
        old = open_assets(source, None, must_exist=True) if source else desk.assets
        new = open_assets(target, url or desk.url)
        with terminal.progress("Moving the portraits of users") as progress:
            done = await moving.move_assets(desk.server, old, new, url=url or desk.url, keep=keep, progress=progress)
        terminal.table(("left as it is: missing, or another file is in its place",), [(path,) for path in done.left])
        terminal.result(
            done._asdict(),
            f"{done.copied:,} files copied, {done.rewritten:,} records changed, {done.removed:,} old portraits gone.",
        )
        if new.location != desk.assets.location:
            terminal.note(
                f"Now set ASSETS_DIR={new.location}, restart the bot, and run this again with --from {old.location} "
                "for what was made meanwhile."
            )
        return 1 if done.left else 0

    return run(work, as_json=as_json)


@app.command()
def retag(
    *,
    braces: Annotated[
        bool | None,
        typer.Option(
            "--braces/--no-braces", help="Names for a cluster, or for one server.", show_default="the server's"
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Renames the keys of users to what this server wants: `game:characters:{42}` on a cluster, without braces else.

    Before you migrate the data of one server to a cluster, stop the bot and run `retag --braces` there: from then on
    a bot on the old server sees no characters. A name that is taken is never overwritten, but named (exit status 1).
    """

    async def work(desk: Desk, terminal: Terminal) -> int:
        done = await retagging.retag(desk.server, braces=desk.server.is_cluster if braces is None else braces)
        terminal.table(("key", "is not renamed, for there is"), done.taken)
        terminal.result(done._asdict(), f"{done.renamed:,} keys renamed.")
        return 1 if done.taken else 0

    return run(work, as_json=as_json)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns the exit status."""
    return answered(lambda: app(arguments, standalone_mode=False))

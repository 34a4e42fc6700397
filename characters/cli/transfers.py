"""The commands that carry characters somewhere: into a backup, out of it, to another place for the portraits."""

from pathlib import Path
from typing import Annotated

import typer

from characters.cli.console import Json, Terminal, counted, counts, run
from characters.maintenance import backup as exporting
from characters.maintenance import move as moving
from characters.maintenance import restore as importing
from characters.maintenance.backup_file import open_backup
from characters.maintenance.workspace import Workspace, assets_at
from characters.settings import LOCATION, WEB_URL, location, web_url

User = Annotated[int | None, typer.Option("--user", min=1, help="Only this Discord user, by id.")]


def _web_url(value: str | None) -> str | None:
    try:
        return value and web_url(value)
    except ValueError:
        raise typer.BadParameter(f"it wants {WEB_URL}") from None


def _location(value: str | None) -> str | None:
    try:
        return value and str(location(value))
    except ValueError:  # the complaint does not quote what may be a password
        raise typer.BadParameter(f"it wants {LOCATION}") from None


def export(
    file: Annotated[
        Path, typer.Argument(help="The backup to write, a tar archive.", dir_okay=False)
    ],
    *,
    user: User = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace FILE where it exists.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Writes a backup of all characters, or of one user's: records and portraits, byte for byte.

    FILE appears when it is whole, and holds the private words of players: keep it safe.

    `python -m characters export backup.tar` and later `python -m characters import backup.tar`
    """

    async def work(workspace: Workspace, terminal: Terminal) -> int:
        with terminal.progress("Exporting users") as progress:
            done = await exporting.export(
                *(workspace.client, workspace.assets, file),
                url=workspace.url,
                user_id=user,
                replace=replace,
                progress=progress,
            )
        terminal.table(
            ("not in the backup: missing, elsewhere, or not of our making",),
            [(path,) for path in done.missing],
        )
        terminal.result(
            done._asdict(),
            f"{file}: {counted(done.users, 'user')}, {counted(done.records, 'character')}, "
            f"{counted(done.files, 'file')}.",
        )
        if done.missing:
            terminal.note(
                "The records of such portraits are in the backup. `check` says what to do about them."
            )
        return 1 if done.missing else 0

    return run(work, as_json=as_json)


def import_(
    file: Annotated[Path, typer.Argument(help="A backup that `export` has written.")],
    *,
    user: User = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite what is there and differs.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Restores a backup, or one user of it, into the store and the assets of this bot.

    What is there and differs is left alone and named (exit status 1), unless you add `--replace`. Where ASSETS_DIR
    or ASSETS_URL is another one than at the export, the records say so. After an interruption, run it again.
    """

    async def work(workspace: Workspace, terminal: Terminal) -> int:
        await workspace.assets.check_writable()
        with terminal.progress("Importing users") as progress:
            done = await importing.import_backup(
                *(workspace.client, workspace.assets, backup),
                url=workspace.url,
                user_id=user,
                replace=replace,
                progress=progress,
            )
        skipped = [(str(each.user_id), each.what) for each in done.skipped]
        terminal.table(("user", "left as it is"), skipped)
        lines = [
            f"{what}: {counts(each)}"
            for what, each in (("Records and active marks", done.records), ("Files", done.files))
        ]
        terminal.result(
            done._asdict()
            | {"skipped": [dict(zip(("user", "what"), row, strict=True)) for row in skipped]},
            *lines,
        )
        if skipped:
            terminal.note(
                "What differs was left as it is. To overwrite it with the backup, add --replace."
            )
        return 1 if skipped else 0

    backup = open_backup(file)
    return run(work, as_json=as_json, create=True)


def move_assets(
    target: Annotated[
        str,
        typer.Argument(help="The new folder, or the URL of an object store.", callback=_location),
    ],
    *,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Where the portraits are now.",
            show_default="ASSETS_DIR",
            callback=_location,
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            help="Where the new place is seen from outside.",
            show_default="ASSETS_URL",
            callback=_web_url,
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the old files where they are.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Moves all portraits: copies and compares them, then changes the records, and only then removes the old files.

    Beside a living bot: 1. `move-assets NEW --keep`; 2. set ASSETS_DIR (and ASSETS_URL) and restart the bot;
    3. `move-assets NEW --from OLD` for what was made meanwhile. Where only the URL is new, name the same folder:
    `python -m characters move-assets data/assets --url https://cdn.example.org/portraits`
    """

    async def work(workspace: Workspace, terminal: Terminal) -> int:
        old = assets_at(source, None, must_exist=True) if source else workspace.assets
        new = assets_at(target, url or workspace.url)
        with terminal.progress("Moving the portraits of users") as progress:
            done = await moving.move_assets(
                workspace.client, old, new, url=url or workspace.url, keep=keep, progress=progress
            )
        terminal.table(
            ("left as it is: missing, elsewhere, or another file is in its place",),
            [(path,) for path in done.left],
        )
        terminal.result(
            done._asdict(),
            f"{counted(done.copied, 'file')} copied, {counted(done.rewritten, 'record')} changed, "
            f"{counted(done.removed, 'old portrait')} gone.",
        )
        if new.location != workspace.assets.location and (done.copied or done.rewritten):
            settings = f"ASSETS_DIR={new.location}" + (f" and ASSETS_URL={url}" if url else "")
            terminal.note(
                f"Now set {settings}, restart the bot, and run this again with --from {old.location} "
                "for what was made meanwhile."
            )
        return 1 if done.left else 0

    return run(work, as_json=as_json)

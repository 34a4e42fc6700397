"""The commands that copy characters: into a backup, out of it, and to another location."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from characters.cli.console import Json, Terminal, counted
from characters.maintenance.backup import backup
from characters.maintenance.backup_file import open_backup
from characters.maintenance.move import MoveResult, move_assets
from characters.maintenance.restore import RestoreResult, restore
from characters.maintenance.workspace import Workspace
from characters.opening import open_assets
from characters.settings import LOCATION, WEB_URL, location, web_url

User = Annotated[int | None, typer.Option("--user", min=1, help="Only this Discord user, by id.")]


def _web_url(value: str | None) -> str | None:
    try:
        return value and web_url(value)
    except ValueError:
        raise typer.BadParameter(f"it must be {WEB_URL}") from None


def _location(value: str | None) -> str | None:
    try:
        return value and str(location(value))
    except ValueError:  # the message does not quote it, as it may hold a password
        raise typer.BadParameter(f"it must be {LOCATION}") from None


def backup_command(
    file: Annotated[
        Path, typer.Argument(help="The backup to write, a tar archive.", dir_okay=False)
    ],
    *,
    user: User = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace FILE if it exists.")] = False,
    as_json: Json = False,
) -> int:
    """Writes a backup of all characters, or of one user's: records and portraits, byte for byte.

    FILE appears once it is complete. It holds private texts of players: keep it safe.

    `python -m characters backup backup.tar` and later `python -m characters restore backup.tar`
    """
    terminal = Terminal(as_json=as_json)
    result = terminal.run(
        "Backing up users", lambda each: backup(each, file, user_id=user, replace=replace)
    )
    rows = [(path,) for path in result.missing]
    terminal.table(("not in the backup: missing, elsewhere, or a key of another type",), rows)
    terminal.result(
        result._asdict(),
        f"{file}: {counted(result.users, 'user')}, {counted(result.records, 'character')}, "
        f"{counted(result.files, 'file')}.",
    )
    if rows:
        terminal.note(
            "The records are in the backup. `python -m characters check` says what to do."
        )
    return 1 if rows else 0


def restore_command(
    file: Annotated[Path, typer.Argument(help="A backup that `backup` has written.")],
    *,
    user: User = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite what exists and differs.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Restores a backup, or one user of it, into the store and the assets of this bot.

    What exists and differs is listed and left as it is (exit status 1), unless you add
    `--replace`. Where ASSETS_DIR or ASSETS_URL has changed since the backup, the records get the
    new paths and URLs. After an interruption, run it again.
    """
    terminal = Terminal(as_json=as_json)
    opened = open_backup(file)

    async def work(workspace: Workspace) -> RestoreResult:
        await workspace.assets.check_writable()
        return await restore(workspace, opened, user_id=user, replace=replace)

    result = terminal.run("Restoring users", work, create=True)
    skipped = [(str(each.user_id), each.what) for each in result.skipped]
    terminal.table(("user", "left as it is"), skipped)
    documents = [{"user": user_id, "what": what} for user_id, what in skipped]
    terminal.result(
        result._asdict() | {"skipped": documents},
        f"Records and active marks: {_counts(result.records)}",
        f"Files: {_counts(result.files)}",
    )
    if skipped:
        terminal.note("What differs was left as it is. To overwrite it, add --replace.")
    return 1 if skipped else 0


def move_command(
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
            help="Where the new location can be seen from outside.",
            show_default="ASSETS_URL",
            callback=_web_url,
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the old files where they are.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Moves portraits: copies and compares them, changes the records, then removes the old files.

    Beside a running bot: 1. `move-assets NEW --keep`; 2. set ASSETS_DIR (and ASSETS_URL) and
    restart the bot; 3. `move-assets NEW --from OLD` for portraits made in between.

    If you moved or renamed the folder yourself, set ASSETS_DIR and name the new folder: the records
    get the new paths. To change only the URL, name the present folder:
    `python -m characters move-assets data/assets --url https://cdn.example.org/portraits`

    Files that other programs made are copied and stay in the old location.
    """
    terminal = Terminal(as_json=as_json)

    async def work(workspace: Workspace) -> tuple[MoveResult, str, str | None]:
        old = open_assets(source, must_exist=True) if source else workspace.assets
        new = open_assets(target)
        result = await move_assets(workspace, old, new, url=url or workspace.assets_url, keep=keep)
        moved = new.location != workspace.assets.location and (result.copied or result.changed)
        return result, old.location, new.location if moved else None

    result, old, new = terminal.run("Moving the portraits of users", work)
    heading = "left as it is: missing, elsewhere, or another file has its name"
    terminal.table((heading,), [(path,) for path in result.left])
    terminal.result(
        result._asdict(),
        f"{counted(result.copied, 'file')} copied, {counted(result.changed, 'record')} changed, "
        f"{counted(result.removed, 'old portrait')} removed.",
    )
    if new:
        settings = f"ASSETS_DIR={new}" + (f" and ASSETS_URL={url}" if url else "")
        terminal.note(
            f"Now set {settings}, restart the bot, and move what it made in between: "
            f"`python -m characters move-assets {shlex.quote(new)} --from {shlex.quote(old)}`"
        )
    return 1 if result.left else 0


def _counts(outcomes: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.items()) + "."

"""What operators do with a whole store: maintenance, which is killed and run again."""

from dataclasses import dataclass
from pathlib import Path

from characters.maintenance.backup import backup
from characters.maintenance.backup_file import open_backup
from characters.maintenance.move import move_assets
from characters.maintenance.restore import restore
from characters.maintenance.retag import retag
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.portraits.folder import FolderAssets
from tests.crashes.operations import Act
from tests.crashes.place import Place, grow_old
from tests.operator import add, portrait, trashed

URL = "https://example.org/portraits"
OTHER = 5  # a user whose trash is outdated


async def _nothing(place: Place, user_id: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Command:
    """A command; `prepare` comes before it, in a store with one user, and `after` at its end."""

    act: Act
    prepare: Act = _nothing
    after: Act = _nothing
    on_a_cluster: bool = False


def backup_of(place: Place) -> Path:
    return place.folder / "backup.tar"


def _new(place: Place) -> FolderAssets:
    return FolderAssets(place.folder / "new")


async def _move(place: Place, _: int) -> None:
    result = await move_assets(place.workspace, place.assets, _new(place), url=URL)
    assert not result.left


async def _sweep_new(place: Place, _: int) -> None:
    """As the bot does, to which the new location was given."""
    grow_old(_new(place).root)
    await sweep(Workspace(place.client, _new(place)))


async def _retag(place: Place, _: int) -> None:
    """To the names of a cluster."""
    result = await retag(place.workspace, braces=True)
    assert not result.taken


async def _retag_back(place: Place, _: int) -> None:
    """To the names of one server."""
    await retag(place.workspace, braces=False)


async def _backup(place: Place, _: int) -> None:
    result = await backup(place.workspace, backup_of(place), replace=True)
    assert not result.missing


async def _restore(place: Place, _: int) -> None:
    result = await restore(place.workspace, open_backup(backup_of(place)))
    assert not result.skipped


async def _lose_all(place: Place, user_id: int) -> None:
    """There is a backup, and nothing else."""
    await _backup(place, user_id)
    await place.redis.flushall()
    for file in place.assets.root.iterdir():
        file.unlink()


async def _sweep(place: Place, _: int) -> None:
    await sweep(place.workspace)


async def _sweep_later(place: Place, user_id: int) -> None:
    grow_old(place.assets.root)
    await _sweep(place, user_id)


async def _outdated(place: Place, _: int) -> None:
    """Trash of eight days ago, whose portrait is ours or another program's, and an unnamed file."""
    ours, theirs = await portrait(place.assets), await place.assets.put("theirs.png", b"image")
    for name, each in {"ours": ours, "theirs": theirs}.items():
        await add(place.client, OTHER, name, trashed(each, days=8), place="trash")
    await portrait(place.assets)
    grow_old(place.assets.root)


COMMANDS = {
    "move-assets": Command(_move, after=_sweep_new),
    "retag": Command(_retag),
    "backup": Command(_backup),
    "backup-again": Command(_backup, prepare=_backup),
    "restore-backup": Command(_restore, prepare=_lose_all, after=_sweep_later),
    "retag-on-a-cluster": Command(_retag, prepare=_retag_back, on_a_cluster=True),
    "sweep": Command(_sweep, prepare=_outdated),
}

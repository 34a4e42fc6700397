"""Writes a backup of one user, or of everybody, beside living bots."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

from characters.errors import OperatorError
from characters.maintenance.backup_file import MEMBER_LIMIT, Writer, created
from characters.maintenance.locations import Location, elsewhere, names_in, with_thumbnail
from characters.maintenance.scan import ProgressCallback, UserRecords, scan_users, user_records
from characters.portraits.assets import Assets, is_ours
from characters.store.client import StoreClient

_ATTEMPTS = 4  # a bot must change a user's characters this often while we read their portraits
_READ = 8  # portraits at the same time


class Exported(NamedTuple):
    """How much is in the backup, and the paths of portraits that could not be: they are missing, or lie elsewhere.

    Keys that are not of our making are among them.
    """

    users: int
    records: int
    files: int
    missing: list[str]


async def export(
    client: StoreClient,
    assets: Assets,
    file: Path,
    *,
    url: str | None = None,
    user_id: int | None = None,
    replace: bool = False,
    progress: ProgressCallback | None = None,
) -> Exported:
    """Backs up records and portraits, byte for byte; `url` is where the assets can be seen from outside.

    Raises OperatorError, StorageUnavailable.
    """
    place = Location.of(assets, url)
    users = records = files = 0
    missing: list[str] = []
    async with AsyncExitStack() as stack:
        stream = stack.enter_context(created(file, replace=replace))
        writer = Writer(stream, place)
        if user_id is None:
            _, everyone = await stack.enter_async_context(scan_users(client, progress))
        else:
            everyone = _only(await user_records(client, user_id))
        async for each in everyone:
            kept, written, lost = await _portraits(client, assets, place, writer, each)
            missing += lost
            if not written and not kept.characters and not kept.trash and kept.active is None:
                continue
            writer.records(kept)
            users, files = users + 1, files + written
            records += len(kept.characters) + len(kept.trash)
        if user_id is not None and not users:
            raise OperatorError(f"User {user_id} has no characters, so there is nothing to export.")
        writer.complete(users)
    return Exported(users, records, files, missing)


async def _only(one: UserRecords) -> AsyncGenerator[UserRecords, None]:
    yield one


async def _portraits(
    client: StoreClient, assets: Assets, place: Location, writer: Writer, kept: UserRecords
) -> tuple[UserRecords, int, list[str]]:
    """Writes the portraits of a user at one moment: where one has gone, its record has too, and we look once more.

    Returns what the user has at that moment, how many files were written, and the paths that are not among them.
    """
    written: set[str] = set()
    for attempt in count():
        lost: list[str] = []
        names = dict.fromkeys(names_in(kept, place, drafts=False))
        for group in _groups([name for name in names if name not in written]):
            parts = [part for name in group for part in with_thumbnail(name)]
            read = zip(
                parts, await assets.read(*(place.base + part for part in parts)), strict=True
            )
            for part, data in read:
                if data is not None and len(data) > MEMBER_LIMIT:
                    raise OperatorError(
                        f"{place.base}{part} is too large for a backup: replace it by a smaller image."
                    )
                if (
                    part not in written
                    and data is not None
                    and writer.portrait(kept.user_id, part, data)
                ):
                    written.add(part)
            lost += [place.base + name for name in group if name not in written]
        now = await user_records(client, kept.user_id) if lost else kept
        if now == kept or attempt == _ATTEMPTS:
            return kept, len(written), lost + list(elsewhere(kept, place)) + kept.foreign
        kept = now
    raise AssertionError


def _groups(names: list[str]) -> Iterator[list[str]]:
    """What is read at the same time: a few of ours, which are small, and each by itself of what others wrote."""
    ours = iter([name for name in names if is_ours(name)])
    while group := list(islice(ours, _READ)):
        yield group
    yield from ([name] for name in names if not is_ours(name))

"""Clears away what is no longer of use: outdated trash, files that nobody refers to, writes that never ended."""

import logging
import time
from contextlib import nullcontext
from typing import NamedTuple

from characters.errors import OperatorError
from characters.maintenance.scan import ProgressCallback, UserRecords, Users, scan_users
from characters.model import TRASH_SECONDS, Character
from characters.portraits.assets import THUMBNAIL, AssetFile, Assets
from characters.store.client import StoreClient
from characters.store.keys import user_keys
from characters.store.lease import Busy, lease

GRACE = (
    60 * 60
)  # seconds: a portrait is durable before its record, and a form may be open in between
SWEPT = "game:sweep"  # is there where no sweep is due
_DAY, _RUN = (
    24 * 60 * 60,
    50 * 60,
)  # seconds that it lasts: after a sweep, and while one runs or where it failed
_FEW = 20  # files that may be nobody's without a doubt about the store

log = logging.getLogger(__name__)


class Swept(NamedTuple):
    """What was removed, or in a dry run would be: entries of the trash, and files."""

    trash: int
    files: list[AssetFile]

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return sum(file.size for file in self.files)


async def sweep(
    client: StoreClient,
    assets: Assets,
    *,
    dry_run: bool = False,
    age: float = GRACE,
    force: bool = False,
    progress: ProgressCallback | None = None,
) -> Swept:
    """Removes trash older than seven days, and files of ours older than `age` seconds that nothing in the store names.

    Raises StorageUnavailable; OSError; Busy; OperatorError where the store does not look like the one of these
    files: most would go (unless it is a dry run, or `force` says that they should), or its keys have names for
    another kind of server.
    """
    async with nullcontext() if dry_run else lease(client, "sweep"):
        return await _sweep(
            client, assets, dry_run=dry_run, age=age, force=force, progress=progress
        )


async def _sweep(
    client: StoreClient,
    assets: Assets,
    *,
    dry_run: bool,
    age: float,
    force: bool,
    progress: ProgressCallback | None,
) -> Swept:
    stored = await assets.stored()
    files = _old_files(stored, age)
    trash, cleared = 0, set[str]()
    async with scan_users(client, progress) as (users, records_of_users):
        _refuse_misnamed(users)
        nobody = not users.ids
        async for user_records in records_of_users:
            outdated, kept = _outdated(user_records)
            cleared |= set(user_records.stems()) - set(kept.stems())
            trash += (
                len(outdated) if dry_run else await _purge(client, user_records.user_id, outdated)
            )
            _spare(files, kept)
    if files and not dry_run:  # a character may have been made, or brought back, while we looked
        async with scan_users(client) as (users, records_of_users):
            _refuse_misnamed(users)
            async for user_records in records_of_users:
                _spare(files, user_records)
        if not force:
            unnamed = sum(len(found) for stem, found in files.items() if stem not in cleared)
            _refuse_doubtful(assets, len(stored), unnamed, nobody=nobody)
        files = {stem: found for stem, found in files.items() if await _remove(assets, stem, found)}
    if not dry_run:
        await assets.clear_temporary()
    swept = Swept(trash, [file for found in files.values() for file in found])
    log.info("Swept %s: %s deleted characters, %s files", assets.location, trash, len(swept.files))
    return swept


async def sweep_daily(client: StoreClient, assets: Assets) -> Swept | None:
    """Sweeps unless some process did so within a day: call it every hour. None where nothing was due, or others work.

    After a failure the next hour's call tries again, in whatever process it is. Raises what `sweep` does.
    """
    if not await client.execute("SET", SWEPT, time.time(), "NX", "EX", _RUN):
        return None
    try:
        swept = await sweep(client, assets)
    except Busy:
        return None
    await client.execute("SET", SWEPT, time.time(), "EX", _DAY - _RUN)
    return swept


async def unnamed_files(client: StoreClient, assets: Assets) -> list[AssetFile]:
    """The files that a sweep would remove if no trash were outdated. Raises StorageUnavailable, OSError."""
    files = _old_files(await assets.stored(), GRACE)
    async with scan_users(client) as (_, records_of_users):
        async for user_records in records_of_users:
            _spare(files, user_records)
    return [file for found in files.values() for file in found]


def stem_of(path: str) -> str:
    """What a portrait of ours and its thumbnail share: the 32 hexadecimal digits of their names."""
    return path.rpartition("/")[2].removesuffix(".webp").removesuffix(THUMBNAIL)


def _refuse_misnamed(users: Users) -> None:
    if users.misnamed:
        raise OperatorError(
            f"Nothing is swept: the store has keys with names for another kind of server ({users.misnamed}). "
            "Run `python -m characters retag` first, or their portraits would seem to be nobody's."
        )


def _refuse_doubtful(assets: Assets, stored: int, unnamed: int, *, nobody: bool) -> None:
    """One key in a wrong store makes all portraits look like nobody's."""
    if not unnamed or not (nobody or unnamed > max(_FEW, stored / 2)):
        return
    what = f"{unnamed:,} of the {stored:,} files in {assets.location} are nobody's"
    raise OperatorError(
        f"No file is swept: {'the store is empty, and ' if nobody else ''}{what}. Is it the right store? "
        "See them with `python -m characters sweep --dry-run`; if they may go, add --force instead."
    )


async def _remove(assets: Assets, stem: str, found: list[AssetFile]) -> bool:
    """Whether the files went: they stay where one was written anew since it was listed."""
    for file in found:
        if await assets.modified(file.path) != file.modified:
            return False
    await assets.remove(
        next((file.path for file in found if f"{stem}.webp" in file.path), found[0].path)
    )
    return True


def _old_files(stored: list[AssetFile], age: float) -> dict[str, list[AssetFile]]:
    files: dict[str, list[AssetFile]] = {}
    for file in stored:
        files.setdefault(stem_of(file.path), []).append(file)
    before = time.time() - age
    return {
        stem: found
        for stem, found in files.items()
        if all(file.modified <= before for file in found)
    }


def _spare(files: dict[str, list[AssetFile]], user_records: UserRecords) -> None:
    for stem in user_records.stems():
        files.pop(stem, None)


def _outdated(user_records: UserRecords) -> tuple[dict[bytes, bytes], UserRecords]:
    """The trash of more than seven days ago, and the user_records without; what can't be read stays."""
    outdated: dict[bytes, bytes] = {}
    for char_id, record in user_records.trash.items():
        try:
            at = Character.from_json(char_id.decode(), record).trashed_at
        except ValueError:
            continue
        if 0 < at < time.time() - TRASH_SECONDS:
            outdated[char_id] = record
    return outdated, user_records._replace(
        trash={key: each for key, each in user_records.trash.items() if key not in outdated}
    )


async def _purge(client: StoreClient, user_id: int, outdated: dict[bytes, bytes]) -> int:
    key = user_keys(user_id, cluster=client.is_cluster).trash
    return sum(
        [
            await client.run("swap_field", key, char_id, record)
            for char_id, record in outdated.items()
        ]
    )

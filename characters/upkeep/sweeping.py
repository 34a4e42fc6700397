"""Clears away what is no longer of use: outdated trash, files that nobody refers to, writes that never ended."""

import logging
import time
from typing import NamedTuple

from characters import lua
from characters.assets import THUMBNAIL, AnyAssets, Stored
from characters.errors import OperatorError
from characters.model import TRASH_SECONDS, Character
from characters.server import Server
from characters.store import Keys
from characters.upkeep.census import Holding, Progress, census

GRACE = 60 * 60  # seconds: a portrait is durable before its record, and a form may be open in between
CLAIM = "game:sweep"
_DAY, _RUN = 24 * 60 * 60, 50 * 60  # seconds that a claim lasts: after a sweep, and while it runs or where it failed

log = logging.getLogger(__name__)


class Swept(NamedTuple):
    """What was removed, or in a dry run would be: entries of the trash, and files."""

    trash: int
    files: list[Stored]

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return sum(file.size for file in self.files)


async def sweep(
    server: Server,
    assets: AnyAssets,
    *,
    dry_run: bool = False,
    age: float = GRACE,
    empty_store: bool = False,
    progress: Progress | None = None,
) -> Swept:
    """Removes trash older than seven days, and files of ours older than `age` seconds that nothing in the store names.

    Raises StorageUnavailable; OSError; OperatorError where the store does not look like the one of these files:
    it is empty (unless `empty_store` says that it should be), or its keys have names for another kind of server.
    """
    files = await _old_files(assets, age)
    trash = 0
    async with census(server, progress) as (users, holdings):
        if users.misnamed:
            raise OperatorError(
                f"Nothing is swept: {users.misnamed} keys in the store have names for another kind of server. "
                "Run `python -m characters retag` first, or their portraits would seem to be nobody's."
            )
        if files and not len(users) and not empty_store:
            raise OperatorError(
                f"Nothing is swept: the store is empty, yet {assets.location} has portraits. Is it the right store? "
                "If so, run `python -m characters sweep --empty-store`."
            )
        async for holding in holdings:
            outdated, kept = _outdated(holding)
            trash += len(outdated) if dry_run else await _purge(server, holding.user_id, outdated)
            _spare(files, kept)
    if files and not dry_run:  # a character may have been made, or brought back, while we looked
        async with census(server) as (_, holdings):
            async for holding in holdings:
                _spare(files, holding)
        for stem, found in files.items():
            await assets.remove(next((file.path for file in found if f"{stem}.webp" in file.path), found[0].path))
    if not dry_run:
        await assets.clear_temporary()
    swept = Swept(trash, [file for found in files.values() for file in found])
    log.info("Swept %s: %s deleted characters, %s files", assets.location, trash, len(swept.files))
    return swept


async def sweep_daily(server: Server, assets: AnyAssets) -> Swept | None:
    """Sweeps unless some process did so within a day: call it every hour. None where there was nothing to do.

    After a failure the next hour's call tries again, in whatever process it is. Raises what `sweep` does.
    """
    if not await server.execute("SET", CLAIM, time.time(), "NX", "EX", _RUN):
        return None
    swept = await sweep(server, assets)
    await server.execute("SET", CLAIM, time.time(), "EX", _DAY - _RUN)
    return swept


async def unnamed_files(server: Server, assets: AnyAssets) -> list[Stored]:
    """The files that a sweep would remove if no trash were outdated. Raises StorageUnavailable, OSError."""
    files = await _old_files(assets, GRACE)
    async with census(server) as (_, holdings):
        async for holding in holdings:
            _spare(files, holding)
    return [file for found in files.values() for file in found]


def stem_of(path: str) -> str:
    """What a portrait of ours and its thumbnail share: the 32 hexadecimal digits of their names."""
    return path.rpartition("/")[2].removesuffix(".webp").removesuffix(THUMBNAIL)


async def _old_files(assets: AnyAssets, age: float) -> dict[str, list[Stored]]:
    files: dict[str, list[Stored]] = {}
    for file in await assets.stored():
        files.setdefault(stem_of(file.path), []).append(file)
    before = time.time() - age
    return {stem: found for stem, found in files.items() if all(file.modified <= before for file in found)}


def _spare(files: dict[str, list[Stored]], holding: Holding) -> None:
    for stem in holding.stems():
        files.pop(stem, None)


def _outdated(holding: Holding) -> tuple[dict[bytes, bytes], Holding]:
    """The trash of more than seven days ago, and the holding without; what can't be read stays."""
    outdated: dict[bytes, bytes] = {}
    for char_id, record in holding.trash.items():
        try:
            at = Character.from_json(char_id.decode(), record).trashed_at
        except ValueError:
            continue
        if 0 < at < time.time() - TRASH_SECONDS:
            outdated[char_id] = record
    return outdated, holding._replace(trash={key: each for key, each in holding.trash.items() if key not in outdated})


async def _purge(server: Server, user_id: int, outdated: dict[bytes, bytes]) -> int:
    key = Keys.of(user_id, cluster=server.is_cluster).trash
    return sum([await server.run(lua.SWAP, [key], char_id, record) for char_id, record in outdated.items()])

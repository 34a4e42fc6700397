"""Writes a backup of one user, or of everybody, beside living bots."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import NamedTuple

from characters.assets import AnyAssets
from characters.errors import OperatorError
from characters.server import Server
from characters.upkeep.archive import MEMBER_LIMIT, Writer, created
from characters.upkeep.census import Holding, Progress, census, holding
from characters.upkeep.places import Place, names_in, with_thumbnail

_ATTEMPTS = 4  # a bot must change a user's characters this often while we read their portraits


class Exported(NamedTuple):
    """How much is in the backup, and the paths of portraits that could not be because they are missing."""

    users: int
    records: int
    files: int
    missing: list[str]


async def export(
    server: Server,
    assets: AnyAssets,
    file: Path,
    *,
    url: str | None = None,
    user_id: int | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Backs up records and portraits, byte for byte; `url` is where the assets can be seen from outside.

    Raises OperatorError, StorageUnavailable.
    """
    place = Place.of(assets, url)
    users = records = files = 0
    missing: list[str] = []
    async with AsyncExitStack() as stack:
        stream = stack.enter_context(created(file, replace=replace))
        writer = Writer(stream, place)
        if user_id is None:
            _, everyone = await stack.enter_async_context(census(server, progress))
        else:
            everyone = _only(await holding(server, user_id))
        async for each in everyone:
            kept, portraits, lost = await _with_portraits(server, assets, place, each)
            if not kept.characters and not kept.trash and kept.active is None:
                continue
            for name, data in portraits.items():
                writer.portrait(kept.user_id, name, data)
            writer.records(kept)
            users, files, missing = users + 1, files + len(portraits), missing + lost
            records += len(kept.characters) + len(kept.trash)
        if user_id is not None and not users:
            raise OperatorError(f"User {user_id} has no characters, so there is nothing to export.")
        writer.complete(users)
    return Exported(users, records, files, missing)


async def _only(one: Holding) -> AsyncGenerator[Holding, None]:
    yield one


async def _with_portraits(
    server: Server, assets: AnyAssets, place: Place, kept: Holding
) -> tuple[Holding, dict[str, bytes], list[str]]:
    """A user at one moment: where a portrait has gone, its record has too, and we look once more."""
    for attempt in count():
        portraits = dict.fromkeys(names_in(kept, place, drafts=False))
        names = [part for name in portraits for part in with_thumbnail(name)]
        read = dict(zip(names, await assets.read(*(place.base + name for name in names)), strict=True))
        found = {name: data for name, data in read.items() if data is not None}
        if too_large := next((name for name, data in found.items() if len(data) > MEMBER_LIMIT), None):
            raise OperatorError(f"{place.base}{too_large} is too large for a backup: replace it by a smaller image.")
        lost = [place.base + name for name in portraits if name not in found]
        now = await holding(server, kept.user_id) if lost else kept
        if now == kept or attempt == _ATTEMPTS:
            return kept, found, lost
        kept = now
    raise AssertionError

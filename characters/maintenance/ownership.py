"""Which store the assets belong to, so that no store removes the portraits of another one.

The file `.store-id` in the assets has a line for each store that keeps portraits there: the id of
the store that they belong to, then those of others. A store is noted when a registry is opened,
before its first portrait, and by each sweep, so every hour. Only a store that is noted alone may
remove files that its records do not name.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from characters.errors import OperatorError, StorageUnavailable
from characters.maintenance.locations import Location
from characters.maintenance.workspace import Workspace
from characters.portraits.assets import STORE_IDS, Assets
from characters.store.client import StoreClient
from characters.store.store_id import find_store_id, store_id

ADVICE = (
    "If no bot uses that store any more, run `python -m characters adopt`. If one does, each of "
    "the two bots needs assets of its own: run `python -m characters move-assets NEW` with the "
    "settings of one of them, and set its ASSETS_DIR to NEW."
)

_OTHERS = 8  # stores noted beside the first: one is enough to stop a sweep
_ATTEMPTS = 3  # another process may note its store, or remove its note, between two requests
_SECONDS = 5.0  # that a portrait may be late because of a note

log = logging.getLogger(f"game_characters.{__name__}")


@dataclass(frozen=True, slots=True)
class Ownership:
    """The id of the store (None: it has none yet), and those noted in the assets, owner first."""

    location: str
    store: str | None
    stores: tuple[str, ...]

    @property
    def is_of_another(self) -> bool:
        return bool(self.stores) and self.stores[0] != self.store

    @property
    def is_shared(self) -> bool:
        """Whether another store keeps portraits there."""
        return any(each != self.store for each in self.stores)

    @property
    def problem(self) -> str | None:
        """What is wrong, for an operator; None where no other store keeps portraits there."""
        if self.is_of_another:
            this = f"the store {short(self.store)}" if self.store else "a store without an id"
            return (
                f"{self.location} belongs to the store {short(self.stores[0])}, but this is {this}."
            )
        if self.is_shared:
            return (
                f"{self.location} belongs to this store, {short(self.store)}, but the store "
                f"{short(self.stores[1])} keeps portraits there too."
            )
        return None

    def refuse_shared(self, what: str) -> None:
        """Raises OperatorError where another store keeps portraits there."""
        if self.problem:
            raise OperatorError(f"{what}: {self.problem} {ADVICE}")


class StoreNote:
    """Notes the store in the assets once, before the first portrait of this process."""

    def __init__(self, client: StoreClient, assets: Assets) -> None:
        self._client = client
        self._assets = assets
        self._noted = False

    async def write(self) -> None:
        """Logs where the assets are not of this store alone; where it fails, it is tried again."""
        if self._noted:
            return
        self._noted, written = True, False  # others need not wait
        try:
            async with asyncio.timeout(_SECONDS):
                found = await note_store(self._client, self._assets)
            written = True
            log_problem(found)
        except (StorageUnavailable, OSError) as error:
            log.warning("The store could not be noted in %s: %s", self._assets.location, error)
        finally:
            self._noted = written


def short(store: str | None) -> str:
    """The beginning of an id, enough to tell two stores apart."""
    return (store or "")[:8]


def log_problem(found: Ownership) -> None:
    if found.problem:
        log.error("%s A sweep removes no file there. %s", found.problem, ADVICE)


async def ownership(client: StoreClient, assets: Assets) -> Ownership:
    """Whose the assets are; changes nothing. Raises StorageUnavailable, OSError."""
    return Ownership(assets.location, await find_store_id(client), await _noted(assets))


async def note_store(client: StoreClient, assets: Assets) -> Ownership:
    """Notes that the store keeps portraits in the assets; the first one owns them.

    Raises StorageUnavailable, OSError.
    """
    store = await store_id(client)
    for _ in range(_ATTEMPTS):
        stores = await _noted(assets)
        if not stores and await assets.create(STORE_IDS, _text([store])):
            stores = (store,)
        if stores:
            if store not in stores:
                stores = (*stores[:1], *stores[1:][1 - _OTHERS :], store)
                await assets.put(STORE_IDS, _text(stores))
            return Ownership(assets.location, store, stores)
    raise OSError(f"{_path(assets)} can't be written or read")


async def drop_store(client: StoreClient, assets: Assets) -> None:
    """Removes the note of the store; the next one that is noted then owns the assets.

    Raises StorageUnavailable, OSError.
    """
    found = await ownership(client, assets)
    others = [each for each in found.stores if each != found.store]
    if others and found.store in found.stores:
        await assets.put(STORE_IDS, _text(others))
    elif not others:
        await assets.remove(_path(assets))


async def adopt(workspace: Workspace) -> Ownership:
    """Makes the assets belong to the store alone; returns whose they were.

    Raises StorageUnavailable, OSError.
    """
    store = await store_id(workspace.client)
    before = await ownership(workspace.client, workspace.assets)
    await workspace.assets.put(STORE_IDS, _text([store]))
    return before


async def _noted(assets: Assets) -> tuple[str, ...]:
    """The ids in the assets; none where there is no such file. Raises OSError."""
    data = await assets.load(_path(assets))
    if data is None:
        return ()
    return tuple(data.decode(errors="replace").split()) or ("unknown",)


def _path(assets: Assets) -> str:
    return Location.of(assets).base + STORE_IDS


def _text(stores: Iterable[str]) -> bytes:
    return "".join(f"{each}\n" for each in stores).encode()

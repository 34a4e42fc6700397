"""A store and a folder of portraits, and users who have some of everything there."""

import json
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from characters.errors import LobbyGone
from characters.lobby.lobby import Lobby
from characters.maintenance.workspace import Workspace
from characters.model import TRASH_NOTE, Character, PortraitFile
from characters.portraits.assets import thumbnail_of
from characters.portraits.folder import FolderAssets
from characters.portraits.renderer import Portrait, Renderer
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from characters.store.drafts import Draft
from characters.store.user_records import UserRecords, user_records

ANA, BOB, OLD = "ana", "bob", "old"  # the active character, another one, and one in the trash
DRAFT = "ffffffff0000"  # the id of a draft: with a time that is to come, it does not end
SEEDED = {("characters", ANA), ("characters", BOB), ("trash", OLD), ("drafts", DRAFT)}


NOW = time.time()
HOURS = 3600


class ReadyRenderer(Renderer):
    """Takes any bytes as a portrait: no worker process runs."""

    async def prepare(
        self, data: bytes | bytearray | memoryview, *, lossless: bool = False
    ) -> Portrait:
        del lossless
        return Portrait(b"large " + data, b"small " + data)


@dataclass(frozen=True, slots=True)
class Place:
    redis: Any
    client: StoreClient
    assets: FolderAssets
    registry: Registry

    @property
    def folder(self) -> Path:
        """Holds the folder of the assets, and nothing else at first."""
        return self.assets.root.parent

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.client, self.assets)

    def portrait(self, user_id: int, number: int) -> PortraitFile:
        return PortraitFile(str(self.assets.root / f"{user_id:016x}{number:016x}.webp"), None)

    def character(self, user_id: int, char_id: str) -> Character:
        """A character as `seed` makes it."""
        number = [ANA, BOB, OLD].index(char_id) + 1
        times = {"created_at": 1.0 * number, "last_used": 1.0 * number}
        new = Character.new(char_id, "", self.portrait(user_id, number), char_id)
        return new.with_fields(**times)

    async def seed(self, user_id: int) -> None:
        """Makes a user with two characters, trash and a draft, each with a portrait."""
        self.assets.root.mkdir(exist_ok=True)
        for number in range(1, 5):
            path = self.portrait(user_id, number).path
            Path(thumbnail_of(path)).write_bytes(b"small")
            Path(path).write_bytes(b"large")
        keys = self.registry._store.keys(user_id)
        ana, bob, old = (self.character(user_id, each) for each in (ANA, BOB, OLD))
        old = old.with_fields(**{TRASH_NOTE: {"at": NOW, "active": False}})
        draft = Draft("new", name="New", description="typed", portrait=self.portrait(user_id, 4))
        pipeline = self.redis.pipeline(transaction=False)
        pipeline.hset(keys.characters, mapping={ANA: ana.to_json(), BOB: bob.to_json()})
        pipeline.set(keys.active, ANA)
        pipeline.hset(keys.trash, OLD, old.to_json())
        pipeline.hset(keys.drafts, DRAFT, draft.to_json())
        await pipeline.execute()

    async def found(self, user_id: int) -> "Found":
        try:
            lobby = await self.registry.lobbies.get(user_id)
        except LobbyGone:
            lobby = None
        return Found(await user_records(self.client, user_id), lobby)


@dataclass(frozen=True, slots=True)
class Found:
    """What there is of a user; `lobby` is the one with the same id as the user."""

    records: UserRecords
    lobby: Lobby | None

    @property
    def active(self) -> str:
        return (self.records.active or b"").decode()

    @property
    def drafts(self) -> dict[str, Any]:
        return {key.decode(): json.loads(each) for key, each in self.records.drafts.items()}

    def get(self, char_id: str, place: str = "characters") -> dict[str, Any] | None:
        record = getattr(self.records, place).get(char_id.encode())
        return None if record is None else json.loads(record)

    def named(self, name: str) -> list[dict[str, Any]]:
        """The characters of this name in the roster."""
        characters = map(json.loads, self.records.characters.values())
        return [each for each in characters if each["name"] == name]

    def places(self, char_id: str) -> list[str]:
        """Where the character is: in the roster, in the trash."""
        key = char_id.encode()
        return [each for each in ("characters", "trash") if key in getattr(self.records, each)]

    @property
    def is_empty(self) -> bool:
        kept = (self.records.characters, self.records.trash, self.records.drafts)
        return not any((*kept, self.records.active, self.records.foreign))


def grow_old(folder: Path) -> None:
    """As if its files, also those in folders below, were written two hours ago."""
    for file in folder.rglob("*"):
        os.utime(file, (0, time.time() - 2 * HOURS))


def open_place(redis: Any, folder: Path) -> Place:
    registry = Registry(CharacterStore(redis), assets := FolderAssets(folder / "assets"))
    registry.portraits._renderer = ReadyRenderer()
    return Place(redis, StoreClient(redis), assets, registry)


@asynccontextmanager
async def opened(
    url: str, folder: Path, client: Callable[[str], Any] = Redis.from_url
) -> AsyncIterator[Place]:
    """The place, over a client of its own."""
    async with client(url) as redis:
        yield open_place(redis, folder)
